from datetime import date
from pathlib import Path

import pytest

from backend.screening.lists import own_csv
from backend.screening.lists.entity import BirthDate, Gender, Identifier, NameKind
from backend.screening.lists.errors import DuplicateEntry, ListEmpty, MissingValue, UnreadableValue, WrongDocument

HEADER = b"id,kind,name,birth_date\n"


def test_cells_of_several_values_are_split(files: Path) -> None:
    person = own_csv.parse((files / "own.csv").read_bytes(), source="PEP")[0]
    assert [(name.text, name.kind) for name in person.names] == [
        ("Teodor Morvane", NameKind.PRIMARY),
        ("Fedor Morvan", NameKind.ALIAS),
        ("Т. Морване", NameKind.ALIAS),
        ("The Clerk", NameKind.WEAK),
    ]
    assert person.birth_dates == (
        BirthDate(date(1974, 2, 4), date(1974, 2, 4)),
        BirthDate(date(1975, 1, 1), date(1975, 12, 31), approximate=True),
    )
    assert (person.countries, person.genders) == (("IR", "SY"), (Gender.MALE,))
    assert person.identifiers == (Identifier("passport", "A1234567", "IR"), Identifier("tax_id", "88-123"))


def test_the_source_is_the_lists_name(files: Path) -> None:
    assert own_csv.parse((files / "own.csv").read_bytes(), source="PEP")[1].key == ("PEP", "P-2")


@pytest.mark.parametrize(
    ("row", "column"),
    [(b"1,martian,A,\n", "kind"), (b"1,person,A,31-31-1999\n", "birth_date"), (b"1,person,A,soon\n", "birth_date")],
)
def test_a_value_that_cannot_be_read_names_line_and_column(row: bytes, column: str) -> None:
    with pytest.raises(UnreadableValue) as refusal:
        own_csv.parse(HEADER + b"0,person,Z,\n" + row, source="PEP")
    assert (refusal.value.params["line"], refusal.value.field) == (3, column)


def test_a_missing_name_is_refused() -> None:
    with pytest.raises(MissingValue) as refusal:
        own_csv.parse(HEADER + b"1,person,,\n", source="PEP")
    assert refusal.value.params["line"] == 2


def test_text_that_is_not_utf_8_is_refused_with_the_line() -> None:
    with pytest.raises(UnreadableValue) as refusal:
        own_csv.parse(HEADER + b"1,person,Jos\xe9,\n", source="PEP")
    assert refusal.value.params["line"] == 2


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(WrongDocument):
        own_csv.parse(b"id,kind,name,shoe_size\n1,person,A,44\n", source="PEP")


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(DuplicateEntry) as refusal:
        own_csv.parse(HEADER + b"1,person,A,\n1,person,B,\n", source="PEP")
    assert refusal.value.params["first"] == 2


def test_a_list_without_entries_is_refused() -> None:
    with pytest.raises(ListEmpty):
        own_csv.parse(HEADER, source="PEP")
