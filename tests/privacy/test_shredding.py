"""A key that one process destroys is forgotten by the others."""

import asyncio
from uuid import UUID

from backend.access.context import Context
from backend.core.actor import system_actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.privacy.keyring import Keyring
from backend.privacy.providers.choice import provider_for
from backend.privacy.shredding import destroy_keys, listen
from tests.servers import somebody_listens


async def _forgotten(keyring: Keyring, tenant_id: UUID, owner: UUID) -> bool:
    for _ in range(1200):
        if not keyring.holds(tenant_id, owner, 1):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_other_processes_forget_a_destroyed_key(platform: Platform, tenant: UUID) -> None:
    actor, owner, stop = system_actor(tenant, "test"), new_id(), asyncio.Event()
    elsewhere = Keyring(provider_for(platform.settings))
    await elsewhere.create(tenant, [owner])
    listening = asyncio.create_task(listen(platform.database, elsewhere, stop))
    await somebody_listens(platform.database)
    await platform.run(actor, lambda ctx: ctx.vault.create([owner]))

    async def destroy(ctx: Context) -> int:
        return await destroy_keys(ctx.session, tenant, [owner], ctx.now)

    assert await platform.run(actor, destroy) == 1
    assert await _forgotten(elsewhere, tenant, owner)
    assert await platform.run(actor, destroy) == 0
    stop.set()
    await listening
