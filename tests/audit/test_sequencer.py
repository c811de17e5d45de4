"""From commit to signed head."""

import asyncio
import stat
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given

from backend.access.models import Tenant
from backend.audit import sequencer as sequencing
from backend.audit import tree
from backend.audit.assembly import StoredEntry
from backend.audit.errors import LogBroken, LogKeyMissing, SequencerFenced
from backend.audit.formats import checkpoint
from backend.audit.formats.entry import MAX_CHANGES, Change, Entry
from backend.audit.formats.entry_reader import parse
from backend.audit.formats.merkle import Frontier, leaf_hash
from backend.audit.heads import Heads
from backend.audit.sequencer import Sequencer, Standing
from backend.audit.trail import canonical
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge.platform import Platform
from backend.privacy.errors import KeysExposed
from tests.audit.formats.test_entry import APPROVAL, ENTRIES, many
from tests.audit.raw import Connect, MakeTeam, raw_entry


@pytest.fixture(scope="module")
def database(own_database: Database) -> Database:
    """The loop writes the logs of every institution there is: of these tests alone."""
    return own_database


def stored(entry: Entry) -> StoredEntry:
    """The row that the trail writes for this entry."""
    return StoredEntry(
        id=entry.id,
        ts=entry.ts,
        tenant_id=entry.tenant,
        actor=canonical(entry.actor.as_value()),
        action=entry.action,
        subject_type=entry.subject.type,
        subject_id=entry.subject.id,
        outcome=entry.outcome,
        reason=entry.reason,
        ruleset=entry.ruleset,
        origin=canonical(entry.origin.as_value()),
        reads=canonical([read.as_value() for read in entry.reads]) if entry.reads else None,
    )


def spelt(changes: tuple[Change, ...]) -> tuple[int, str]:
    return len(changes), "\n".join(canonical(change.as_value()) for change in changes)


async def bodies(owner: Connect, tenant: Tenant) -> list[bytes]:
    async with owner() as connection:
        cursor = await connection.execute("SELECT body FROM audit_leaf WHERE tenant_id = %s ORDER BY idx", [tenant.id])
        return [row[0] for row in await cursor.fetchall()]


@given(ENTRIES)
def test_assembled_bytes_are_those_of_the_format(entry: Entry) -> None:
    assert stored(entry).assemble(spelt(entry.changes)) == entry.encode()


@pytest.mark.parametrize("number", [MAX_CHANGES, MAX_CHANGES + 1])
def test_assembled_bytes_are_those_of_the_format_around_the_limit(number: int) -> None:
    changes = tuple(sorted(many(number), key=lambda change: change.key))
    assert stored(APPROVAL).assemble(spelt(changes)) == replace(APPROVAL, changes=many(number)).encode()


async def test_a_committed_entry_becomes_a_leaf_that_names_its_changes(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam, owner: Connect
) -> None:
    team = await make_team("Praha")
    assert await sequencer.drain(tenant.id) == 1
    (body,) = await bodies(owner, tenant)
    entry = parse(body)
    assert [(change.table, change.id, change.ver) for change in entry.changes] == [("team", team.id, 1)]


async def test_the_head_signs_the_root_over_all_leaves(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam, owner: Connect
) -> None:
    for name in ("a", "b", "c"):
        await make_team(name)
        await sequencer.drain(tenant.id)
    key = sequencer.keys.verifier(tenant.id)
    (*_, note) = sequencer.heads.read(tenant.id)
    head = checkpoint.verify(note, [key], f"tenure/{tenant.slug}")
    root = Frontier().grow([leaf_hash(body) for body in await bodies(owner, tenant)]).frontier.root
    assert (head.size, head.root) == (3, root)


