"""Entries of the log in the order of its leaves, window by window: each window is one range of the leaf index, so that
a page costs the same at the end of a long log as at its beginning, whatever the filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.history import audited_names
from backend.privacy.personal import with_records
from backend.reporting.filters import Filters

WINDOW: Final = 1_000
WIDEST: Final = 64_000
_LINES: Final = 2_500
"""In a page, about: enough that its transaction costs little beside them, few enough to hold."""
_GROWTH: Final = 4
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


class Entry(NamedTuple):
    leaf: int
    leaf_hash: str
    id: UUID
    ts: datetime
    actor_id: UUID
    actor: "Acting"
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


class Acting(NamedTuple):
    type: str
    roles: str
    on_behalf_of: UUID | None


@dataclass(frozen=True, slots=True)
class Window:
    """[start, start + width) of the log's leaves. `about` are the records that are asked for, those about a party
    included; the same for every window of a report."""

    start: int = 0
    width: int = WINDOW
    about: tuple[UUID, ...] = ()

    def following(self, lines: int) -> "Window":
        """The next one, as wide as to give about a page of lines if it is like this one: narrow where an entry changed
        hundreds of records, wide where a rare thing is searched for in a long log."""
        wanted = min(self.width * _GROWTH, self.width * _LINES // max(lines, 1))
        return Window(self.start + self.width, max(1, min(WIDEST, wanted)), self.about)


async def first(session: AsyncSession, filters: Filters) -> Window:
    return Window(about=tuple(await with_records(session, filters.subjects)))


async def entries(
    session: AsyncSession, tenant_id: UUID, filters: Filters, window: Window, size: int, *, reading: bool = False
) -> list[Entry]:
    """Those below the head of that size; `reading` takes only those that tell of personal data being read."""
    narrowing = conditions(filters)
    if reading:
        narrowing.append("e.reads IS NOT NULL")
    narrowed = "".join(f" AND {condition}" for condition in narrowing)
    asked = text(
        f"SELECT {_COLUMNS} FROM audit_leaf l JOIN audit_entry e ON e.id = l.entry_id "  # noqa: S608 - constants
        f"WHERE l.tenant_id = :tenant AND l.idx >= :start AND l.idx < :end{narrowed} ORDER BY l.idx"
    )
    end = min(size, window.start + window.width)
    given = params(filters, window.about) | {"tenant": tenant_id, "start": window.start, "end": end}
    return [_entry(row) for row in await session.execute(asked, given)]


def conditions(filters: Filters) -> list[str]:
    """On an entry `e`."""
    return [_CONDITIONS[name] for name in sorted(filters.used)]


def params(filters: Filters, about: tuple[UUID, ...]) -> dict[str, Any]:
    """Of the conditions, but for `tenant`; `about` are the records that are asked for."""
    values: dict[str, Any] = {name: getattr(filters, name) for name in filters.used}
    found = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    if filters.actions:
        found["actions"] = filters.vocabulary
    if filters.subjects:
        found |= {"subjects": list(about), "tables": audited_names()}
    return found


def _entry(row: Row[Any]) -> Entry:
    leaf, digest, id_, ts, actor_id, actor, action, kind, subject, outcome, reason, ruleset, came, reads = tuple(row)
    origin = orjson.loads(came)
    return Entry(
        leaf,
        bytes(digest).hex(),
        id_,
        ts,
        actor_id,
        _acting(actor),
        action,
        kind,
        subject,
        outcome,
        reason,
        ruleset,
        origin["channel"],
        origin["ip"],
        origin["request"],
        () if reads is None else orjson.loads(reads),
    )


@lru_cache(maxsize=4096)
def _acting(actor: str) -> Acting:
    """Of the text that stands with the entry; the same few people act again and again."""
    found = orjson.loads(actor)
    behalf = found["on_behalf_of"]
    return Acting(found["type"], ", ".join(found["roles"]), None if behalf is None else UUID(behalf))
