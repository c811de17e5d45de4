"""Reading an audit entry back from the bytes of a leaf, strictly: exactly the fields of version 1, each of its type, in
the one canonical spelling. What this accepts is what `Entry.encode` writes, nothing else.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar, cast
from uuid import UUID

from backend.audit.formats import canonical
from backend.audit.formats.entry import (
    VERSION,
    Actor,
    ActorType,
    Change,
    Channel,
    Entry,
    InvalidEntry,
    More,
    Operation,
    Origin,
    Outcome,
    Read,
    Subject,
    format_time,
)

T = TypeVar("T")
Fields = dict[str, object]

_ENTRY = frozenset(
    ("v", "id", "ts", "tenant", "actor", "action", "subject", "outcome", "reason", "ruleset", "origin", "changes")
)


def parse(data: bytes) -> Entry:
    """Raises NotCanonical for bytes that are not JSON, InvalidEntry naming the field that is wrong."""
    value = canonical.read(data)
    optional = {key for key in ("reads", "more") if isinstance(value, dict) and value.get(key)}
    entry = _entry(_object(value, "$", _ENTRY | optional))
    if entry.encode() != data:
        raise InvalidEntry(
            "$", "is not in its one spelling: keys, roles, changes or reads are out of order, or JSON differs"
        )
    return entry


def _entry(fields: Fields) -> Entry:
    if fields["v"] != VERSION or isinstance(fields["v"], bool):
        raise InvalidEntry("$.v", f"this reader knows version {VERSION}, not {fields['v']!r}")
    return Entry(
        id=_uuid(fields["id"], "$.id"),
        ts=_time(fields["ts"], "$.ts"),
        tenant=_uuid(fields["tenant"], "$.tenant"),
        actor=_actor(fields["actor"], "$.actor"),
        action=_text(fields["action"], "$.action"),
        subject=_subject(fields["subject"], "$.subject"),
        outcome=cast("Outcome", _text(fields["outcome"], "$.outcome")),
        reason=_optional(_text, fields["reason"], "$.reason"),
        ruleset=_optional(_text, fields["ruleset"], "$.ruleset"),
        origin=_origin(fields["origin"], "$.origin"),
        changes=_list(_change, fields["changes"], "$.changes"),
        reads=_list(_read, fields.get("reads", []), "$.reads"),
        more=_optional(_more, fields.get("more"), "$.more"),
    )


def _actor(value: object, path: str) -> Actor:
    fields = _object(value, path, {"id", "type", "roles", "on_behalf_of"})
    return Actor(
        id=_uuid(fields["id"], f"{path}.id"),
        type=cast("ActorType", _text(fields["type"], f"{path}.type")),
        roles=frozenset(_list(_text, fields["roles"], f"{path}.roles")),
        on_behalf_of=_optional(_uuid, fields["on_behalf_of"], f"{path}.on_behalf_of"),
    )


def _subject(value: object, path: str) -> Subject:
    fields = _object(value, path, {"type", "id"})
    return Subject(_text(fields["type"], f"{path}.type"), _uuid(fields["id"], f"{path}.id"))


def _origin(value: object, path: str) -> Origin:
    fields = _object(value, path, {"channel", "ip", "request"})
    return Origin(
        channel=cast("Channel", _text(fields["channel"], f"{path}.channel")),
        ip=_optional(_text, fields["ip"], f"{path}.ip"),
        request=_text(fields["request"], f"{path}.request"),
    )


def _change(value: object, path: str) -> Change:
    fields = _object(value, path, {"t", "id", "ver", "op", "d"})
    return Change(
        table=_text(fields["t"], f"{path}.t"),
        id=_uuid(fields["id"], f"{path}.id"),
        ver=_integer(fields["ver"], f"{path}.ver"),
        op=cast("Operation", _text(fields["op"], f"{path}.op")),
        digest=_hex(fields["d"], f"{path}.d"),
    )


def _more(value: object, path: str) -> More:
    fields = _object(value, path, {"n", "root"})
    return More(_integer(fields["n"], f"{path}.n"), _hex(fields["root"], f"{path}.root"))


def _read(value: object, path: str) -> Read:
    fields = _object(value, path, {"type", "id", "fields"})
    seen = frozenset(_list(_text, fields["fields"], f"{path}.fields"))
    return Read(_text(fields["type"], f"{path}.type"), _uuid(fields["id"], f"{path}.id"), seen)


def _object(value: object, path: str, keys: set[str] | frozenset[str]) -> Fields:
    if not isinstance(value, dict):
        raise InvalidEntry(path, "is not an object")
    if odd := value.keys() ^ keys:
        raise InvalidEntry(path, f"has missing or unknown fields: {', '.join(sorted(odd))}")
    return value


def _list(read: Callable[[object, str], T], value: object, path: str) -> tuple[T, ...]:
    if not isinstance(value, list):
        raise InvalidEntry(path, "is not a list")
    return tuple(read(member, f"{path}[{index}]") for index, member in enumerate(value))


def _optional(read: Callable[[object, str], T], value: object, path: str) -> T | None:
    return None if value is None else read(value, path)


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise InvalidEntry(path, "is not a string")
    return value


def _integer(value: object, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidEntry(path, "is not an integer")
    return value


def _uuid(value: object, path: str) -> UUID:
    text = _text(value, path)
    try:
        uuid = UUID(text)
    except ValueError as error:
        raise InvalidEntry(path, f"{text[:50]!r} is not a UUID") from error
    if str(uuid) != text:
        raise InvalidEntry(path, f"the UUID {text[:50]!r} is written {uuid}")
    return uuid


def _hex(value: object, path: str) -> bytes:
    try:
        return bytes.fromhex(_text(value, path))
    except ValueError as error:
        raise InvalidEntry(path, "is not hexadecimal") from error


def _time(value: object, path: str) -> datetime:
    text = _text(value, path)
    try:
        ts = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidEntry(path, f"{text[:50]!r} is not a time") from error
    if ts.utcoffset() is None or format_time(ts) != text:
        raise InvalidEntry(path, f"{text[:50]!r} is not a time in UTC with microseconds and Z")
    return ts.astimezone(UTC)