async def test_the_tree_grows_the_same_in_pieces_as_at_once(
    sequencer: Sequencer, tenant: Tenant, owner: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with owner() as connection:
        await connection.execute("SET session_replication_role = origin")
        for _ in range(600):
            await raw_entry(connection, tenant.id)
    monkeypatch.setattr(sequencing, "_BULK_BATCH", 170)
    assert await sequencer.drain(tenant.id) == 600
    hashes = [leaf_hash(body) for body in await bodies(owner, tenant)]
    async with owner() as connection:
        cursor = await connection.execute(
            "SELECT hashes FROM audit_tile WHERE tenant_id = %s AND level = 0 ORDER BY idx", [tenant.id]
        )
        tiles = [row[0] for row in await cursor.fetchall()]
        frontier = await tree.load(connection, tenant.id)
    assert b"".join(tiles) == b"".join(hashes)
    assert frontier == Frontier().grow(hashes).frontier


async def test_an_entry_that_commits_late_is_taken_late(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam, raw: Connect, owner: Connect
) -> None:
    async with raw() as slow:
        early = await raw_entry(slow, tenant.id)
        await make_team("later, but first to commit")
        assert await sequencer.drain(tenant.id) == 1
    assert await sequencer.drain(tenant.id) == 1
    assert parse((await bodies(owner, tenant))[1]).id == early


async def test_an_act_with_too_many_changes_to_list_is_summed_up(
    sequencer: Sequencer, tenant: Tenant, owner: Connect, many_teams: None
) -> None:
    await sequencer.drain(tenant.id)
    (body,) = await bodies(owner, tenant)
    more = parse(body).more
    assert more is not None
    assert more.n == MAX_CHANGES + 1


async def test_an_entry_without_canonical_form_holds_nobody_up(
    sequencer: Sequencer, tenant: Tenant, raw: Connect, make_team: MakeTeam
) -> None:
    async with raw() as connection:
        await raw_entry(connection, tenant.id, origin='{"channel":"fax"}')
    await make_team("Praha")
    assert await sequencer.drain(tenant.id) == 1
    async with raw() as connection:
        cursor = await connection.execute("SELECT count(*) FROM audit_queue")
        assert await cursor.fetchone() == (1,)


async def test_two_sequencers_write_one_log(
    sequencer: Sequencer, settings: Settings, platform: Platform, tenant: Tenant, make_team: MakeTeam, owner: Connect
) -> None:
    other = sequencing.open_sequencer(settings, platform.database)
    try:
        for number in range(10):
            await make_team(f"team {number}")
            await asyncio.gather(sequencer.drain(tenant.id), other.drain(tenant.id))
    finally:
        await other.close()
    entries = [parse(body).id for body in await bodies(owner, tenant)]
    assert len(entries) == len(set(entries)) == 10


async def test_a_sequencer_whose_tree_has_moved_on_is_fenced_off(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam, owner: Connect
) -> None:
    await make_team("Praha")
    await sequencer.drain(tenant.id)
    async with owner() as connection:
        with pytest.raises(SequencerFenced):
            await tree.append(
                connection, tenant.id, tree.Edge(Frontier(), {}), [tree.Leaf(new_id(), b"x", leaf_hash(b"x"))]
            )
        await connection.rollback()


async def test_a_log_that_was_cut_back_is_not_signed_on(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam, owner: Connect
) -> None:
    await make_team("Praha")
    await sequencer.drain(tenant.id)
    async with owner() as connection:
        for table in ("audit_leaf", "audit_tile", "audit_tree", "audit_checkpoint"):
            await connection.execute(f"DELETE FROM {table} WHERE tenant_id = %s", [tenant.id])
    await make_team("Brno")
    with pytest.raises(LogBroken, match="holds a signed head of 1"):
        await sequencer.drain(tenant.id)


async def test_a_log_that_stopped_is_told_and_so_is_that_it_goes_on_again(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam
) -> None:
    await make_team("Praha")
    await sequencer.drain(tenant.id)
    path = sequencer.heads.path(tenant.id)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"\n1\n", b"\n9\n", 1))
    await make_team("Brno")
    stop = asyncio.Event()
    running = asyncio.create_task(sequencer.run(stop))
    while tenant.id not in (found := await sequencer.standing()).halted:  # noqa: ASYNC110 - nobody signals it
        await asyncio.sleep(0.01)
    stop.set()
    await running
    assert not found.sound
    path.write_bytes(whole)
    await sequencer.drain(tenant.id)
    assert tenant.id not in (await sequencer.standing()).halted


async def test_how_long_the_oldest_entry_waits_is_told(sequencer: Sequencer, make_team: MakeTeam) -> None:
    await make_team("Praha")
    now = datetime.now(UTC)
    early, late = (replace(sequencer, clock=FixedClock(now + timedelta(minutes=some))) for some in (1, 3))
    first, second = await early.standing(), await late.standing()
    assert first.waiting == second.waiting > 0
    assert second.behind - first.behind == pytest.approx(120, abs=0.01)
    assert not second.sound


@pytest.mark.parametrize(
    ("found", "sound"),
    [
        (Standing(3, 1.5, frozenset(), 0), True),
        (Standing(3, 60.0, frozenset(), 0), False),
        (Standing(0, 0.0, frozenset({UUID(int=1)}), 0), False),
        (Standing(1, 0.0, frozenset(), 1), False),
    ],
)
def test_a_log_is_sound_that_goes_on_without_delay(found: Standing, sound: bool) -> None:
    assert found.sound is sound


