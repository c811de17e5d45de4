from datetime import date
from pathlib import Path

import pytest

from backend.screening.lists import ofac_xml
from backend.screening.lists.entity import Address, BirthDate, Entity, EntityKind, Gender, Identifier, Name, NameKind
from backend.screening.lists.errors import ListTruncated, WrongDocument


@pytest.fixture
def entries(files: Path) -> dict[str, Entity]:
    return {entity.id: entity for entity in ofac_xml.parse((files / "ofac_advanced.xml").read_bytes())}


def test_names_keep_family_script_and_quality(entries: dict[str, Entity]) -> None:
    assert entries["101"].names == (
        Name("MORVANE, Teodor", NameKind.PRIMARY, "Latn", family_first=True),
        Name("МОРВАНЕ, Теодор", NameKind.ORIGINAL_SCRIPT, "Cyrl", family_first=True),
        Name("THE CLERK", NameKind.WEAK, "Latn"),
    )


def test_numbers_are_resolved_by_the_documents_own_tables(entries: dict[str, Entity]) -> None:
    person = entries["101"]
    assert person.kind is EntityKind.PERSON
    assert person.birth_dates == (BirthDate(date(1974, 2, 4), date(1974, 2, 4)),)
    assert person.birth_places == ("Karvel, Ruvania",)
    assert person.countries == ("IR",)
    assert person.genders == (Gender.MALE,)
    assert person.identifiers == (Identifier("passport", "A1234567", "IR"),)
    assert person.addresses == (Address("Karvel, Iran", "IR"),)
    assert person.remarks == "Colonel"


def test_programmes_come_from_the_sanctions_entries(entries: dict[str, Entity]) -> None:
    assert entries["101"].programmes == ("ALPHA",)


def test_a_vessel_is_a_vessel(entries: dict[str, Entity]) -> None:
    assert entries["103"].kind is EntityKind.VESSEL


def test_ids_are_those_of_the_csv(entries: dict[str, Entity]) -> None:
    assert set(entries) == {"101", "103"}


def test_a_cut_off_document_is_refused_with_the_line(files: Path) -> None:
    whole = (files / "ofac_advanced.xml").read_bytes()
    cut = whole[: whole.index(b"</DistinctParties>")]
    with pytest.raises(ListTruncated) as refusal:
        ofac_xml.parse(cut)
    assert refusal.value.params["line"] == cut.count(b"\n") + 1


def test_another_document_is_refused(files: Path) -> None:
    with pytest.raises(WrongDocument):
        ofac_xml.parse((files / "un.xml").read_bytes())


def test_entities_declared_in_the_document_are_not_resolved() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Sanctions>&x;</Sanctions>'
    with pytest.raises(Exception, match="holds no entry"):
        ofac_xml.parse(bomb)
