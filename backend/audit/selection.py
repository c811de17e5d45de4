"""Which leaves of the log a pack is about: all of them, or those of some records or of a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.history import audited_names

PAGE: Final = 256
_ALL: Final = text(
    """
    SELECT l.idx, l.entry_id, l.body FROM audit_leaf l
     WHERE l.tenant_id = :tenant AND l.idx >= :start AND l.idx < :end ORDER BY l.idx LIMIT :limit"""
)
_PERIOD: Final = """
       AND l.idx >= :start AND l.idx < :end
       AND (CAST(:since AS timestamptz) IS NULL OR e.ts >= :since)
       AND (CAST(:until AS timestamptz) IS NULL OR e.ts < :until)
     ORDER BY l.idx LIMIT :limit"""
_BY_TIME: Final = text(
    f"""
    SELECT l.idx, l.entry_id, l.body FROM audit_leaf l JOIN audit_entry e ON e.id = l.entry_id
     WHERE l.tenant_id = :tenant {_PERIOD}"""  # noqa: S608 - put together from the constants above
)
_BY_RECORD: Final = text(
    f"""
    WITH about AS (
        SELECT id FROM audit_entry WHERE tenant_id = :tenant AND subject_id = ANY(:subjects)
        UNION
        SELECT entry_id FROM record_version WHERE table_name = ANY(:tables) AND record_id = ANY(:subjects)
        UNION
        SELECT entry_id FROM audit_read WHERE tenant_id = :tenant AND record_id = ANY(:subjects))
    SELECT l.idx, l.entry_id, l.body
      FROM about JOIN audit_leaf l ON l.entry_id = about.id JOIN audit_entry e ON e.id = about.id
     WHERE l.tenant_id = :tenant {_PERIOD}"""  # noqa: S608 - put together from the constants above
)


@dataclass(frozen=True, slots=True)
class Leaf:
    index: int
    entry_id: UUID
    body: bytes


@dataclass(frozen=True, slots=True)
class Selection:
    """Entries about these records, that changed them or read them; from `since` on, before `until`."""

    subjects: tuple[UUID, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def whole(self) -> bool:
        return self == Selection()

    def as_value(self) -> dict[str, Any] | None:
        if self.whole:
            return None
        return {
            "subjects": [str(subject) for subject in self.subjects],
            "since": None if self.since is None else self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
        }


async def leaves(
    session: AsyncSession, tenant_id: UUID, selection: Selection, start: int, end: int, limit: int = PAGE
) -> Sequence[Leaf]:
    """The next selected leaves of [start, end), at most `limit`, in the order of the log."""
    params: dict[str, Any] = {"tenant": tenant_id, "start": start, "end": end, "limit": limit}
    if selection.whole:
        rows = await session.execute(_ALL, params)
    elif selection.subjects:
        about = {"subjects": list(selection.subjects), "tables": audited_names()}
        rows = await session.execute(_BY_RECORD, params | about | {"since": selection.since, "until": selection.until})
    else:
        rows = await session.execute(_BY_TIME, params | {"since": selection.since, "until": selection.until})
    return [Leaf(row.idx, row.entry_id, bytes(row.body)) for row in rows]