async def test_a_head_that_a_crash_kept_from_the_file_is_added_by_the_next_run(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam
) -> None:
    await make_team("Praha")
    await sequencer.drain(tenant.id)
    await make_team("Brno")
    await sequencer.drain(tenant.id)
    path = sequencer.heads.path(tenant.id)
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    await replace(sequencer, heads=Heads(sequencer.heads.directory)).drain(tenant.id)
    assert path.read_bytes() == whole


def test_a_torn_head_file_ends_with_its_last_whole_note(tmp_path: Path) -> None:
    heads, tenant = Heads(tmp_path), UUID(int=1)
    notes = [f"log\n{size}\n{'A' * 43}=\n\n— log AAAAAAAA\n" for size in (1, 2)]
    heads.append(tenant, notes)
    whole = heads.path(tenant).read_bytes()
    ends = [0, *(at + 2 for at in range(len(whole)) if whole[at : at + 2] == b"\n\n" and whole[:at].endswith(b"AAAA"))]
    for cut in range(len(whole) + 1):
        heads.path(tenant).write_bytes(whole[:cut])
        last = heads.last(tenant)
        assert (0 if last is None else last.size) == sum(end <= cut for end in ends[1:]), cut


async def test_the_key_is_made_once_and_only_its_owner_can_read_it(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam
) -> None:
    await make_team("Praha")
    await sequencer.drain(tenant.id)
    path = sequencer.keys.path(tenant.id)
    key = path.read_bytes()
    await make_team("Brno")
    await sequencer.drain(tenant.id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == key


async def test_a_key_that_others_can_read_is_not_used(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam
) -> None:
    sequencer.keys.create(tenant.id, tenant.slug)
    sequencer.keys.path(tenant.id).chmod(0o640)
    await make_team("Praha")
    try:
        with pytest.raises(KeysExposed):
            await sequencer.drain(tenant.id)
    finally:
        sequencer.keys.path(tenant.id).chmod(0o600)


async def test_a_lost_key_is_not_replaced(sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam) -> None:
    await make_team("Praha")
    await sequencer.drain(tenant.id)
    sequencer.keys.path(tenant.id).unlink()
    await make_team("Brno")
    with pytest.raises(LogKeyMissing):
        await sequencer.drain(tenant.id)


async def test_the_background_loop_leaves_a_log_to_the_sequencer_at_work(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam, owner: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    await make_team("Praha")
    stop = asyncio.Event()
    async with owner() as other:
        await other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tenure.log.{tenant.id}"])
        task = asyncio.create_task(sequencer.run(stop))
        await asyncio.sleep(0.3)
        assert sequencer.heads.last(tenant.id) is None
    await _signed(sequencer, tenant)
    stop.set()
    await task
    assert not [record for record in caplog.records if str(tenant.id) in record.getMessage()]


async def test_the_background_loop_goes_on_when_its_connection_was_lost(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam, owner: Connect
) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(sequencer.run(stop))
    await make_team("Praha")
    await _signed(sequencer, tenant)
    async with owner() as other:
        await _cut_off(sequencer, other)
    await make_team("Brno")
    await _signed(sequencer, tenant, 2)
    stop.set()
    await task


async def test_the_background_loop_goes_on_when_a_log_halts_as_its_connection_is_lost(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam, owner: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, halted = Sequencer._batch, []

    async def halting(self: Sequencer, connection: tree.Connection, tenant_id: UUID, limit: int, *, wait: bool) -> int:
        if halted:
            return await batch(self, connection, tenant_id, limit, wait=wait)
        halted.append(tenant_id)
        async with owner() as other:
            await _cut_off(sequencer, other)
        with suppress(psycopg.OperationalError):
            await connection.execute("SELECT 1")
        raise LogKeyMissing(tenant=tenant_id, path="nowhere")

    monkeypatch.setattr(Sequencer, "_batch", halting)
    monkeypatch.setattr(sequencing, "_REST_SECONDS", 0)
    stop = asyncio.Event()
    await make_team("Praha")
    task = asyncio.create_task(sequencer.run(stop))
    await _signed(sequencer, tenant)
    stop.set()
    await task
    assert halted


async def _cut_off(sequencer: Sequencer, owner: psycopg.AsyncConnection[Any]) -> None:
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"
    await owner.execute(ended, [sequencer.engine.url.username])


async def _signed(sequencer: Sequencer, tenant: Tenant, size: int = 1) -> None:
    async with asyncio.timeout(60):
        while (last := sequencer.heads.last(tenant.id)) is None or last.size < size:  # noqa: ASYNC110 - it signals nobody
            await asyncio.sleep(0.02)


async def test_the_background_loop_signs_without_being_asked(
    sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam
) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(sequencer.run(stop))
    await make_team("Praha")
    await _signed(sequencer, tenant)
    stop.set()
    await task
