"""Data keys brought under the newest epoch, page by page.

A wrapped key is replaced only while it is still the one that was read (compare and swap): what is erased meanwhile
stays erased. The order is that of the primary key, so a run that was killed goes on where its cursor stands.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Integer, LargeBinary, Uuid, bindparam, func, select, text, tuple_
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.privacy.keyring import Keyring
from backend.privacy.models import DataKey

_START: Final = (UUID(int=0), 0)
_SWAP: Final = text(
    """UPDATE data_key k SET wrapped = n.fresh, epoch = :epoch
         FROM unnest(:owners, :versions, :old, :fresh) n(owner_id, version, old, fresh)
        WHERE k.owner_id = n.owner_id AND k.version = n.version AND k.wrapped = n.old"""
).bindparams(
    bindparam("owners", type_=ARRAY(Uuid)),
    bindparam("versions", type_=ARRAY(Integer)),
    bindparam("old", type_=ARRAY(LargeBinary)),
    bindparam("fresh", type_=ARRAY(LargeBinary)),
)


class Wrapped(NamedTuple):
    owner_id: UUID
    version: int
    wrapped: bytes


class Rewrapped(NamedTuple):
    """`last` is where the next page begins; None when there is none."""

    keys: int
    last: tuple[UUID, int] | None


async def rewrap_page(
    session: AsyncSession, keyring: Keyring, tenant_id: UUID, after: tuple[UUID, int] | None, size: int
) -> Rewrapped:
    epoch = await keyring.epoch(tenant_id)
    page = await _page(session, epoch, after or _START, size)
    swapped = await _swap(session, keyring, tenant_id, epoch, page) if page else 0
    last = page[-1] if len(page) == size else None
    return Rewrapped(swapped, None if last is None else (last.owner_id, last.version))


async def wrapped_by_epoch(session: AsyncSession) -> dict[int, int]:
    """How many data keys each epoch protects; those that were destroyed do not count."""
    counted = select(DataKey.epoch, func.count()).where(col(DataKey.wrapped).is_not(None))
    rows = await session.execute(counted.group_by(col(DataKey.epoch)))
    return {row[0]: row[1] for row in rows}


async def outdated(session: AsyncSession, epoch: int) -> int:
    """How many data keys an epoch before this one protects."""
    return sum(count for old, count in (await wrapped_by_epoch(session)).items() if old < epoch)


async def _page(session: AsyncSession, epoch: int, after: tuple[UUID, int], size: int) -> Sequence[Wrapped]:
    place = tuple_(col(DataKey.owner_id), col(DataKey.version))
    rows = await session.execute(
        select(DataKey.owner_id, DataKey.version, DataKey.wrapped)
        .where(col(DataKey.epoch) < epoch, col(DataKey.wrapped).is_not(None), place > after)
        .order_by(col(DataKey.owner_id), col(DataKey.version))
        .limit(size)
    )
    return [Wrapped(*row) for row in rows]


async def _swap(session: AsyncSession, keyring: Keyring, tenant_id: UUID, epoch: int, page: Sequence[Wrapped]) -> int:
    owners, versions, old = map(list, zip(*page, strict=True))
    fresh = await keyring.rewrap_many(tenant_id, [(key.owner_id, key.wrapped) for key in page])
    given: dict[str, Any] = {"epoch": epoch, "owners": owners, "versions": versions, "old": old, "fresh": fresh}
    result = await session.execute(_SWAP, given)
    assert isinstance(result, CursorResult)  # noqa: S101 - of an UPDATE it always is
    return int(result.rowcount)
