"""Proofs out of the stored tiles verify with the printed key alone."""

from uuid import UUID

import pytest

from backend.access.models import Tenant
from backend.audit import proofs
from backend.audit import sequencer as sequencing
from backend.audit.errors import LogBroken, NoSuchCheckpoint, NotInLog
from backend.audit.formats import checkpoint, proof
from backend.audit.formats.note import VerifierKey
from backend.audit.formats.verification import verify_consistency
from backend.audit.sequencer import Sequencer
from backend.core.actor import system_actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from tests.audit.raw import Connect, raw_entry


@pytest.fixture
async def entries(sequencer: Sequencer, tenant: Tenant, raw: Connect, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """600 entries, heads at 200, 400 and 600."""
    monkeypatch.setattr(sequencing, "_BULK_BATCH", 200)
    async with raw() as connection:
        ids = [await raw_entry(connection, tenant.id) for _ in range(600)]
    await sequencer.drain(tenant.id)
    return ids


@pytest.mark.parametrize("index", [0, 1, 255, 256, 399, 511, 512, 599])
async def test_a_proof_verifies_with_the_printed_key(
    platform: Platform, sequencer: Sequencer, tenant: Tenant, entries: list[UUID], index: int
) -> None:
    key = VerifierKey.parse(sequencer.keys.verifier(tenant.id).encode())
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        given = await proofs.inclusion(ctx.session, tenant.id, entries[index])
    head = proof.parse(given.proof.encode()).verify(given.body, [key], f"tenure/{tenant.slug}")
    assert (head.size, given.proof.index) == (600, index)
    assert str(entries[index]).encode() in given.body


@pytest.mark.parametrize(("old", "new"), [(200, 400), (200, 600), (400, 600), (600, 600)])
async def test_a_head_continues_an_older_one(
    platform: Platform, sequencer: Sequencer, tenant: Tenant, entries: list[UUID], old: int, new: int
) -> None:
    key = sequencer.keys.verifier(tenant.id)
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        given = await proofs.consistency(ctx.session, tenant.id, old, new)
    first, second = (checkpoint.verify(note, [key], key.name) for note in (given.old, given.new))
    verify_consistency(first.size, second.size, given.hashes, first.root, second.root)
    assert (first.size, second.size) == (old, new)


async def test_an_entry_that_waits_has_no_proof(platform: Platform, tenant: Tenant, raw: Connect) -> None:
    async with raw() as connection:
        entry = await raw_entry(connection, tenant.id)
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        with pytest.raises(NotInLog):
            await proofs.inclusion(ctx.session, tenant.id, entry)


async def test_an_unknown_entry_has_no_proof(platform: Platform, tenant: Tenant, entries: list[UUID]) -> None:
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        with pytest.raises(NotInLog):
            await proofs.inclusion(ctx.session, tenant.id, new_id())


@pytest.mark.parametrize(("old", "new"), [(0, 200), (199, 200), (200, 599), (600, 200)])
async def test_there_is_no_consistency_between_sizes_that_nobody_signed(
    platform: Platform, tenant: Tenant, entries: list[UUID], old: int, new: int
) -> None:
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        with pytest.raises(NoSuchCheckpoint):
            await proofs.consistency(ctx.session, tenant.id, old, new)


@pytest.mark.parametrize("change", ["hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)", "hashes = ''"])
async def test_a_proof_out_of_a_broken_tile_is_not_handed_out(
    platform: Platform, tenant: Tenant, entries: list[UUID], owner: Connect, change: str
) -> None:
    async with owner() as connection:
        await connection.execute(f"UPDATE audit_tile SET {change} WHERE tenant_id = %s AND level = 0", [tenant.id])
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        with pytest.raises(LogBroken):
            await proofs.inclusion(ctx.session, tenant.id, entries[1])
        with pytest.raises(LogBroken):
            await proofs.consistency(ctx.session, tenant.id, 200, 600)
