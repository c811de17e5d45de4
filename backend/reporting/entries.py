"""Entries of the log in the order of its leaves, window by window: each window is one range of the leaf index, so that
a page costs the same at the end of a long log as at its beginning, whatever the filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.history import audited_names
from backend.reporting.filters import Filters

WINDOW: Final = 1_000
WIDEST: Final = 64_000
_COLUMNS: Final = (
    "l.idx, l.hash, e.id, e.ts, e.actor_id, e.actor, e.action, e.subject_type, e.subject_id, e.outcome, e.reason,"
    " e.ruleset, e.origin, e.reads"
)
_ABOUT: Final = """e.id IN (
    SELECT id FROM audit_entry WHERE tenant_id = :tenant AND subject_id = ANY(:subjects)
    UNION
    SELECT entry_id FROM record_version WHERE table_name = ANY(:tables) AND record_id = ANY(:subjects)
    UNION
    SELECT entry_id FROM audit_read WHERE tenant_id = :tenant AND record_id = ANY(:subjects))"""
_BY: Final = "(e.actor_id = ANY(:actors) OR (e.actor::json ->> 'on_behalf_of')::uuid = ANY(:actors))"
_CONDITIONS: Final[Mapping[str, str]] = {
    "subjects": _ABOUT,
    "actors": _BY,
    "actions": "e.action = ANY(:actions)",
    "since": "e.ts >= :since",
    "until": "e.ts < :until",
    "outcome": "e.outcome = :outcome",
    "rulesets": "e.ruleset = ANY(:rulesets)",
}


@dataclass(frozen=True, slots=True)
class Entry:
    leaf: int
    leaf_hash: str
    id: UUID
    ts: datetime
    actor_id: UUID
    actor_type: str
    roles: tuple[str, ...]
    on_behalf_of: UUID | None
    action: str
    subject_type: str
    subject_id: UUID
    outcome: str
    reason: str | None
    ruleset: str | None
    channel: str
    address: str | None
    request: str
    reads: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Window:
    """[start, start + width) of the log's leaves."""

    start: int = 0
    width: int = WINDOW

    def following(self, found: int) -> "Window":
        """The next one, wider while little is found, so that a rare thing is soon searched for in a long log."""
        grown = self.width * 4 if found < WINDOW // 8 else self.width
        shrunk = self.width // 4 if found > WINDOW else grown
        return Window(self.start + self.width, max(WINDOW, min(WIDEST, shrunk)))


async def entries(
    session: AsyncSession, tenant_id: UUID, filters: Filters, window: Window, size: int, *, reading: bool = False
) -> list[Entry]:
    """Those below the head of that size; `reading` takes only those that tell of personal data being read."""
    conditions = [_CONDITIONS[name] for name in sorted(filters.used)]
    if reading:
        conditions.append("e.reads IS NOT NULL")
    narrowed = "".join(f" AND {condition}" for condition in conditions)
    asked = text(
        f"SELECT {_COLUMNS} FROM audit_leaf l JOIN audit_entry e ON e.id = l.entry_id "  # noqa: S608 - constants
        f"WHERE l.tenant_id = :tenant AND l.idx >= :start AND l.idx < :end{narrowed} ORDER BY l.idx"
    )
    end = min(size, window.start + window.width)
    params = _params(filters) | {"tenant": tenant_id, "start": window.start, "end": end}
    return [_entry(row) for row in await session.execute(asked, params)]


def _params(filters: Filters) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(filters, name) for name in filters.used}
    params = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    if filters.actions:
        params["actions"] = filters.vocabulary
    if filters.subjects:
        params["tables"] = audited_names()
    return params


def _entry(row: Row[Any]) -> Entry:
    actor, origin = orjson.loads(row.actor), orjson.loads(row.origin)
    behalf = actor["on_behalf_of"]
    return Entry(
        leaf=row.idx,
        leaf_hash=bytes(row.hash).hex(),
        id=row.id,
        ts=row.ts,
        actor_id=row.actor_id,
        actor_type=actor["type"],
        roles=tuple(actor["roles"]),
        on_behalf_of=None if behalf is None else UUID(behalf),
        action=row.action,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        outcome=row.outcome,
        reason=row.reason,
        ruleset=row.ruleset,
        channel=origin["channel"],
        address=origin["ip"],
        request=origin["request"],
        reads=() if row.reads is None else orjson.loads(row.reads),
    )
