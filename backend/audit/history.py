"""The past of a record, read from its versions: as it was at an instant, and every version it had.

A sealed column comes back as its ciphertext, for the vault to open; as None when it was empty, or when its owner was
erased and the ciphertext with him.
"""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import Column, Select, Table, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import JSON, Date, DateTime, LargeBinary, Numeric, Uuid
from sqlmodel import col

from backend.audit.errors import UnknownRecord
from backend.audit.models import AuditEntry, RecordVersion
from backend.core.tables import Audited, metadata

M = TypeVar("M", bound=Audited)
DELETED: Final = "delete"


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a record; `values` by column; when, by whom and with what action the entry made it."""

    record_id: UUID
    ver: int
    op: str
    entry_id: UUID
    ts: datetime
    actor_id: UUID
    action: str
    values: Mapping[str, Any]


async def as_of(session: AsyncSession, table: str, record_id: UUID, instant: datetime) -> dict[str, Any] | None:
    """The record as it was; None before it was made and after it was deleted."""
    version = (await existing(session, table, [record_id], instant)).get(record_id)
    return None if version is None else dict(version.values)


async def at(session: AsyncSession, model: type[M], ids: Iterable[UUID], instant: datetime) -> dict[UUID, M]:
    """The records that existed at that instant, as objects that belong to no session."""
    found = await existing(session, str(model.__tablename__), ids, instant)
    return {record_id: model(**version.values) for record_id, version in found.items()}


async def versions(session: AsyncSession, table: str, record_id: UUID) -> list[Version]:
    """Oldest first; the deletion, if there was one, is the last."""
    of = audited(table)
    rows = await session.execute(_select(of).where(col(RecordVersion.record_id) == record_id).order_by(_VER))
    return [_version(of, *row) for row in rows]


async def touched(session: AsyncSession, table: str, subject_id: UUID) -> set[UUID]:
    """The records of the table that entries about the subject changed, also those that are no longer there."""
    changed = select(col(RecordVersion.record_id)).join(AuditEntry, col(AuditEntry.id) == col(RecordVersion.entry_id))
    about = col(AuditEntry.subject_id) == subject_id
    return set(await session.scalars(changed.where(about, col(RecordVersion.table_name) == audited(table).name)))


def audited(table: str) -> Table:
    """Raises UnknownRecord for a table whose versions are not kept."""
    found = metadata.tables.get(table)
    if found is None or table not in audited_names():
        raise UnknownRecord(table=table)
    return found


def audited_names() -> list[str]:
    return [name for name, table in metadata.tables.items() if {"id", "entry_id", "ver"} <= set(table.c.keys())]


_VER = col(RecordVersion.ver)


def _select(table: Table) -> Select[RecordVersion, datetime, UUID, str]:
    return (
        select(RecordVersion, col(AuditEntry.ts), col(AuditEntry.actor_id), col(AuditEntry.action))
        .join(AuditEntry, col(AuditEntry.id) == col(RecordVersion.entry_id))
        .where(col(RecordVersion.table_name) == table.name)
    )


async def existing(session: AsyncSession, table: str, ids: Iterable[UUID], instant: datetime) -> dict[UUID, Version]:
    """The versions that were current at that instant, of the records that existed."""
    of, record = audited(table), col(RecordVersion.record_id)
    rows = await session.execute(
        _select(of)
        .where(record.in_(list(ids)), col(AuditEntry.ts) <= instant)
        .ext(distinct_on(record))
        .order_by(record, _VER.desc())
    )
    found = [_version(of, *row) for row in rows]
    return {version.record_id: version for version in found if version.op != DELETED}


def _version(table: Table, stored: RecordVersion, ts: datetime, actor_id: UUID, action: str) -> Version:
    row: Mapping[str, Any] = stored.row  # type: ignore[assignment]
    sealed = stored.sealed or {}
    values = {name: _read(table.c[name], value, sealed) for name, value in row.items() if name in table.c}
    return Version(stored.record_id, stored.ver, stored.op, stored.entry_id, ts, actor_id, action, values)


def _read(column: Column[Any], value: Any, sealed: Mapping[str, str]) -> Any:
    """The value of a column from its canonical JSON (`render_column` in the migrations writes it)."""
    if column.info.get("sealed"):
        return base64.b64decode(sealed[column.name]) if column.name in sealed else None
    if value is None:
        return None
    reader = next((read for kind, read in _READERS if isinstance(column.type, kind)), None)
    return value if reader is None else reader(value)


def _unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


_READERS: Final[tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...]] = (
    (LargeBinary, _unbase64url),
    (Uuid, UUID),
    (DateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (Numeric, Decimal),
    ((JSON, JSONB), orjson.loads),
)
