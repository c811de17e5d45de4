"""The trail of a record: every entry about it, newest first, with what it changed or read and its place in the log."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import LargeBinary

from backend.audit.actions import ACTIONS
from backend.audit.history import audited, audited_names

_BOOKKEEPING: Final = frozenset(("id", "tenant_id", "entry_id", "ver"))
_NOTES: Final = ("audit.",)
"""That a history was read, or a proof of it handed out, is not told in it."""
BEFORE: Final = "(CAST(:ts AS timestamptz) IS NULL OR (e.ts, e.id) < (:ts, CAST(:id AS uuid)))"
_NEWEST: Final = "ORDER BY e.ts DESC, e.id DESC LIMIT :limit"
_SUBJECT: Final = "e.subject_id = ANY(:ids)"
_CHANGED: Final = (
    "e.id IN (SELECT entry_id FROM record_version WHERE table_name = ANY(:tables) AND record_id = ANY(:ids))"
)
_READ: Final = "e.id IN (SELECT entry_id FROM audit_read WHERE record_id = ANY(:ids))"
_ACT: Final = "e.outcome = 'success' AND NOT e.action LIKE ANY(:quiet)"


def _newest(*ways: str, only: str = "TRUE") -> str:
    """The ids of the newest entries that are found one of these ways."""
    found = " UNION ".join(
        f"(SELECT e.id, e.ts FROM audit_entry e WHERE {way} AND {only} AND {BEFORE} {_NEWEST})"  # noqa: S608 - ours
        for way in ways
    )
    return f"SELECT e.id FROM ({found}) e {_NEWEST}"  # noqa: S608 - put together from the constants above


_TRAIL: Final = text(_newest(_SUBJECT, _CHANGED, _READ))
_ACTS: Final = text(_newest(_SUBJECT, _CHANGED, only=_ACT))
_IS_ACT: Final = text(
    f"SELECT subject_type, subject_id FROM audit_entry e "  # noqa: S608 - put together from the constants above
    f"WHERE e.id = :entry AND ({_SUBJECT} OR {_CHANGED}) AND {_ACT}"
)
_ENTRIES: Final = text(
    """
    SELECT e.id, e.ts, e.actor_id, e.actor, e.action, e.subject_type, e.subject_id, e.outcome, e.reason, e.ruleset,
           e.origin, e.reads, l.idx AS leaf,
           coalesce(l.idx < (SELECT max(size) FROM audit_checkpoint c WHERE c.tenant_id = e.tenant_id), false)
               AS covered
      FROM audit_entry e LEFT JOIN audit_leaf l ON l.entry_id = e.id
     WHERE e.id = ANY(:entries) ORDER BY e.ts DESC, e.id DESC"""
)
_CHANGES: Final = text(
    """
    SELECT v.entry_id, v.table_name, v.record_id, v.ver, v.op, v.row, p.row AS before
      FROM record_version v
      LEFT JOIN record_version p ON p.table_name = v.table_name AND p.record_id = v.record_id AND p.ver = v.ver - 1
     WHERE v.entry_id = ANY(:entries) AND (CAST(:ids AS uuid[]) IS NULL OR v.record_id = ANY(:ids))
     ORDER BY v.table_name, v.record_id, v.ver"""
)


@dataclass(frozen=True, slots=True)
class After:
    """Where the last page ended: time and id of its last entry."""

    ts: datetime
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """Values as canonical JSON has them; of a sealed column (or a keyed tag) only that it changed."""

    column: str
    sealed: bool
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RecordChange:
    table: str
    record_id: UUID
    ver: int
    op: str
    columns: tuple[ColumnChange, ...]


@dataclass(frozen=True, slots=True)
class TrailLine:
    """`leaf` is None while the entry waits for the log; `covered`: a signed head holds it; `seen`: personal fields of
    these records that were read."""

    entry_id: UUID
    ts: datetime
    actor_id: UUID
    actor_type: str
    roles: tuple[str, ...]
    on_behalf_of: UUID | None
    action: str
    meaning: str
    subject_type: str
    subject_id: UUID
    outcome: str
    reason: str | None
    ruleset: str | None
    channel: str
    leaf: int | None
    covered: bool
    changes: tuple[RecordChange, ...]
    seen: tuple[str, ...]

    @property
    def cursor(self) -> After:
        return After(self.ts, self.entry_id)


async def trail(
    session: AsyncSession, ids: Iterable[UUID], *, after: After | None = None, limit: int = 50, locale: str = "en"
) -> list[TrailLine]:
    """Entries about one of these records, or that changed or read one; `changes` and `seen` are about these alone."""
    records = list(ids)
    found = await session.scalars(_TRAIL, {"ids": records, "tables": audited_names(), **newest_first(after, limit)})
    return await lines(session, found.all(), records, locale)


async def acts(
    session: AsyncSession,
    ids: Iterable[UUID],
    quiet: Iterable[str] = (),
    *,
    after: After | None = None,
    limit: int = 50,
    locale: str = "en",
) -> list[TrailLine]:
    """What was done to these records: neither that they were read nor what was refused, nor actions that begin with one
    of `quiet`, by which machines write day by day."""
    records = list(ids)
    params = {**_of_acts(records, quiet), **newest_first(after, limit)}
    return await lines(session, (await session.scalars(_ACTS, params)).all(), records, locale)


async def act(
    session: AsyncSession, entry_id: UUID, ids: Iterable[UUID], quiet: Iterable[str] = ()
) -> tuple[str, UUID] | None:
    """What the entry is about, if `acts` tells of it."""
    row = (await session.execute(_IS_ACT, {"entry": entry_id, **_of_acts(list(ids), quiet)})).first()
    return None if row is None else (row.subject_type, row.subject_id)


def _of_acts(records: list[UUID], quiet: Iterable[str]) -> dict[str, Any]:
    return {"ids": records, "tables": audited_names(), "quiet": [f"{each}%" for each in (*_NOTES, *quiet)]}


def newest_first(after: After | None, limit: int) -> dict[str, Any]:
    """Parameters of a page."""
    return {
        "ts": None if after is None else after.ts,
        "id": None if after is None else after.entry_id,
        "limit": limit,
    }


async def lines(
    session: AsyncSession, entries: Sequence[UUID], records: list[UUID] | None, locale: str
) -> list[TrailLine]:
    """These entries, the newest first; `changes` and `seen` are about these records alone, None for all."""
    rows = (await session.execute(_ENTRIES, {"entries": list(entries)})).all()
    changes = await _changes(session, entries, records)
    wanted = None if records is None else {str(record) for record in records}
    return [_line(row, tuple(changes.get(row.id, ())), _seen(row.reads, wanted), locale) for row in rows]


async def _changes(
    session: AsyncSession, entries: Sequence[UUID], records: list[UUID] | None
) -> dict[UUID, list[RecordChange]]:
    found: dict[UUID, list[RecordChange]] = {}
    for row in await session.execute(_CHANGES, {"entries": list(entries), "ids": records}):
        columns = () if row.op == "delete" else tuple(_columns(row.table_name, row.before or {}, row.row))
        change = RecordChange(row.table_name, row.record_id, row.ver, row.op, columns)
        found.setdefault(row.entry_id, []).append(change)
    return found


def _columns(table: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[ColumnChange]:
    """What differs between two consecutive versions; of a first version, what it was given."""
    columns = audited(table).c
    for name in sorted(after.keys() - _BOOKKEEPING):
        old, new = before.get(name), after[name]
        if old != new:
            opaque = name in columns and isinstance(columns[name].type, LargeBinary)
            yield ColumnChange(name, opaque, None if opaque else old, None if opaque else new)


def _seen(reads: str | None, records: Collection[str] | None) -> tuple[str, ...]:
    if reads is None:
        return ()
    listed = (read["fields"] for read in orjson.loads(reads) if records is None or read["id"] in records)
    return tuple(sorted({field for fields in listed for field in fields}))


def _line(entry: Row[Any], changes: tuple[RecordChange, ...], seen: tuple[str, ...], locale: str) -> TrailLine:
    actor, origin = orjson.loads(entry.actor), orjson.loads(entry.origin)
    behalf = actor["on_behalf_of"]
    return TrailLine(
        entry_id=entry.id,
        ts=entry.ts,
        actor_id=entry.actor_id,
        actor_type=actor["type"],
        roles=tuple(actor["roles"]),
        on_behalf_of=None if behalf is None else UUID(behalf),
        action=entry.action,
        meaning=meaning(entry.action, locale),
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        outcome=entry.outcome,
        reason=entry.reason,
        ruleset=entry.ruleset,
        channel=origin["channel"],
        leaf=entry.leaf,
        covered=entry.covered,
        changes=changes,
        seen=seen,
    )


def meaning(action: str, locale: str) -> str:
    """What an action means, in words; an action that is not in the vocabulary (any more) stands for itself."""
    english, chinese = ACTIONS.get(action, (action, action))
    return chinese if locale == "zh_CN" else english
