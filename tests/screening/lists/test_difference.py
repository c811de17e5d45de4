from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from backend.screening.lists.difference import difference
from backend.screening.lists.entity import Entity, EntityKind, Name, NameKind

ANNA = Entity(
    "1", "T", EntityKind.PERSON, (Name("Anna Morvane"), Name("A. Morvane", NameKind.ALIAS)), countries=("IR",)
)
BORIS = Entity("2", "T", EntityKind.PERSON, (Name("Boris Kelvan"),))


def test_equal_versions_do_not_differ() -> None:
    assert difference([ANNA, BORIS], [BORIS, ANNA]).is_empty


def test_added_and_removed_entries_are_told() -> None:
    found = difference([ANNA], [BORIS])
    assert (found.added, found.removed, found.changed) == ((BORIS,), (ANNA,), ())


def test_a_change_says_what_was_added_and_removed() -> None:
    married = replace(ANNA, names=(*ANNA.names[:1], Name("Anna Kelvan", NameKind.ALIAS)), countries=("IR", "SY"))
    (change,) = difference([ANNA], [married]).changed
    assert {one.field: (one.added, one.removed) for one in change.changes} == {
        "names": ((Name("Anna Kelvan", NameKind.ALIAS),), (Name("A. Morvane", NameKind.ALIAS),)),
        "countries": (("SY",), ()),
    }


def test_another_order_of_names_is_no_change() -> None:
    assert difference([ANNA], [replace(ANNA, names=ANNA.names[::-1])]).is_empty


def test_what_is_to_screen_anew_is_added_or_changed() -> None:
    moved = replace(ANNA, countries=())
    assert difference([ANNA], [moved, BORIS]).to_screen == (BORIS, moved)


versions = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["X", "Y", "Z"])).map(
    lambda names: [Entity(id_, "T", EntityKind.PERSON, (Name(name),)) for id_, name in names.items()]
)


@given(versions, versions)
def test_the_difference_applied_to_the_old_version_gives_the_new(old: list[Entity], new: list[Entity]) -> None:
    found = difference(old, new)
    applied = {entity.key: entity for entity in old}
    for entity in found.removed:
        del applied[entity.key]
    applied |= {entity.key: entity for entity in found.to_screen}
    assert applied == {entity.key: entity for entity in new}
