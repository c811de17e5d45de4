"""United Nations Security Council consolidated list (XML): individuals and entities with original-script names."""

import re
from collections.abc import Iterator

from lxml import etree

from backend.screening.lists.countries import country_code
from backend.screening.lists.dates import birth_date, years
from backend.screening.lists.entity import Address, BirthDate, Entity, EntityKind, Gender, Identifier, Name, NameKind
from backend.screening.lists.errors import DuplicateEntry, ListEmpty, MissingValue
from backend.screening.lists.xml import root_of, text_of, texts_of

FORMAT = "UN consolidated XML"
_NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_ORIGINAL = re.compile(r"\s*(?:[;/]|\bor\b)\s*")
_GENDERS = {"male": Gender.MALE, "female": Gender.FEMALE}
_NOTHING = {"na", "n/a", "none", "unknown", "-"}


def parse(data: bytes, *, source: str = "UN") -> tuple[Entity, ...]:
    root = root_of(data, name=FORMAT, expected="CONSOLIDATED_LIST")
    seen: dict[str, int] = {}
    found = []
    for element in root.iter("INDIVIDUAL", "ENTITY"):
        entity = _entity(element, source)
        line = int(element.sourceline or 0)
        if entity.id in seen:
            raise DuplicateEntry(format=FORMAT, line=line, first=seen[entity.id])
        seen[entity.id] = line
        found.append(entity)
    if not found:
        raise ListEmpty(format=FORMAT, line=1)
    return tuple(found)


def _entity(element: etree._Element, source: str) -> Entity:
    prefix = str(element.tag)
    id_ = text_of(element, "DATAID")
    names = tuple(dict.fromkeys(_names(element, prefix)))
    if not id_ or not names:
        raise MissingValue(format=FORMAT, line=element.sourceline or 0, field="DATAID or FIRST_NAME")
    gender = _GENDERS.get(text_of(element, "GENDER").casefold())
    return Entity(
        id=id_,
        source=source,
        kind=EntityKind.PERSON if prefix == "INDIVIDUAL" else EntityKind.ORGANISATION,
        names=names,
        birth_dates=tuple(dict.fromkeys(_birth_dates(element))),
        birth_places=tuple(dict.fromkeys(_places(element, "INDIVIDUAL_PLACE_OF_BIRTH"))),
        countries=tuple(dict.fromkeys(_countries(element, prefix))),
        genders=(gender,) if gender else (),
        identifiers=tuple(dict.fromkeys(_identifiers(element))),
        addresses=tuple(dict.fromkeys(_addresses(element, prefix))),
        programmes=texts_of(element, "UN_LIST_TYPE"),
        remarks="; ".join(texts_of(element, "DESIGNATION/VALUE") + texts_of(element, "COMMENTS1")),
    )


def _names(element: etree._Element, prefix: str) -> Iterator[Name]:
    parts = (text_of(element, part) for part in _NAME_PARTS)
    primary = " ".join(part for part in parts if part and part.casefold() not in _NOTHING)
    if primary:
        yield Name(primary)
    for text in _ORIGINAL.split(text_of(element, "NAME_ORIGINAL_SCRIPT")):
        if text:
            yield Name(text, NameKind.ORIGINAL_SCRIPT)
    for alias in element.iterfind(f"{prefix}_ALIAS"):
        weak = text_of(alias, "QUALITY").casefold() == "low"
        for text in text_of(alias, "ALIAS_NAME").split(";"):
            if text.strip() and text.strip().casefold() not in _NOTHING:
                yield Name(text.strip(), NameKind.WEAK if weak else NameKind.ALIAS)


def _birth_dates(element: etree._Element) -> Iterator[BirthDate]:
    for birth in element.iterfind("INDIVIDUAL_DATE_OF_BIRTH"):
        approximate = text_of(birth, "TYPE_OF_DATE") == "APPROXIMATELY"
        exact = birth_date(text_of(birth, "DATE") or text_of(birth, "YEAR"))
        first, last = text_of(birth, "FROM_YEAR"), text_of(birth, "TO_YEAR")
        if first.isdigit() and last.isdigit():
            yield years(int(first), int(last), approximate=approximate)
        elif exact:
            yield BirthDate(exact.first, exact.last, approximate or exact.approximate)


def _places(element: etree._Element, path: str) -> Iterator[str]:
    for place in element.iterfind(path):
        parts = [text_of(place, part) for part in ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY")]
        if any(parts):
            yield ", ".join(part for part in parts if part)


def _countries(element: etree._Element, prefix: str) -> Iterator[str]:
    """Nationalities of a person; the countries of an entity's addresses."""
    path = "NATIONALITY/VALUE" if prefix == "INDIVIDUAL" else "ENTITY_ADDRESS/COUNTRY"
    for text in texts_of(element, path):
        code = country_code(text)
        if code:
            yield code


def _identifiers(element: etree._Element) -> Iterator[Identifier]:
    for document in element.iterfind("INDIVIDUAL_DOCUMENT"):
        number = text_of(document, "NUMBER")
        if number:
            passport = "pas" in text_of(document, "TYPE_OF_DOCUMENT").casefold()
            country = text_of(document, "ISSUING_COUNTRY") or text_of(document, "COUNTRY_OF_ISSUE")
            yield Identifier("passport" if passport else "national_id", number, country_code(country))


def _addresses(element: etree._Element, prefix: str) -> Iterator[Address]:
    for address, text in zip(
        element.iterfind(f"{prefix}_ADDRESS"), _all_places(element, f"{prefix}_ADDRESS"), strict=True
    ):
        if text:
            yield Address(text, country_code(text_of(address, "COUNTRY")))


def _all_places(element: etree._Element, path: str) -> Iterator[str]:
    for place in element.iterfind(path):
        parts = (text_of(place, part) for part in ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY"))
        yield ", ".join(part for part in parts if part)
