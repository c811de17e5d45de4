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
_DELETED: Final = "delete"


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a record; `values` by column, `ts` the time of the entry that made it."""

    record_id: UUID
    ver: int
    op: str
    entry_id: UUID
    ts: datetime
    values: Mapping[str, Any]


async def as_of(session: AsyncSession, table: str, record_id: UUID, instant: datetime) -> dict[str, Any] | None:
    """The record as it was; None before it was made and after it was deleted."""
    version = (await _latest(session, audited(table), [record_id], instant)).get(record_id)
    return None if version is None else dict(version.values)


async def at(session: AsyncSession, model: type[M], ids: Iterable[UUID], instant: datetime) -> dict[UUID, M]:
    """The records that existed at that instant, as objects that belong to no session."""
    found = await _latest(session, audited(str(model.__tablename__)), ids, instant)
    return {record_id: model(**version.values) for record_id, version in found.items()}


async def versions(session: AsyncSession, table: str, record_id: UUID) -> list[Version]:
    """Oldest first; the deletion, if there was one, is the last."""
    of = audited(table)
    rows = await session.execute(_select(of).where(col(RecordVersion.record_id) == record_id).order_by(_VER))
    return [_version(of, version, ts) for version, ts in rows]


def audited(table: str) -> Table:
    """Raises UnknownRecord for a table whose versions are not kept."""
    found = metadata.tables.get(table)
    if found is None or table not in audited_names():
        raise UnknownRecord(table=table)
    return found


def audited_names() -> list[str]:
    return [name for name, table in metadata.tables.items() if {"id", "entry_id", "ver"} <= set(table.c.keys())]


_VER = col(RecordVersion.ver)


def _select(table: Table) -> Select[RecordVersion, datetime]:
    return (
        select(RecordVersion, col(AuditEntry.ts))
        .join(AuditEntry, col(AuditEntry.id) == col(RecordVersion.entry_id))
        .where(col(RecordVersion.table_name) == table.name)
    )


async def _latest(session: AsyncSession, table: Table, ids: Iterable[UUID], instant: datetime) -> dict[UUID, Version]:
    record = col(RecordVersion.record_id)
    rows = await session.execute(
        _select(table)
        .where(record.in_(list(ids)), col(AuditEntry.ts) <= instant)
        .ext(distinct_on(record))
        .order_by(record, _VER.desc())
    )
    found = [_version(table, version, ts) for version, ts in rows]
    return {version.record_id: version for version in found if version.op != _DELETED}


def _version(table: Table, stored: RecordVersion, ts: datetime) -> Version:
    row: Mapping[str, Any] = stored.row  # type: ignore[assignment]
    sealed = stored.sealed or {}
    values = {name: _read(table.c[name], value, sealed) for name, value in row.items() if name in table.c}
    return Version(stored.record_id, stored.ver, stored.op, stored.entry_id, ts, values)


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
