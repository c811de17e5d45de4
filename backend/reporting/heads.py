"""The signed head that a report stands under, and the places of entries below it."""

import base64
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.errors import NoHead
from backend.reporting.report import Head

_NEWEST: Final = text(
    "SELECT size, root, signed_at FROM audit_checkpoint WHERE tenant_id = :tenant ORDER BY size DESC LIMIT 1"
)
_PLACES: Final = text(
    "SELECT entry_id, idx, hash FROM audit_leaf WHERE tenant_id = :tenant AND entry_id = ANY(:entries) AND idx < :size"
)


@dataclass(frozen=True, slots=True)
class Place:
    leaf: int
    leaf_hash: str


async def newest(session: AsyncSession, tenant_id: UUID) -> Head:
    """Raises NoHead for a log that was never signed."""
    row = (await session.execute(_NEWEST, {"tenant": tenant_id})).first()
    if row is None:
        raise NoHead()
    return Head(row.size, base64.b64encode(bytes(row.root)).decode(), row.signed_at)


async def places(session: AsyncSession, tenant_id: UUID, entries: Collection[UUID], head: Head) -> dict[UUID, Place]:
    """Of the entries that the head covers."""
    params = {"tenant": tenant_id, "entries": list(entries), "size": head.size}
    rows = await session.execute(_PLACES, params)
    return {row.entry_id: Place(row.idx, bytes(row.hash).hex()) for row in rows}
