from datetime import date
from pathlib import Path

from backend.screening.lists import eu_xml
from backend.screening.lists.entity import Address, BirthDate, EntityKind, Identifier, NameKind


def test_names_are_primary_weak_or_alias_as_the_eu_marks_them(files: Path) -> None:
    person = eu_xml.parse((files / "eu.xml").read_bytes())[0]
    assert [(name.text, name.kind) for name in person.names] == [
        ("Teodor Morvane", NameKind.PRIMARY),
        ("Le Commis", NameKind.WEAK),
        ("Теодор Морване", NameKind.ALIAS),
    ]


def test_only_gregorian_birth_dates_are_read(files: Path) -> None:
    person = eu_xml.parse((files / "eu.xml").read_bytes())[0]
    assert person.birth_dates == (
        BirthDate(date(1974, 2, 4), date(1974, 2, 4)),
        BirthDate(date(1970, 1, 1), date(1972, 12, 31), approximate=True),
    )


def test_the_code_for_an_unknown_country_is_none(files: Path) -> None:
    person = eu_xml.parse((files / "eu.xml").read_bytes())[0]
    assert person.addresses == (Address("12 Long Road, Karvel, UNKNOWN", None),)


def test_kind_documents_programme_and_reference_are_read(files: Path) -> None:
    person, enterprise = eu_xml.parse((files / "eu.xml").read_bytes())
    assert (person.kind, enterprise.kind) == (EntityKind.PERSON, EntityKind.ORGANISATION)
    assert person.identifiers == (Identifier("passport", "A1234567", "IR"),)
    assert person.programmes == ("RUV",)
    assert person.remarks == "EU.1.1; Minister."
