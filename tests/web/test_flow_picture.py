"""Moves between two runs as ribbons: nothing is lost, nothing overlaps, whoever is new or gone has no ribbon."""

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.web.flow_picture import WIDTH, alluvial
from backend.web.grouping_picture import clearness, profile

CODES = ("a", "b", "c")


def test_who_stayed_and_who_moved_have_a_ribbon_each() -> None:
    found = alluvial({"a": 10, "b": 5}, {"a": 8, "b": 7}, [("a", "b", 2)], {}, CODES)
    assert found is not None
    told = {(each["origin"], each["target"]): (each["count"], each["moved"]) for each in found["ribbons"]}
    assert told == {("a", "a"): (8, False), ("b", "b"): (5, False), ("a", "b"): (2, True)}


def test_whoever_is_new_has_no_ribbon() -> None:
    found = alluvial({"a": 10}, {"a": 13}, [], {"a": 3}, CODES)
    assert found is not None
    assert [each["count"] for each in found["ribbons"]] == [10]


def test_a_first_run_has_no_moves_to_draw() -> None:
    assert alluvial({}, {"a": 3}, [], {"a": 3}, CODES) is None


@settings(max_examples=60, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), min_size=1, max_size=60))
def test_as_many_leave_on_the_left_as_arrive_on_the_right(customers: list[tuple[str, str]]) -> None:
    before, after, moves = {}, {}, {}
    for origin, target in customers:
        before[origin] = before.get(origin, 0) + 1
        after[target] = after.get(target, 0) + 1
        if origin != target:
            moves[origin, target] = moves.get((origin, target), 0) + 1
    found = alluvial(before, after, [(a, b, count) for (a, b), count in moves.items()], {}, CODES)
    assert found is not None
    for side, sizes in (("origin", before), ("target", after)):
        for code, size in sizes.items():
            assert sum(each["count"] for each in found["ribbons"] if each[side] == code) == size
    assert found["width"] == WIDTH


def test_a_profile_says_which_way_and_how_far() -> None:
    groups = [{"code": "group_1", "name": "Group 1", "centre": [{"fact": "products", "deviations": -3.0}]}]
    found = profile(groups)
    assert found is not None
    (cell,) = found["cells"]
    assert (cell["more"], cell["depth"]) == (False, 0.75)


def test_groupings_without_centres_have_no_profile() -> None:
    assert profile([]) is None


def test_the_number_of_groups_that_was_taken_is_marked() -> None:
    tried = [{"groups": 3, "silhouette": "0.21"}, {"groups": 4, "silhouette": "0.42"}]
    found = clearness(tried, 4)
    assert found is not None
    assert [each["taken"] for each in found["bars"]] == [False, True]
    assert found["bars"][1]["height"] == 2 * found["bars"][0]["height"]
