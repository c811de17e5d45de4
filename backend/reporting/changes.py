"""What entries changed, before and after, as far as the reader's rights show it.

Nothing is opened that is not shown, what is shown is noted for the log, and a value that is withheld says why: masked,
hidden, sealed (nobody reads it here) or erased with its owner.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.types import LargeBinary

from backend.access import fields
from backend.access.context import Context
from backend.access.fields import FieldPlan, Visibility
from backend.access.scopes import Facts
from backend.core.tables import metadata
from backend.customers import queries as customers
from backend.customers.guards import GUARDS, guard_of_any, party_of
from backend.privacy.errors import DataKeyDestroyed, DataKeyMissing, FieldUnreadable

_BOOKKEEPING: Final = frozenset(("id", "tenant_id", "entry_id", "ver"))
_KEYS: Final = frozenset({"api_client", "client_key"})
"""Tables whose rows hold digests of keys."""
_FIELDS: Final = sorted({field for fields_ in GUARDS.values() for field in fields_})
_VERSIONS: Final = text(
    """
    SELECT v.entry_id, v.table_name, v.record_id, v.ver, v.op, v.row::text, v.sealed::text,
           p.row::text AS before, p.sealed::text AS sealed_before
      FROM record_version v
      LEFT JOIN record_version p ON p.table_name = v.table_name AND p.record_id = v.record_id AND p.ver = v.ver - 1
     WHERE v.entry_id = ANY(:entries)
     ORDER BY v.entry_id, v.table_name COLLATE "C", v.record_id, v.ver"""
)


class Disclosure(StrEnum):
    CLEAR = "clear"
    MASKED = "masked"
    HIDDEN = "hidden"
    SEALED = "sealed"
    ERASED = "erased"
    UNREADABLE = "unreadable"


_RANKS: Final = {how: rank for rank, how in enumerate(Disclosure)}


class Value(NamedTuple):
    text: str | None
    how: Disclosure


class FieldChange(NamedTuple):
    column: str
    before: Value
    after: Value

    @property
    def how(self) -> Disclosure:
        """Of the two the one that says more about what is missing."""
        return max(self.before.how, self.after.how, key=_RANKS.__getitem__)


class RecordChange(NamedTuple):
    table: str
    record_id: UUID
    ver: int
    op: str
    columns: tuple[FieldChange, ...]


class _Version(NamedTuple):
    """As it is stored, beside the one before it."""

    entry_id: UUID
    table_name: str
    record_id: UUID
    ver: int
    op: str
    row: Mapping[str, Any]
    sealed: Mapping[str, str]
    before: Mapping[str, Any]
    sealed_before: Mapping[str, str]


def _version(row: Row[Any]) -> _Version:
    entry, table, record, ver, op, *texts = tuple(row)
    return _Version(entry, table, record, ver, op, *({} if each is None else orjson.loads(each) for each in texts))


async def changes_of(ctx: Context, entries: Sequence[UUID]) -> dict[UUID, list[RecordChange]]:
    """By entry, in the order of tables, records and versions."""
    rows = [_version(row) for row in await ctx.session.execute(_VERSIONS, {"entries": list(entries)})]
    parties = [party_of(row.table_name, row.record_id, row.row) for row in rows]
    known = await customers.facts_of(ctx, {party for party in parties if party is not None})
    await ctx.vault.load(known)
    plan = ctx.plan("customer", _FIELDS)
    found: dict[UUID, list[RecordChange]] = {}
    for row, party in zip(rows, parties, strict=True):
        reading = _Reading(ctx, plan, row, party, known.get(party) if party is not None else None)
        columns = () if row.op == "delete" else tuple(reading.columns())
        change = RecordChange(row.table_name, row.record_id, row.ver, row.op, columns)
        found.setdefault(row.entry_id, []).append(change)
    return found


class _Reading(NamedTuple):
    """One version beside the one before it, in the eyes of the reader."""

    ctx: Context
    plan: FieldPlan
    version: _Version
    party: UUID | None
    facts: Facts | None

    def columns(self) -> Iterator[FieldChange]:
        version = self.version
        before, after = version.before, version.row
        for name in sorted(after.keys() - _BOOKKEEPING):
            if before.get(name) != after[name]:
                yield FieldChange(
                    name,
                    self._value(name, before, version.sealed_before),
                    self._value(name, after, version.sealed),
                )

    def _value(self, name: str, row: Mapping[str, Any], sealed: Mapping[str, str]) -> Value:
        value, table = row.get(name), self.version.table_name
        if value is None:
            return Value(None, Disclosure.CLEAR)
        kind, field = _kind(table, name), guard_of_any(table, name, row)
        if kind.owner is not None:
            return self._sealed(name, field, UUID(row[kind.owner]), sealed.get(name))
        if kind.secret:
            return Value(None, Disclosure.SEALED)
        return Value(_text(value), Disclosure.CLEAR) if field is None else self._shown(field, _text(value))

    def _sealed(self, name: str, field: str | None, owner: UUID, ciphertext: str | None) -> Value:
        if ciphertext is None:
            return Value(None, Disclosure.ERASED)
        if field is None or self._visible(field) is Visibility.HIDDEN:
            return Value(None, Disclosure.SEALED if field is None else Disclosure.HIDDEN)
        version = self.version
        try:
            opened = self.ctx.vault.open(
                version.table_name, name, version.record_id, owner, base64.b64decode(ciphertext)
            )
        except (DataKeyDestroyed, DataKeyMissing):
            return Value(None, Disclosure.ERASED)
        except FieldUnreadable:
            return Value(None, Disclosure.UNREADABLE)
        return self._shown(field, opened)

    def _shown(self, field: str, value: str) -> Value:
        visible = self._visible(field)
        shown = fields.show(f"customer.{field}", value, visible)
        if shown is None or self.party is None:
            return Value(None, Disclosure.HIDDEN)
        self.ctx.saw(("party", self.party), field)
        return Value(str(shown), Disclosure.CLEAR if visible is Visibility.CLEAR else Disclosure.MASKED)

    def _visible(self, field: str) -> Visibility:
        return Visibility.HIDDEN if self.facts is None else self.plan.of(self.facts)[field]


class _Kind(NamedTuple):
    """What the tables say of a column: `owner` of one that is encrypted; `secret` are tags, digests and keys."""

    owner: str | None
    secret: bool


@cache
def _kind(table: str, name: str) -> _Kind:
    column = metadata.tables[table].c.get(name) if table in metadata.tables else None
    if column is None:
        return _Kind(None, table in _KEYS)
    owner = column.info["owner"] if column.info.get("sealed") else None
    return _Kind(owner, table in _KEYS or isinstance(column.type, LargeBinary))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
