from pathlib import Path

import pytest

from backend.screening.lists import uk_csv
from backend.screening.lists.entity import EntityKind, Name, NameKind
from backend.screening.lists.errors import ListTruncated, UnreadableValue, WrongDocument


def test_rows_of_one_id_are_one_entity(files: Path) -> None:
    first = uk_csv.parse((files / "uk.csv").read_bytes())[0]
    assert first.names == (
        Name("MORVANE Teodor", NameKind.PRIMARY, family_first=True),
        Name("MORVAN Fedor", NameKind.ALIAS, family_first=True),
    )


def test_types_become_kinds(files: Path) -> None:
    kinds = [entity.kind for entity in uk_csv.parse((files / "uk.csv").read_bytes())]
    assert kinds == [EntityKind.PERSON, EntityKind.ORGANISATION, EntityKind.VESSEL, EntityKind.PERSON]


def test_an_entry_published_without_a_name_is_kept(files: Path) -> None:
    nameless = uk_csv.parse((files / "uk.csv").read_bytes())[3]
    assert nameless.names == ()
    assert nameless.identifiers[0].value == "50004"


def test_an_unknown_type_is_refused_with_the_line(files: Path) -> None:
    strange = (files / "uk.csv").read_bytes().replace(b",Ship,", b",Balloon,")
    with pytest.raises(UnreadableValue) as refusal:
        uk_csv.parse(strange)
    assert refusal.value.params["line"] == 5


def test_another_header_is_refused() -> None:
    with pytest.raises(WrongDocument):
        uk_csv.parse(b"a,b,c,d,e,f,g,h\n1,2,3,4,5,6,7,8\n")


def test_a_cut_off_file_is_refused(files: Path) -> None:
    with pytest.raises(ListTruncated):
        uk_csv.parse((files / "uk.csv").read_bytes()[:-9])
