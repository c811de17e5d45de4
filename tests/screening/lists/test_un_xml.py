from datetime import date
from pathlib import Path

import pytest

from backend.screening.lists import un_xml
from backend.screening.lists.entity import BirthDate, Entity, EntityKind, Gender, Identifier, NameKind
from backend.screening.lists.errors import BrokenXml, DuplicateEntry, ListTruncated


@pytest.fixture
def entries(files: Path) -> dict[str, Entity]:
    return {entity.id: entity for entity in un_xml.parse((files / "un.xml").read_bytes())}


def test_the_four_name_parts_are_one_name_without_the_placeholder(entries: dict[str, Entity]) -> None:
    assert entries["900001"].names[0].text == "TAREK BEN ZAYD"


def test_original_script_names_are_split_and_marked(entries: dict[str, Entity]) -> None:
    original = [name.text for name in entries["900001"].names if name.kind is NameKind.ORIGINAL_SCRIPT]
    assert original == ["طارق بن زيد", "طارق الزيدي"]


def test_a_low_quality_alias_is_weak_and_an_empty_one_none(entries: dict[str, Entity]) -> None:
    kinds = {name.text: name.kind for name in entries["900001"].names}
    assert kinds["Tariq Zaid"] is NameKind.ALIAS
    assert kinds["Abu Samak"] is NameKind.WEAK
    assert "" not in kinds


def test_birth_dates_keep_their_uncertainty(entries: dict[str, Entity]) -> None:
    assert entries["900001"].birth_dates == (
        BirthDate(date(1960, 1, 1), date(1962, 12, 31)),
        BirthDate(date(1964, 1, 1), date(1964, 12, 31), approximate=True),
        BirthDate(date(1966, 3, 2), date(1966, 3, 2)),
    )


def test_nationality_gender_and_documents_are_read(entries: dict[str, Entity]) -> None:
    person = entries["900001"]
    assert (person.countries, person.genders) == (("TN",), (Gender.MALE,))
    assert person.identifiers == (Identifier("passport", "K123456", "TN"),)


def test_an_entity_is_an_organisation_with_all_its_aliases(entries: dict[str, Entity]) -> None:
    entity = entries["900002"]
    assert entity.kind is EntityKind.ORGANISATION
    assert [name.text for name in entity.names] == ["KORVAL SHIPPING (KOSH)", "Korval Lines", "Korval Marine"]
    assert entity.countries == ("KP",)


def test_a_cut_off_document_is_refused(files: Path) -> None:
    whole = (files / "un.xml").read_bytes()
    with pytest.raises(ListTruncated):
        un_xml.parse(whole[: len(whole) // 2])


def test_broken_xml_is_refused_with_the_line(files: Path) -> None:
    broken = (files / "un.xml").read_bytes().replace(b"<GENDER>Male</GENDER>", b"<GENDER>Male</GENRE>")
    with pytest.raises(BrokenXml) as refusal:
        un_xml.parse(broken)
    assert refusal.value.params["line"] == 10


def test_an_entry_given_twice_is_refused(files: Path) -> None:
    doubled = (files / "un.xml").read_bytes().replace(b"900002", b"900001")
    with pytest.raises(DuplicateEntry):
        un_xml.parse(doubled)
