"""A witness with a memory of her own names what no look at the log alone can show."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.audit import published
from backend.audit.formats import checkpoint, tiles
from backend.audit.formats.checkpoint import Checkpoint
from backend.audit.formats.merkle import Frontier
from backend.audit.heads import Heads
from backend.audit.verifier import standalone
from backend.audit.verifier.standalone import Verdict
from backend.core.actor import system_actor
from backend.core.clock import FixedClock
from tests.audit.packing import House
from tests.audit.raw import Connect, raw_entry

Look = Callable[[], Awaitable[Verdict]]
Grow = Callable[[int], Awaitable[None]]


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "memory.json"


@pytest.fixture
def look(house: House, memory: Path, clock: FixedClock) -> Look:
    async def read(path: str) -> bytes | None:
        actor = system_actor(house.tenant.id, "test")
        return await house.platform.run(
            actor, lambda ctx: published.file(ctx.session, house.tenant.id, house.log.key, path)
        )

    async def witness() -> Verdict:
        clock.advance(timedelta(days=1))
        return await published.witness(memory, read, None, clock())

    return witness


@pytest.fixture
def grow(house: House, raw: Connect) -> Grow:
    async def entries(count: int) -> None:
        async with raw() as connection:
            for _ in range(count):
                await raw_entry(connection, house.tenant.id)
        await house.sequencer.drain(house.tenant.id)

    return entries


def remembered(memory: Path) -> dict[str, Any]:
    return json.loads(memory.read_text()) if memory.exists() else {}


def rewrite(memory: Path, value: dict[str, Any]) -> None:
    memory.write_text(json.dumps(value))


async def forget(owner: Connect, tenant_id: UUID, size: int) -> None:
    """The database as it was when the log had `size` entries: a backup that was restored."""
    async with owner() as connection:
        for statement in (
            "DELETE FROM audit_leaf WHERE idx >= %(size)s AND tenant_id = %(tenant)s",
            "DELETE FROM audit_checkpoint WHERE size > %(size)s AND tenant_id = %(tenant)s",
            "DELETE FROM audit_tile WHERE tenant_id = %(tenant)s",
            "DELETE FROM audit_tree WHERE tenant_id = %(tenant)s",
        ):
            await connection.execute(statement, {"size": size, "tenant": tenant_id})


async def regrow(house: House, owner: Connect, size: int) -> None:
    """Tiles and right edge of what is left."""
    async with owner() as connection:
        query = "SELECT hash FROM audit_leaf WHERE tenant_id = %s AND idx < %s ORDER BY idx"
        rows = await (await connection.execute(query, [house.tenant.id, size])).fetchall()
        grown, written = tiles.grow(Frontier(), [row[0] for row in rows], lambda _: b"")
        for tile, data in written:
            await connection.execute(
                "INSERT INTO audit_tile (tenant_id, level, idx, hashes) VALUES (%s, %s, %s, %s)",
                [house.tenant.id, tile.level, tile.index, data],
            )
        await connection.execute(
            "INSERT INTO audit_tree (tenant_id, size, frontier) VALUES (%s, %s, %s)",
            [house.tenant.id, grown.size, b"".join(grown.nodes)],
        )


async def test_the_first_look_is_remembered_and_the_next_ones_are_consistent(look: Look, grow: Grow) -> None:
    await grow(3)
    assert (await look()).code == "first"
    assert (await look()).code == "same"
    for more in (1, 300, 2, 256):
        await grow(more)
        assert (await look()).code == "grown"


async def test_an_empty_log_is_not_remembered(look: Look, house: House, memory: Path) -> None:
    house.sequencer.keys.create(house.tenant.id, house.tenant.slug)
    with pytest.raises(standalone.Unreadable):
        await look()
    assert remembered(memory) == {}


async def test_a_log_that_was_cut_back_to_a_head_she_never_saw_is_truncated(
    look: Look, grow: Grow, owner: Connect, house: House
) -> None:
    await grow(3)
    await grow(4)
    await look()
    await forget(owner, house.tenant.id, 3)
    await regrow(house, owner, 3)
    verdict = await look()
    assert (verdict.code, verdict.params["old"], verdict.params["size"], verdict.params["index"]) == (
        "truncated",
        7,
        3,
        3,
    )
    assert "Truncated" in standalone.say("en", verdict.code, **verdict.params)
    assert "截断" in standalone.say("zh", verdict.code, **verdict.params)


async def test_a_log_put_back_to_a_head_she_saw_is_rolled_back(
    look: Look, grow: Grow, owner: Connect, house: House
) -> None:
    await grow(3)
    await look()
    await grow(4)
    await look()
    await forget(owner, house.tenant.id, 3)
    await regrow(house, owner, 3)
    verdict = await look()
    assert (verdict.code, verdict.params["size"], verdict.params["last"]) == ("rolled_back_to", 3, 6)
    assert "Rolled back" in standalone.say("en", verdict.code, **verdict.params)


@pytest.mark.parametrize("more", [1, 4, 300])
async def test_a_log_put_back_and_written_on_is_rolled_back(
    look: Look, grow: Grow, owner: Connect, house: House, more: int
) -> None:
    await grow(3)
    await look()
    await grow(4)
    await look()
    await forget(owner, house.tenant.id, 3)
    await regrow(house, owner, 3)
    restarted(house)
    await grow(4 + more)
    verdict = await look()
    assert (verdict.code, verdict.params["old"], verdict.params["agreed"]) == ("rolled_back", 7, 3)
    assert (await look()).code == "rolled_back"


async def test_another_log_of_the_same_size_is_a_split_view(
    look: Look, grow: Grow, owner: Connect, house: House, memory: Path
) -> None:
    await grow(5)
    await look()
    await show(house, owner, 5, bytes(32))
    verdict = await look()
    assert (verdict.code, verdict.params["index"]) == ("split_view", 4)
    (alarm,) = remembered(memory)["alarms"]
    assert alarm["code"] == "split_view"
    assert standalone.read_head(alarm["note"], standalone.Key.parse(house.key)).root == bytes(32)


async def test_a_longer_log_that_begins_otherwise_is_a_split_view(
    look: Look, grow: Grow, owner: Connect, house: House
) -> None:
    await grow(5)
    await look()
    await forget(owner, house.tenant.id, 0)
    restarted(house)
    await grow(8)
    verdict = await look()
    assert (verdict.code, verdict.params["old"]) == ("split_from", 5)


async def test_a_head_that_the_tiles_do_not_lead_to_is_not_remembered(
    look: Look, grow: Grow, owner: Connect, house: House, memory: Path
) -> None:
    await grow(5)
    await look()
    before = remembered(memory)["note"]
    await grow(3)
    async with owner() as connection:
        await connection.execute("UPDATE audit_tile SET hashes = ''::bytea WHERE tenant_id = %s", [house.tenant.id])
    verdict = await look()
    assert (verdict.code, verdict.sound) == ("unproven", False)
    assert remembered(memory)["note"] == before


async def test_a_forged_head_is_named(look: Look, grow: Grow, owner: Connect, house: House) -> None:
    await grow(5)
    await look()
    async with owner() as connection:
        await connection.execute(
            "UPDATE audit_checkpoint SET note = replace(note, chr(10) || '5' || chr(10), chr(10) || '6' || chr(10)) "
            "WHERE tenant_id = %s",
            [house.tenant.id],
        )
    assert (await look()).code == "head_forged"


async def test_a_memory_that_somebody_edited_is_refused(look: Look, grow: Grow, memory: Path) -> None:
    await grow(5)
    await look()
    value = remembered(memory)
    value["heads"][-1][0] = 4
    rewrite(memory, value)
    with pytest.raises(standalone.Unreadable):
        await look()


@pytest.mark.parametrize("path", ["tile/entries/000.p/5", "tile/0/000.p/6", "tile/0/000", "tile/../key", "heads", ""])
async def test_only_heads_and_hashes_that_are_there_are_published(house: House, grow: Grow, path: str) -> None:
    await grow(5)
    actor = system_actor(house.tenant.id, "test")
    found = await house.platform.run(
        actor, lambda ctx: published.file(ctx.session, house.tenant.id, house.log.key, path)
    )
    assert found is None


def restarted(house: House) -> None:
    """A new process that finds no file of heads: whoever rolls back has taken it away as well."""
    house.sequencer.heads.path(house.tenant.id).unlink()
    house.sequencer.heads = Heads(house.sequencer.heads.directory)


async def show(house: House, owner: Connect, size: int, root: bytes) -> None:
    """Another signed head in the database, by whoever holds the key."""
    signer = house.sequencer.keys.signer(house.tenant.id)
    note = checkpoint.sign(Checkpoint(signer.name, size, root), signer).decode()
    async with owner() as connection:
        await connection.execute(
            "UPDATE audit_checkpoint SET note = %s WHERE tenant_id = %s AND size = %s", [note, house.tenant.id, size]
        )
