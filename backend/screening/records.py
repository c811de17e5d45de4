"""An entry of a list as the document that is stored, and the digests by which entries and versions are told apart."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Final, TypeVar

import orjson

from backend.screening.lists.entity import Address, BirthDate, Entity, EntityKind, Gender, Identifier, Name, NameKind

BULKY: Final = ("addresses", "remarks", "programmes", "birth_places")
"""What no comparison looks at: left out of a process's index, read again where a person is shown a hit."""
_IDENTITY: Final = ("id", "source")
E_ = TypeVar("E_", bound=Enum)


@dataclass(frozen=True, slots=True)
class Record:
    """An entry on its way into the database; `digest` is SHA-256 and blind to the order of values in a field."""

    ref: str
    digest: str
    document: dict[str, Any]


def record(entity: Entity) -> Record:
    document = to_document(entity)
    return Record(entity.id, _sha256({field: _unordered(value) for field, value in document.items()}), document)


def to_document(entity: Entity) -> dict[str, Any]:
    """Plain JSON without the list and the reference, which the row has, and without what is empty."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(entity))
    return {field: value for field, value in plain.items() if value not in ([], "") and field not in _IDENTITY}


def to_entity(source: str, ref: str, document: Mapping[str, Any]) -> Entity:
    """Codes are looked up, not parsed: an index reads tens of thousands of entries at a time."""
    get = document.get
    return Entity(
        id=ref,
        source=source,
        kind=_KINDS[document["kind"]],
        names=tuple(
            Name(one["text"], _NAME_KINDS[one["kind"]], one["script"], one["family_first"]) for one in get("names", ())
        ),
        birth_dates=tuple(
            BirthDate(date.fromisoformat(one["first"]), date.fromisoformat(one["last"]), one["approximate"])
            for one in get("birth_dates", ())
        ),
        birth_places=tuple(get("birth_places", ())),
        countries=tuple(get("countries", ())),
        genders=tuple(_GENDERS[one] for one in get("genders", ())),
        identifiers=tuple(Identifier(one["type"], one["value"], one["country"]) for one in get("identifiers", ())),
        addresses=tuple(Address(one["text"], one["country"]) for one in get("addresses", ())),
        programmes=tuple(get("programmes", ())),
        remarks=get("remarks", ""),
    )


def content_digest(digests: Mapping[str, str]) -> str:
    """SHA-256 over all entries' references and digests in order: equal for two files that say the same."""
    whole = hashlib.sha256()
    for ref in sorted(digests):
        whole.update(f"{ref}\0{digests[ref]}\n".encode())
    return whole.hexdigest()


def _by_value(values: Iterable[E_]) -> dict[str, E_]:
    return {str(one.value): one for one in values}


def _unordered(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return sorted(orjson.dumps(one, option=orjson.OPT_SORT_KEYS).decode() for one in value)


def _sha256(document: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


_KINDS: Final = _by_value(EntityKind)
_NAME_KINDS: Final = _by_value(NameKind)
_GENDERS: Final = _by_value(Gender)
