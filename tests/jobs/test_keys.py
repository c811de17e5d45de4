"""Rotation of epochs: online, by compare and swap, resumable, and destroyed only when nothing depends on it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.core.actor import SYSTEM_ID, Actor
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.customers.models import Party
from backend.edge.platform import Platform, open_platform
from backend.jobs import keys
from backend.jobs.schedule import Schedule, job_app
from backend.privacy.errors import EpochStillWraps, TenantKeyDestroyed, TenantKeyInUse
from backend.privacy.models import RotationKind, RotationState
from backend.privacy.shredding import destroy_keys, listen
from tests.factories.customers import Bank, open_bank
from tests.servers import somebody_listens


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


@pytest.fixture
def operator(tenant: Tenant) -> Actor:
    return Actor(SYSTEM_ID, tenant.id, "system", frozenset({"operator"}), "cli", "test")


async def _owners(platform: Platform, actor: Actor, count: int) -> list[UUID]:
    owners = sorted(new_id() for _ in range(count))
    await platform.run(actor, lambda ctx: ctx.vault.create(owners))
    return owners


async def _epochs(platform: Platform, actor: Actor) -> dict[int, int]:
    found = await platform.run(actor, keys.status)
    return {epoch.number: epoch.keys for epoch in found.epochs}


async def _rewrap(platform: Platform, actor: Actor, size: int = 7) -> int:
    run = await platform.run(actor, keys.start_rewrap)
    while run.state != RotationState.FINISHED:
        moved = await platform.run(actor, lambda ctx: keys.advance_rewrap(ctx, size))
        assert moved is not None
        run = moved
    return run.done


async def _name(platform: Platform, actor: Actor, party: Party) -> str:
    async def read(ctx: Context) -> str:
        await ctx.vault.load([party.id])
        return ctx.vault.open("party", "name", party.id, party.id, party.name)

    return await platform.run(actor, read)


async def _actions(platform: Platform, actor: Actor) -> Sequence[str]:
    async with platform.transaction(actor) as ctx:
        return (await ctx.session.scalars(text("SELECT action FROM audit_entry ORDER BY id"))).all()


async def test_a_new_epoch_leaves_existing_keys_where_they_are(platform: Platform, operator: Actor, bank: Bank) -> None:
    old = await bank.record()
    before = await _epochs(platform, operator)
    assert await platform.run(operator, keys.rotate_epoch) == 2
    await bank.record()
    assert await _epochs(platform, operator) == {1: before[1], 2: 1}
    assert await _name(platform, bank.system, old) == "Jan Novák"


async def test_a_rewrap_brings_every_key_under_the_current_epoch(
    platform: Platform, operator: Actor, bank: Bank
) -> None:
    party = await bank.record()
    await _owners(platform, operator, 23)
    total = (await _epochs(platform, operator))[1]
    await platform.run(operator, keys.rotate_epoch)
    assert await _rewrap(platform, operator) == total
    assert await _epochs(platform, operator) == {1: 0, 2: total}
    platform.keyring.forget_tenant(operator.tenant_id)
    assert await _name(platform, bank.system, party) == "Jan Novák"


async def test_a_rewrap_goes_on_where_it_stopped(platform: Platform, operator: Actor) -> None:
    await _owners(platform, operator, 20)
    await platform.run(operator, keys.rotate_epoch)
    await platform.run(operator, keys.start_rewrap)
    await platform.run(operator, lambda ctx: keys.advance_rewrap(ctx, 6))
    again = await platform.run(operator, keys.start_rewrap)
    assert (again.done, again.total) == (6, 20)
    assert await _rewrap(platform, operator) == 20


async def test_a_key_that_was_erased_under_the_rewrap_stays_erased(
    platform: Platform, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = await _owners(platform, operator, 5)
    await platform.run(operator, keys.rotate_epoch)
    await platform.run(operator, keys.start_rewrap)
    rewrap_many = platform.keyring.rewrap_many

    async def erased_meanwhile(tenant_id: UUID, wrapped: Sequence[tuple[UUID, bytes]]) -> list[bytes]:
        await platform.run(operator, lambda ctx: destroy_keys(ctx.session, tenant_id, [owners[2]], ctx.now))
        return await rewrap_many(tenant_id, wrapped)

    monkeypatch.setattr(platform.keyring, "rewrap_many", erased_meanwhile)
    run = await platform.run(operator, keys.advance_rewrap)
    assert run is not None
    assert run.done == 4
    assert run.state == RotationState.FINISHED


async def test_a_customer_recorded_under_the_old_epoch_after_the_page_was_passed_is_not_forgotten(
    platform: Platform, operator: Actor
) -> None:
    await _owners(platform, operator, 8)
    async with platform.transaction(operator) as late:
        rows = await late.vault.fresh([UUID(int=1)])
        await platform.run(operator, keys.rotate_epoch)
        await platform.run(operator, keys.start_rewrap)
        await platform.run(operator, lambda ctx: keys.advance_rewrap(ctx, 5))
        await late.session.execute(text(_INSERT), rows)
    assert await _rewrap(platform, operator, 5) == 9
    assert await _epochs(platform, operator) == {1: 0, 2: 9}


_INSERT = """INSERT INTO data_key (tenant_id, owner_id, version, epoch, wrapped, created_at)
             VALUES (:tenant_id, :owner_id, :version, :epoch, :wrapped, :created_at)"""


async def test_the_schedule_ends_a_rewrap_that_nobody_waits_for(
    platform: Platform, database: Database, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _owners(platform, operator, 9)
    await platform.run(operator, keys.rotate_epoch)
    await platform.run(operator, keys.start_rewrap)
    schedule = Schedule(platform, job_app(database))
    await schedule.sweep(keys.go_on)
    assert await _epochs(platform, operator) == {1: 0, 2: 9}


async def test_an_epoch_is_kept_while_a_key_depends_on_it(platform: Platform, operator: Actor) -> None:
    await _owners(platform, operator, 3)
    await platform.run(operator, keys.rotate_epoch)
    with pytest.raises(EpochStillWraps, match="data keys of 3 customers"):
        await platform.run(operator, lambda ctx: keys.destroy_epoch(ctx, 1))


async def test_the_current_epoch_is_never_destroyed(platform: Platform, operator: Actor) -> None:
    await platform.run(operator, keys.rotate_epoch)
    with pytest.raises(TenantKeyInUse):
        await platform.run(operator, lambda ctx: keys.destroy_epoch(ctx, 2))


async def test_what_a_backup_holds_of_a_destroyed_epoch_opens_nowhere(platform: Platform, operator: Actor) -> None:
    (owner,) = await _owners(platform, operator, 1)
    async with platform.transaction(operator) as ctx:
        backup = await ctx.session.scalar(text("SELECT wrapped FROM data_key"))
    await platform.run(operator, keys.rotate_epoch)
    await _rewrap(platform, operator)
    assert await platform.run(operator, lambda ctx: keys.destroy_epoch(ctx, 1)) == 1
    with pytest.raises(TenantKeyDestroyed):
        await platform.keyring.rewrap_many(operator.tenant_id, [(owner, backup)])


async def test_every_process_forgets_the_keys_of_a_destroyed_epoch(
    platform: Platform, settings: Settings, database: Database, operator: Actor, clock: FixedClock
) -> None:
    (owner,) = await _owners(platform, operator, 1)
    other = await open_platform(settings, clock=clock, database=database)
    await other.run(operator, lambda ctx: ctx.vault.load([owner]))
    assert other.keyring.holds(operator.tenant_id, owner, 1)
    stop = asyncio.Event()
    listening = asyncio.create_task(listen(database, other.keyring, stop))
    await somebody_listens(database)
    await platform.run(operator, keys.rotate_epoch)
    await _rewrap(platform, operator)
    await platform.run(operator, lambda ctx: keys.destroy_epoch(ctx, 1))
    for _ in range(600):
        if not other.keyring.holds(operator.tenant_id, owner, 1):
            break
        await asyncio.sleep(0.1)
    stop.set()
    await listening
    await other.engine.dispose()
    assert not other.keyring.holds(operator.tenant_id, owner, 1)


async def test_every_step_stands_in_the_log(platform: Platform, operator: Actor) -> None:
    await _owners(platform, operator, 3)
    await platform.run(operator, keys.rotate_epoch)
    await _rewrap(platform, operator, 2)
    await platform.run(operator, lambda ctx: keys.destroy_epoch(ctx, 1))
    steps = [action for action in await _actions(platform, operator) if action.startswith("key.")]
    assert steps == [
        "key.rotate_epoch",
        "key.rewrap_start",
        "key.rewrap_advance",
        "key.rewrap_finish",
        "key.destroy_epoch",
    ]


async def test_keys_are_not_rotated_by_somebody_without_the_right(platform: Platform, operator: Actor) -> None:
    for role in ("administrator", "compliance_officer"):
        with pytest.raises(NotAllowed):
            await platform.run(replace(operator, type="staff", roles=frozenset({role})), keys.rotate_epoch)


async def test_one_rewrap_runs_at_a_time(platform: Platform, operator: Actor) -> None:
    await _owners(platform, operator, 30)
    await platform.run(operator, keys.rotate_epoch)
    await platform.run(operator, keys.start_rewrap)
    moved = await asyncio.gather(*(platform.run(operator, lambda ctx: keys.advance_rewrap(ctx, 10)) for _ in range(3)))
    assert sorted(run.done for run in moved if run is not None) == [10, 20, 30]
    async with platform.transaction(operator) as ctx:
        left = await keys.running(ctx, RotationKind.REWRAP)
    assert left is None or left.done == 30
