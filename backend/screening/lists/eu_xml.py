"""European Union consolidated financial sanctions list (XML of the Financial Sanctions Database, schema 1.1)."""

from collections.abc import Iterator

from lxml import etree

from backend.screening.lists.countries import country_code
from backend.screening.lists.dates import birth_date, years
from backend.screening.lists.entity import Address, BirthDate, Entity, EntityKind, Gender, Identifier, Name, NameKind
from backend.screening.lists.errors import DuplicateEntry, ListEmpty, MissingValue
from backend.screening.lists.xml import root_of, texts_of

FORMAT = "EU XML"
_KINDS = {"person": EntityKind.PERSON, "enterprise": EntityKind.ORGANISATION, "vessel": EntityKind.VESSEL}
_GENDERS = {"M": Gender.MALE, "F": Gender.FEMALE}
_IDENTIFIERS = {"passport": "passport", "id": "national_id", "ssn": "national_id", "fiscalcode": "tax_id", "imo": "imo",
                "regnumber": "registration"}  # fmt: skip
_UNKNOWN = "00"


def parse(data: bytes, *, source: str = "EU") -> tuple[Entity, ...]:
    root = root_of(data, name=FORMAT, expected="export")
    seen: dict[str, int] = {}
    found = []
    for element in root.iterfind("sanctionEntity"):
        line = int(element.sourceline or 0)
        entity = _entity(element, line, source)
        if entity.id in seen:
            raise DuplicateEntry(format=FORMAT, line=line, first=seen[entity.id])
        seen[entity.id] = line
        found.append(entity)
    if not found:
        raise ListEmpty(format=FORMAT, line=1)
    return tuple(found)


def _entity(element: etree._Element, line: int, source: str) -> Entity:
    id_ = element.get("logicalId") or ""
    names = tuple(dict.fromkeys(_names(element)))
    if not id_ or not names:
        raise MissingValue(format=FORMAT, line=line, field="logicalId or nameAlias/@wholeName")
    subject = element.find("subjectType")
    code = (subject.get("code") if subject is not None else "") or ""
    genders = (_GENDERS.get(alias.get("gender") or "") for alias in element.iterfind("nameAlias"))
    return Entity(
        id=id_,
        source=source,
        kind=_KINDS.get(code.casefold(), EntityKind.UNKNOWN),
        names=names,
        birth_dates=tuple(dict.fromkeys(_birth_dates(element))),
        birth_places=tuple(dict.fromkeys(_places(element))),
        countries=tuple(dict.fromkeys(_countries(element))),
        genders=tuple(dict.fromkeys(gender for gender in genders if gender)),
        identifiers=tuple(dict.fromkeys(_identifiers(element))),
        addresses=tuple(dict.fromkeys(_addresses(element))),
        programmes=tuple(
            dict.fromkeys(code for one in element.iterfind("regulation") if (code := one.get("programme") or ""))
        ),
        remarks="; ".join((*([element.get("euReferenceNumber")] if element.get("euReferenceNumber") else []),
                           *texts_of(element, "remark"))),
    )  # fmt: skip


def _names(element: etree._Element) -> Iterator[Name]:
    """The first name is the primary one; `strong="false"` marks what the EU itself calls weak."""
    for position, alias in enumerate(element.iterfind("nameAlias")):
        parts = (alias.get(part) or "" for part in ("firstName", "middleName", "lastName"))
        whole = " ".join((alias.get("wholeName") or " ".join(part for part in parts if part)).split())
        if whole:
            weak = alias.get("strong") == "false"
            yield Name(whole, NameKind.WEAK if weak else NameKind.ALIAS if position else NameKind.PRIMARY)


def _birth_dates(element: etree._Element) -> Iterator[BirthDate]:
    """Calendars other than the Gregorian are left out: converting them would be a guess."""
    for birth in element.iterfind("birthdate"):
        if (birth.get("calendarType") or "GREGORIAN") != "GREGORIAN":
            continue
        circa = birth.get("circa") == "true"
        first, last = birth.get("yearRangeFrom") or "", birth.get("yearRangeTo") or ""
        exact = birth_date(birth.get("birthdate") or birth.get("year") or "")
        if first.isdigit() and last.isdigit():
            yield years(int(first), int(last), approximate=circa)
        elif exact:
            yield BirthDate(exact.first, exact.last, circa)


def _places(element: etree._Element) -> Iterator[str]:
    for birth in element.iterfind("birthdate"):
        parts = [birth.get(part) or "" for part in ("place", "city", "region", "countryDescription")]
        if any(parts):
            yield ", ".join(part for part in parts if part)


def _countries(element: etree._Element) -> Iterator[str]:
    for citizenship in element.iterfind("citizenship"):
        code = _code(citizenship)
        if code:
            yield code


def _identifiers(element: etree._Element) -> Iterator[Identifier]:
    for document in element.iterfind("identification"):
        number = document.get("number") or document.get("latinNumber")
        if number:
            type_ = (document.get("identificationTypeCode") or "").casefold()
            yield Identifier(_IDENTIFIERS.get(type_, type_ or "other"), number, _code(document))


def _addresses(element: etree._Element) -> Iterator[Address]:
    for address in element.iterfind("address"):
        parts = [
            address.get(part) or "" for part in ("street", "poBox", "zipCode", "city", "region", "countryDescription")
        ]
        if any(parts):
            yield Address(", ".join(part for part in parts if part), _code(address))


def _code(element: etree._Element) -> str | None:
    code = element.get("countryIso2Code") or ""
    return country_code(code) if code != _UNKNOWN else None
