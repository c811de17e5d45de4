"""Who looks after whom: areas stay whole, books come out even, and the same input gives the same books."""

from collections import Counter
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.onboarding.migration.assignment import Books, Manager

MANAGERS = [Manager(UUID(int=number), None) for number in range(1, 5)]
DISTRICTS = st.lists(st.sampled_from(["Praha", "Brno", "Zlin", "Tabor", "Kladno", None]), max_size=80)


def _sizes(districts: list[str | None], managers: list[Manager]) -> Counter[UUID]:
    books = Books(managers, districts)
    return Counter(books.manager(district).id for district in districts)


def test_the_largest_area_goes_to_one_book_and_the_small_ones_share_the_next() -> None:
    books = Books(MANAGERS[:2], ["Praha"] * 5 + ["Brno"] * 3 + ["Zlin"] * 2)
    assert books.manager("Praha") == MANAGERS[0]
    assert books.manager("Brno") == books.manager("Zlin") == MANAGERS[1]


def test_without_managers_nobody_is_named() -> None:
    assert Books([], ["Praha"]).manager("Praha") is None


def test_an_area_that_nobody_lives_in_has_no_manager() -> None:
    assert Books(MANAGERS, ["Praha"]).manager("Brno") is None


def test_customers_without_an_area_have_a_manager_too() -> None:
    assert Books(MANAGERS, [None]).manager(None) == MANAGERS[0]


@settings(derandomize=True)
@given(DISTRICTS)
def test_everybody_has_a_manager_and_no_two_books_differ_by_more_than_the_largest_area(
    districts: list[str | None],
) -> None:
    sizes = _sizes(districts, MANAGERS)
    assert sum(sizes.values()) == len(districts)
    books = [sizes[manager.id] for manager in MANAGERS]
    assert max(books) - min(books) <= max(Counter(districts).values(), default=0)


@settings(derandomize=True)
@given(DISTRICTS, st.randoms(use_true_random=False))
def test_the_order_of_the_file_does_not_matter(districts: list[str | None], random: object) -> None:
    shuffled = list(districts)
    random.shuffle(shuffled)
    assert _sizes(shuffled, MANAGERS) == _sizes(districts, MANAGERS)
