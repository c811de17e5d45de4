from datetime import date
from pathlib import Path

import pytest

from backend.screening.lists import ftm_json
from backend.screening.lists.entity import BirthDate, EntityKind, Identifier, NameKind
from backend.screening.lists.errors import BrokenJson, DuplicateEntry, ListTruncated


def test_parties_are_read_and_other_schemata_passed_over(files: Path) -> None:
    entities = ftm_json.parse((files / "entities.ftm.json").read_bytes())
    assert [(entity.id, entity.kind) for entity in entities] == [
        ("zz-1", EntityKind.PERSON),
        ("zz-3", EntityKind.VESSEL),
        ("zz-4", EntityKind.UNKNOWN),
    ]


def test_properties_become_fields(files: Path) -> None:
    person = ftm_json.parse((files / "entities.ftm.json").read_bytes())[0]
    assert [name.kind for name in person.names] == [NameKind.PRIMARY, NameKind.ALIAS, NameKind.ALIAS, NameKind.WEAK]
    assert person.birth_dates[0] == BirthDate(date(1974, 2, 4), date(1974, 2, 4))
    assert person.countries == ("IR",)
    assert person.identifiers == (Identifier("passport", "A1234567"),)


def test_a_line_that_is_no_object_is_refused_with_its_number(files: Path) -> None:
    lines = (files / "entities.ftm.json").read_bytes().splitlines(keepends=True)
    with pytest.raises(BrokenJson) as refusal:
        ftm_json.parse(lines[0] + b"[1, 2]\n" + lines[2])
    assert refusal.value.params["line"] == 2


def test_a_cut_off_file_is_refused(files: Path) -> None:
    with pytest.raises(ListTruncated) as refusal:
        ftm_json.parse((files / "entities.ftm.json").read_bytes()[:-20])
    assert refusal.value.params["line"] == 4


def test_an_id_given_twice_is_refused(files: Path) -> None:
    line = (files / "entities.ftm.json").read_bytes().splitlines(keepends=True)[0]
    with pytest.raises(DuplicateEntry):
        ftm_json.parse(line + line)
