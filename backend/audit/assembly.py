"""From the rows of entries and versions to the canonical bytes of the log.

An entry's head goes through `formats.entry`, which refuses what has no canonical form; its changes are spelt out by
PostgreSQL, set by set, and put where the empty list stands. The bytes equal those of `Entry.encode()`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import class_row

from backend.audit.formats import FormatError
from backend.audit.formats.entry import MAX_CHANGES, Actor, Entry, More, Origin, Outcome, Read, Subject

_ENTRIES = """
    SELECT id, ts, tenant_id, actor, action, subject_type, subject_id, outcome, reason, ruleset, origin, reads
      FROM audit_entry WHERE id = ANY(%s)"""
# Strings here are identifiers, hexadecimal and UUIDs: nothing that JSON would escape.
_CHANGES = """
    SELECT entry_id, count(*), string_agg(format('{"d":"%%s","id":"%%s","op":"%%s","t":"%%s","ver":%%s}',
                                                encode(digest, 'hex'), record_id, op, table_name, ver),
                                         E'\\n' ORDER BY table_name COLLATE "C", record_id, ver)
      FROM record_version WHERE entry_id = ANY(%s) GROUP BY entry_id"""
_NO_CHANGES = b'"changes":[]'
Part = TypeVar("Part", Actor, Origin)
Changes = tuple[int, str]
"""How many, and each change as canonical JSON on a line of its own, in the order of the log."""


@dataclass(slots=True)
class StoredEntry:
    """A row of `audit_entry`, as it was written."""

    id: UUID
    ts: datetime
    tenant_id: UUID
    actor: str
    action: str
    subject_type: str
    subject_id: UUID
    outcome: str
    reason: str | None
    ruleset: str | None
    origin: str
    reads: str | None

    def assemble(self, changes: Changes | None) -> bytes:
        """Raises FormatError for an entry that has no canonical form."""
        try:
            return self._assemble(*(changes or (0, "")))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise FormatError(f"{type(error).__name__}: {error}") from error

    def _assemble(self, count: int, lines: str) -> bytes:
        if count > MAX_CHANGES:
            return self._entry(More.over(lines.encode().split(b"\n"))).encode()
        head = self._entry(None).encode()
        listed = b'"changes":[' + lines.replace("\n", ",").encode() + b"]"
        return head.replace(_NO_CHANGES, listed, 1) if count else head

    def _entry(self, more: More | None) -> Entry:
        return Entry(
            id=self.id,
            ts=self.ts,
            tenant=self.tenant_id,
            actor=_actor(self.actor),
            action=self.action,
            subject=Subject(self.subject_type, self.subject_id),
            outcome=cast("Outcome", self.outcome),
            reason=self.reason,
            ruleset=self.ruleset,
            origin=_origin(self.origin),
            more=more,
            reads=() if self.reads is None else _reads(self.reads),
        )


async def fetch(
    connection: psycopg.AsyncConnection[Any], ids: Sequence[UUID]
) -> tuple[dict[UUID, StoredEntry], dict[UUID, Changes]]:
    """Entries and their changes, two queries whatever the number; in a pipeline one round trip."""
    async with connection.cursor(row_factory=class_row(StoredEntry)) as heads, connection.cursor() as lines:
        await heads.execute(_ENTRIES, [list(ids)])
        await lines.execute(_CHANGES, [list(ids)])
        entries = {entry.id: entry for entry in await heads.fetchall()}
        return entries, {row[0]: (row[1], row[2]) for row in await lines.fetchall()}


@lru_cache(maxsize=1024)
def _actor(text: str) -> Actor:
    value = _object(text)
    behalf = value["on_behalf_of"]
    actor = Actor(UUID(value["id"]), value["type"], frozenset(value["roles"]), None if behalf is None else UUID(behalf))
    return _same(actor, text)


def _origin(text: str) -> Origin:
    value = _object(text)
    return _same(Origin(value["channel"], value["ip"], value["request"]), text)


def _reads(text: str) -> tuple[Read, ...]:
    reads = tuple(Read(read["type"], UUID(read["id"]), frozenset(read["fields"])) for read in orjson.loads(text))
    if sorted(map(_key, orjson.loads(text))) != sorted(_key(read.as_value()) for read in reads):
        raise FormatError("the stored reads are not in the form of the log")
    return reads


def _key(read: object) -> bytes:
    return orjson.dumps(read, option=orjson.OPT_SORT_KEYS)


def _object(text: str) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", orjson.loads(text))


def _same(part: Part, text: str) -> Part:
    """Stored JSON with more or other keys than the format has must not lose them silently."""
    if orjson.loads(text) != part.as_value():
        raise FormatError(f"the stored {type(part).__name__.lower()} is not in the form of the log: {text[:200]}")
    return part
