"""OpenSanctions entities: FollowTheMoney objects, one JSON object a line (entities.ftm.json, targets.nested.json)."""

import json
from collections.abc import Iterator, Mapping

import orjson

from backend.screening.lists.countries import country_code
from backend.screening.lists.dates import birth_date
from backend.screening.lists.entity import Address, BirthDate, Entity, EntityKind, Gender, Identifier, Name, NameKind
from backend.screening.lists.errors import BrokenJson, DuplicateEntry, ListEmpty, ListTruncated, MissingValue

FORMAT = "FollowTheMoney JSON lines"
_KINDS = {
    "Person": EntityKind.PERSON, "Organization": EntityKind.ORGANISATION, "Company": EntityKind.ORGANISATION,
    "PublicBody": EntityKind.ORGANISATION, "LegalEntity": EntityKind.UNKNOWN, "Vessel": EntityKind.VESSEL,
    "Airplane": EntityKind.AIRCRAFT,
}  # fmt: skip
_IDENTIFIERS = {
    "passportNumber": "passport", "idNumber": "national_id", "innCode": "tax_id", "taxNumber": "tax_id",
    "vatCode": "tax_id", "registrationNumber": "registration", "ogrnCode": "registration", "leiCode": "lei",
    "swiftBic": "bic", "imoNumber": "imo", "mmsi": "mmsi", "callSign": "call_sign", "uscCode": "registration",
    "socialSecurityNumber": "national_id", "serialNumber": "aircraft_serial",
}  # fmt: skip
_GENDERS = {"male": Gender.MALE, "female": Gender.FEMALE}
Properties = Mapping[str, list[str]]


def parse(data: bytes, *, source: str = "OpenSanctions") -> tuple[Entity, ...]:
    """Schemata that stand for no party (sanctions, ownership, addresses) are passed over."""
    if data and not data.endswith(b"\n"):
        last = data.rsplit(b"\n", 1)[-1]
        if not _is_object(last):
            raise ListTruncated(format=FORMAT, line=data.count(b"\n") + 1)
    found: dict[str, Entity] = {}
    lines: dict[str, int] = {}
    for line, row in enumerate(data.splitlines(), start=1):
        if not row.strip():
            continue
        entity = _entity(_object(row, line), line, source)
        if entity is None:
            continue
        if entity.id in found:
            raise DuplicateEntry(format=FORMAT, line=line, first=lines[entity.id])
        found[entity.id], lines[entity.id] = entity, line
    if not found:
        raise ListEmpty(format=FORMAT, line=1)
    return tuple(found.values())


def _is_object(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _object(row: bytes, line: int) -> dict[str, object]:
    try:
        value = orjson.loads(row)
    except orjson.JSONDecodeError as error:
        raise BrokenJson(format=FORMAT, line=line) from error
    if not isinstance(value, dict):
        raise BrokenJson(format=FORMAT, line=line)
    return value


def _entity(value: dict[str, object], line: int, source: str) -> Entity | None:
    kind = _KINDS.get(str(value.get("schema")))
    if kind is None:
        return None
    properties = _properties(value.get("properties"))
    id_ = value.get("id")
    names = tuple(dict.fromkeys(_names(properties)))
    if not isinstance(id_, str) or not id_ or not names:
        raise MissingValue(format=FORMAT, line=line, field="id or properties.name")
    return Entity(
        id=id_,
        source=source,
        kind=kind,
        names=names,
        birth_dates=tuple(dict.fromkeys(_birth_dates(properties))),
        birth_places=tuple(properties.get("birthPlace", ())),
        countries=_countries(properties),
        genders=tuple(_GENDERS[one] for one in properties.get("gender", ()) if one in _GENDERS),
        identifiers=tuple(
            Identifier(type_, number) for key, type_ in _IDENTIFIERS.items() for number in properties.get(key, ())
        ),
        addresses=tuple(Address(text) for text in properties.get("address", ())),
        programmes=tuple(properties.get("program", ())) + tuple(properties.get("topics", ())),
        remarks="; ".join((*properties.get("position", ()), *properties.get("notes", ()))),
    )


def _properties(value: object) -> Properties:
    """Nested entities among the values (of the nested export) are left out: only texts are kept."""
    if not isinstance(value, dict):
        return {}
    return {
        str(key): [one for one in values if isinstance(one, str)]
        for key, values in value.items()
        if isinstance(values, list)
    }


def _names(properties: Properties) -> Iterator[Name]:
    for position, text in enumerate(properties.get("name", ())):
        yield Name(text, NameKind.ALIAS if position else NameKind.PRIMARY)
    for key, kind in (("alias", NameKind.ALIAS), ("previousName", NameKind.ALIAS), ("weakAlias", NameKind.WEAK)):
        for text in properties.get(key, ()):
            yield Name(text, kind)


def _birth_dates(properties: Properties) -> Iterator[BirthDate]:
    for text in properties.get("birthDate", ()):
        date_ = birth_date(text)
        if date_:
            yield date_


def _countries(properties: Properties) -> tuple[str, ...]:
    keys = ("nationality", "citizenship", "country", "jurisdiction", "flag")
    codes = (country_code(text) for key in keys for text in properties.get(key, ()))
    return tuple(dict.fromkeys(code for code in codes if code))
