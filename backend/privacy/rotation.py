"""Data keys brought under the newest epoch, page by page.

A wrapped key is replaced only while it is still the one that was read (compare and swap): what is erased meanwhile
stays erased. The order is that of the primary key, so a run that was killed goes on where its cursor stands.
"""

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, func, select, text, tuple_
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.privacy.keyring import Keyring
from backend.privacy.models import DataKey
from backend.privacy.wrapping import WRAPPED

_START: Final = (UUID(int=0), 0)
_PAIR: Final = struct.Struct(f">16sI{WRAPPED}s{WRAPPED}s")
_SWAP: Final = text(
    f"""WITH n AS MATERIALIZED (
            SELECT encode(substring(:pairs FROM at FOR 16), 'hex')::uuid AS owner_id,
                   ('x' || encode(substring(:pairs FROM at + 16 FOR 4), 'hex'))::bit(32)::integer AS version,
                   substring(:pairs FROM at + 20 FOR {WRAPPED}) AS old,
                   substring(:pairs FROM at + 20 + {WRAPPED} FOR {WRAPPED}) AS fresh
              FROM generate_series(1, length(:pairs), {_PAIR.size}) at)
        UPDATE data_key k SET wrapped = n.fresh, epoch = :epoch FROM n
         WHERE k.owner_id = n.owner_id AND k.version = n.version AND k.wrapped = n.old"""  # noqa: S608 - sizes
).bindparams(bindparam("pairs", type_=LargeBinary))
"""One value for a page: four arrays of a thousand elements cost the driver more than the encryption does."""


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
    counted = select(col(DataKey.epoch), func.count(col(DataKey.owner_id))).where(col(DataKey.wrapped).is_not(None))
    rows = await session.execute(counted.group_by(col(DataKey.epoch)))
    return {row[0]: row[1] for row in rows}


async def outdated(session: AsyncSession, epoch: int) -> int:
    """How many data keys an epoch before this one protects."""
    return sum(count for old, count in (await wrapped_by_epoch(session)).items() if old < epoch)


async def _page(session: AsyncSession, epoch: int, after: tuple[UUID, int], size: int) -> Sequence[Wrapped]:
    place = tuple_(col(DataKey.owner_id), col(DataKey.version))
    rows = await session.execute(
        select(col(DataKey.owner_id), col(DataKey.version), col(DataKey.wrapped))
        .where(col(DataKey.epoch) < epoch, col(DataKey.wrapped).is_not(None), place > after)
        .order_by(col(DataKey.owner_id), col(DataKey.version))
        .limit(size)
    )
    return [Wrapped(owner_id, version, wrapped) for owner_id, version, wrapped in rows if wrapped is not None]


async def _swap(session: AsyncSession, keyring: Keyring, tenant_id: UUID, epoch: int, page: Sequence[Wrapped]) -> int:
    fresh = await keyring.rewrap_many(tenant_id, [(key.owner_id, key.wrapped) for key in page])
    pairs = b"".join(
        _PAIR.pack(key.owner_id.bytes, key.version, key.wrapped, new) for key, new in zip(page, fresh, strict=True)
    )
    result = await session.execute(_SWAP, {"epoch": epoch, "pairs": pairs})
    assert isinstance(result, CursorResult)  # noqa: S101 - of an UPDATE it always is
    return int(result.rowcount)
