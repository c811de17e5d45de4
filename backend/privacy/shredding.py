"""Key destruction: what was sealed under a customer's keys is gone with them, in every process and every version.

The database has the word: a vault reads which keys are destroyed before it uses one that the process still holds. The
news that processes send each other only shortens how long an opened key stays in somebody's memory.
"""

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

import psycopg
from sqlalchemy import func, select, text, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.database import APP_ROLE, Database
from backend.privacy.keyring import Keyring
from backend.privacy.models import DataKey

_CHANNEL: Final = "tenure_shredded"
_WAIT_SECONDS: Final = 1.0
_ERASE: Final = text("SELECT erase_sealed(:owner, :entry)")


async def destroy_keys(session: AsyncSession, tenant_id: UUID, owner_ids: Collection[UUID], now: datetime) -> int:
    """How many keys were destroyed, for ever; 0 when it was done before. Other processes hear of it on commit."""
    intact = update(DataKey).where(col(DataKey.owner_id).in_(owner_ids), col(DataKey.wrapped).is_not(None))
    result = await session.execute(intact.values(wrapped=None, destroyed_at=now))
    for owner_id in owner_ids:
        await session.execute(select(func.pg_notify(_CHANNEL, f"{tenant_id} {owner_id}")))
    assert isinstance(result, CursorResult)  # noqa: S101 - of an UPDATE it always is
    return int(result.rowcount)


async def close_tenant(session: AsyncSession, tenant_id: UUID) -> None:
    """Every process forgets all keys of the institution that it holds open; on commit."""
    await session.execute(select(func.pg_notify(_CHANNEL, str(tenant_id))))


async def erase_ciphertexts(session: AsyncSession, owner_id: UUID, entry_id: UUID) -> int:
    """Take the ciphertexts out of every version, within a fresh `customer.erase` entry; how many versions had some."""
    return int((await session.execute(_ERASE, {"owner": owner_id, "entry": entry_id})).scalar_one())


async def listen(database: Database, keyring: Keyring, stop: asyncio.Event) -> None:
    """Forget keys that any process destroys, until told to stop; raises when the connection is lost."""
    options = f"-c role={APP_ROLE}"
    conninfo = database.libpq(database.login)
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True, options=options) as connection:
        await connection.execute(f"LISTEN {_CHANNEL}")
        while not stop.is_set():
            async for note in connection.notifies(timeout=_WAIT_SECONDS):
                tenant, _, owner = note.payload.partition(" ")
                if owner:
                    keyring.destroyed(UUID(tenant), [UUID(owner)])
                else:
                    keyring.forget_tenant(UUID(tenant))
