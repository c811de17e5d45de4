"""Whatever is done to the log or the record behind the audit's back is named."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from backend.access.models import Tenant
from backend.audit.errors import LogBroken
from backend.audit.findings import TEXTS, Finding, Report
from backend.audit.formats import checkpoint
from backend.audit.formats.checkpoint import Checkpoint
from backend.audit.formats.entry import MAX_CHANGES
from backend.audit.formats.note import SignerKey
from backend.audit.sequencer import Sequencer
from backend.audit.verify import verify
from backend.core.i18n import catalog
from backend.edge.platform import Platform
from tests.audit.raw import Connect, MakeParty, MakeTeam, RenameTeam, raw_entry

Verify = Callable[[], Awaitable[Report]]
Owner = psycopg.AsyncConnection[Any]


@pytest.fixture
def check(platform: Platform, sequencer: Sequencer, tenant: Tenant) -> Verify:
    return lambda: verify(platform.engine, tenant.id, sequencer.keys, sequencer.heads)


@pytest.fixture
async def teams(sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam, rename_team: RenameTeam) -> list[UUID]:
    """Four teams of which the first was renamed: five leaves, two heads."""
    ids = [(await make_team(f"team {number}")).id for number in range(4)]
    await sequencer.drain(tenant.id)
    await rename_team(ids[0], "another name")
    await sequencer.drain(tenant.id)
    return ids


def named(report: Report, code: str) -> dict[str, object]:
    """The one finding of this kind."""
    (finding,) = [finding for finding in report.findings if finding.code == code]
    return {name: str(value) if isinstance(value, UUID) else value for name, value in finding.params.items()}


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


async def entry_at(connection: Owner, tenant: Tenant, leaf: int) -> UUID:
    query = "SELECT entry_id FROM audit_leaf WHERE tenant_id = %s AND idx = %s"
    row = await (await connection.execute(query, [tenant.id, leaf])).fetchone()
    assert row is not None
    return row[0]


async def test_a_log_that_nobody_touched_is_sound(check: Verify, teams: list[UUID]) -> None:
    report = await check()
    assert report.findings == ()
    assert (report.leaves, report.versions, report.rows, report.pending) == (5, 5, 4, 0)
    assert report.head is not None
    assert report.head.size == 5


async def test_a_summed_up_entry_is_sound(
    check: Verify, sequencer: Sequencer, platform: Platform, tenant: Tenant, many_teams: None
) -> None:
    await sequencer.drain(tenant.id)
    assert (await check()).findings == ()


async def test_entries_that_wait_for_the_log_are_counted(check: Verify, teams: list[UUID], make_team: MakeTeam) -> None:
    await make_team("not logged yet")
    report = await check()
    assert (report.sound, report.pending) == (True, 1)


async def test_a_log_that_grows_meanwhile_is_sound(
    check: Verify, sequencer: Sequencer, tenant: Tenant, teams: list[UUID], make_team: MakeTeam
) -> None:
    async def grow() -> None:
        for number in range(20):
            await make_team(f"new {number}")
            await sequencer.drain(tenant.id)

    growing = asyncio.create_task(grow())
    reports = []
    while not growing.done():
        reports.append(await check())
    await growing
    reports.append(await check())
    assert [finding.words() for report in reports for finding in report.findings] == []
    assert len({report.leaves for report in reports}) > 1


async def test_an_edited_row_is_named(check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant) -> None:
    async with owner() as connection:
        await connection.execute("UPDATE team SET name = 'Zürich' WHERE id = %s", [teams[0]])
        entry = await entry_at(connection, tenant, 4)
    report = await check()
    expected = {"table": "team", "record": str(teams[0]), "version": 2, "entry": str(entry), "leaf": 4}
    assert named(report, "row_changed") == expected
    assert report.total == 1


async def test_a_column_that_a_release_added_is_no_change_as_long_as_it_is_empty(
    check: Verify, teams: list[UUID], owner: Connect
) -> None:
    async with owner() as connection:
        await connection.execute("ALTER TABLE team ADD COLUMN later text")
    try:
        empty = await check()
        async with owner() as connection:
            await connection.execute("UPDATE team SET later = 'filled' WHERE id = %s", [teams[0]])
        filled = await check()
    finally:
        async with owner() as connection:
            await connection.execute("ALTER TABLE team DROP COLUMN later")
    assert empty.findings == ()
    assert named(filled, "row_changed")["record"] == str(teams[0])


async def test_a_deleted_row_is_named(check: Verify, teams: list[UUID], owner: Connect) -> None:
    async with owner() as connection:
        await connection.execute("DELETE FROM team WHERE id = %s", [teams[2]])
    assert named(await check(), "row_deleted")["record"] == str(teams[2])


async def test_a_row_that_nobody_made_is_named(
    check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant
) -> None:
    async with owner() as connection:
        await connection.execute(
            "INSERT INTO team (id, tenant_id, entry_id, ver, name) VALUES (gen_random_uuid(), %s, %s, 1, 'ghosts')",
            [tenant.id, await entry_at(connection, tenant, 0)],
        )
    assert codes(await check()) == {"row_without_version"}


async def test_a_row_brought_back_after_its_deletion_is_named(
    check: Verify, teams: list[UUID], owner: Connect, raw: Connect, sequencer: Sequencer, tenant: Tenant
) -> None:
    async with raw() as connection:
        entry = await raw_entry(connection, tenant.id)
        await connection.execute("UPDATE team SET entry_id = %s, ver = 2 WHERE id = %s", [entry, teams[3]])
        await connection.execute("DELETE FROM team WHERE id = %s", [teams[3]])
    await sequencer.drain(tenant.id)
    assert (await check()).sound
    async with owner() as connection:
        await connection.execute(
            "INSERT INTO team (id, tenant_id, entry_id, ver, name) VALUES (%s, %s, %s, 3, 'back')",
            [teams[3], tenant.id, entry],
        )
    assert named(await check(), "row_undeleted")["record"] == str(teams[3])


async def test_an_edited_version_is_named(check: Verify, teams: list[UUID], owner: Connect) -> None:
    async with owner() as connection:
        await connection.execute(
            "UPDATE record_version SET row = replace(row::text, 'team 0', 'team X')::json "
            "WHERE record_id = %s AND ver = 1",
            [teams[0]],
        )
    finding = named(await check(), "version_edited")
    assert (finding["table"], finding["record"], finding["version"]) == ("team", str(teams[0]), 1)


async def test_a_version_edited_together_with_its_digest_and_row_is_named(
    check: Verify, teams: list[UUID], owner: Connect
) -> None:
    async with owner() as connection:
        await connection.execute("UPDATE team SET name = 'team X' WHERE id = %s", [teams[1]])
        await connection.execute(
            "UPDATE record_version v "
            "SET row = render_team(t)::json, digest = sha256(convert_to(render_team(t), 'UTF8')) "
            "FROM team t WHERE t.id = v.record_id AND v.record_id = %s",
            [teams[1]],
        )
    report = await check()
    assert named(report, "version_differs")["record"] == str(teams[1])
    assert named(report, "version_differs")["leaf"] == 1
    assert report.total == 1


async def test_a_deleted_version_is_named(check: Verify, teams: list[UUID], owner: Connect) -> None:
    async with owner() as connection:
        await connection.execute("DELETE FROM record_version WHERE record_id = %s AND ver = 1", [teams[0]])
    report = await check()
    assert named(report, "version_missing")["leaf"] == 0
    assert named(report, "version_gap") == {
        "table": "team", "record": str(teams[0]), "count": 1, "first": 2, "last": 2,
    }  # fmt: skip


async def test_a_version_slipped_under_an_old_entry_is_named(
    check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant
) -> None:
    async with owner() as connection:
        await connection.execute(
            "INSERT INTO record_version (tenant_id, table_name, record_id, ver, entry_id, op, row, digest) "
            "SELECT tenant_id, table_name, record_id, 2, entry_id, 'update', row, digest FROM record_version "
            "WHERE record_id = %s",
            [teams[2]],
        )
    report = await check()
    assert named(report, "version_unnamed")["version"] == 2
    assert named(report, "version_unnamed")["leaf"] == 2


async def test_a_version_under_an_entry_that_does_not_exist_is_named(
    check: Verify, teams: list[UUID], owner: Connect
) -> None:
    async with owner() as connection:
        await connection.execute(
            "UPDATE record_version SET entry_id = gen_random_uuid() WHERE record_id = %s", [teams[2]]
        )
    assert {"version_without_entry", "version_missing"} <= codes(await check())


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("action", "team.edit", "action"),
        (
            "actor",
            '{"id":"019ab3c4-d5e6-7f01-8a23-456789abcdef","on_behalf_of":null,"roles":[],"type":"staff"}',
            "actor",
        ),
        ("reason", "other", "reason"),
        ("ts", "2020-01-01T00:00:00Z", "ts"),
        ("outcome", "denied", "outcome"),
        ("origin", '{"channel":"cli"}', "origin"),
        ("reads", '[{"type":"party"}]', "reads"),
    ],
)
async def test_an_edited_entry_is_named_with_its_field(
    check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant, column: str, value: str, field: str
) -> None:
    async with owner() as connection:
        entry = await entry_at(connection, tenant, 3)
        await connection.execute(f"UPDATE audit_entry SET {column} = %s WHERE id = %s", [value, entry])
    report = await check()
    assert named(report, "entry_changed") == {"entry": str(entry), "leaf": 3, "fields": field}
    assert report.total == 1


async def test_a_deleted_entry_is_named(check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant) -> None:
    async with owner() as connection:
        entry = await entry_at(connection, tenant, 1)
        await connection.execute("DELETE FROM audit_entry WHERE id = %s", [entry])
    assert named(await check(), "entry_missing") == {"entry": str(entry), "leaf": 1}


async def test_an_entry_taken_out_of_the_queue_is_named(
    check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant, make_team: MakeTeam
) -> None:
    await make_team("never logged")
    async with owner() as connection:
        await connection.execute("DELETE FROM audit_queue WHERE tenant_id = %s", [tenant.id])
    assert codes(await check()) == {"entry_unlogged"}


async def test_an_entry_that_cannot_be_logged_is_named(
    check: Verify, sequencer: Sequencer, teams: list[UUID], raw: Connect, tenant: Tenant
) -> None:
    async with raw() as connection:
        entry = await raw_entry(connection, tenant.id, origin='{"channel":"fax"}')
    await sequencer.drain(tenant.id)
    assert named(await check(), "entry_unfit")["entry"] == str(entry)


async def test_a_deleted_leaf_is_named(check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant) -> None:
    async with owner() as connection:
        entry = await entry_at(connection, tenant, 2)
        await connection.execute("DELETE FROM audit_leaf WHERE tenant_id = %s AND idx = 2", [tenant.id])
    report = await check()
    assert named(report, "leaf_missing") == {"leaf": 2}
    assert named(report, "entry_unlogged") == {"entry": str(entry)}


async def test_an_edited_leaf_is_named(check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant) -> None:
    async with owner() as connection:
        await connection.execute(
            "UPDATE audit_leaf SET body = convert_to(replace(convert_from(body, 'UTF8'), 'success', 'denied'), 'UTF8') "
            "WHERE tenant_id = %s AND idx = 3",
            [tenant.id],
        )
    report = await check()
    assert named(report, "leaf_changed")["leaf"] == 3
    assert named(report, "entry_changed")["fields"] == "outcome"


async def swap(connection: Owner, tenant: Tenant) -> None:
    for old, new in ((1, -1), (2, 1), (-1, 2)):
        await connection.execute(
            "UPDATE audit_leaf SET idx = %s WHERE tenant_id = %s AND idx = %s", [new, tenant.id, old]
        )


async def test_two_swapped_leaves_are_named(check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant) -> None:
    async with owner() as connection:
        await swap(connection, tenant)
    report = await check()
    assert codes(report) == {"leaf_changed"}
    assert sorted(str(finding.params["leaf"]) for finding in report.findings) == ["1", "2"]


async def test_leaves_swapped_together_with_their_hashes_are_found_between_two_heads(
    check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant
) -> None:
    async with owner() as connection:
        await swap(connection, tenant)
        await connection.execute(
            "UPDATE audit_tile SET hashes = (SELECT string_agg(hash, ''::bytea ORDER BY idx) FROM audit_leaf "
            "WHERE tenant_id = %(tenant)s) WHERE tenant_id = %(tenant)s AND level = 0",
            {"tenant": tenant.id},
        )
    finding = named(await check(), "head_differs")
    assert (finding["first"], finding["last"], finding["size"]) == (0, 3, 4)


async def test_a_head_signed_by_another_key_is_named(
    check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant, sequencer: Sequencer
) -> None:
    name = sequencer.keys.signer(tenant.id).name
    note = checkpoint.sign(Checkpoint(name, 4, bytes(32)), SignerKey.generate(name)).decode()
    async with owner() as connection:
        await connection.execute(
            "UPDATE audit_checkpoint SET note = %s, root = %s WHERE tenant_id = %s AND size = 4",
            [note, bytes(32), tenant.id],
        )
    report = await check()
    assert named(report, "head_forged")["size"] == 4
    assert named(report, "head_forged")["source"] == "audit_checkpoint"


async def test_a_head_whose_row_says_something_else_is_named(
    check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant
) -> None:
    async with owner() as connection:
        await connection.execute(
            "UPDATE audit_checkpoint SET root = %s WHERE tenant_id = %s AND size = 4", [bytes(32), tenant.id]
        )
    assert named(await check(), "head_edited") == {"size": 4}


async def test_a_head_edited_in_the_file_is_named(
    check: Verify, teams: list[UUID], tenant: Tenant, sequencer: Sequencer
) -> None:
    path = sequencer.heads.path(tenant.id)
    path.write_bytes(path.read_bytes().replace(b"\n4\n", b"\n3\n"))
    assert named(await check(), "head_forged")["source"] == "checkpoints"


async def test_a_missing_file_of_heads_is_named(
    check: Verify, teams: list[UUID], tenant: Tenant, sequencer: Sequencer
) -> None:
    sequencer.heads.path(tenant.id).unlink()
    assert codes(await check()) == {"heads_file_missing"}


async def test_a_log_cut_back_in_every_table_is_named(
    check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant, sequencer: Sequencer
) -> None:
    """Leaf, entry, version, row, tree, tiles and head of the last act are gone; only the file of heads remembers."""
    async with owner() as connection:
        entry = await entry_at(connection, tenant, 4)
        await connection.execute("DELETE FROM record_version WHERE entry_id = %s", [entry])
        await connection.execute(
            "UPDATE team SET name = 'team 0', ver = 1, entry_id = (SELECT entry_id FROM record_version "
            "WHERE record_id = team.id AND ver = 1) WHERE entry_id = %s",
            [entry],
        )
        for table in ("audit_leaf", "audit_entry"):
            column = "entry_id" if table == "audit_leaf" else "id"
            await connection.execute(f"DELETE FROM {table} WHERE {column} = %s", [entry])
        await connection.execute("DELETE FROM audit_checkpoint WHERE tenant_id = %s AND size = 5", [tenant.id])
        four = "SELECT root FROM audit_checkpoint WHERE tenant_id = %(tenant)s AND size = 4"
        await connection.execute(
            f"UPDATE audit_tree SET size = 4, frontier = ({four}) WHERE tenant_id = %(tenant)s", {"tenant": tenant.id}
        )
        await connection.execute(
            "UPDATE audit_tile SET hashes = substring(hashes FOR 128) WHERE tenant_id = %s", [tenant.id]
        )
    report = await check()
    assert named(report, "head_beyond") == {"size": 5, "source": "checkpoints", "end": 4}
    assert report.total == 1
    with pytest.raises(LogBroken):
        await sequencer.drain(tenant.id)


async def test_a_tree_set_back_below_its_leaves_is_named(
    check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant
) -> None:
    async with owner() as connection:
        await connection.execute("UPDATE audit_tree SET size = 0, frontier = '' WHERE tenant_id = %s", [tenant.id])
    report = await check()
    assert {"leaf_too_many", "head_beyond"} <= codes(report)


async def test_an_edited_tile_is_named(check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant) -> None:
    async with owner() as connection:
        await connection.execute(
            "UPDATE audit_tile SET hashes = %s || substring(hashes FROM 33) WHERE tenant_id = %s AND level = 0",
            [bytes(32), tenant.id],
        )
    report = await check()
    assert named(report, "leaf_changed")["leaf"] == 0
    assert "head_differs" in codes(report)


async def test_an_edited_frontier_is_named(check: Verify, teams: list[UUID], owner: Connect, tenant: Tenant) -> None:
    async with owner() as connection:
        await connection.execute(
            "UPDATE audit_tree SET frontier = %s || substring(frontier FROM 33) WHERE tenant_id = %s",
            [bytes(32), tenant.id],
        )
    assert codes(await check()) == {"tree_changed"}


async def test_a_version_taken_from_a_summed_up_entry_is_named(
    check: Verify, sequencer: Sequencer, tenant: Tenant, many_teams: None, owner: Connect
) -> None:
    await sequencer.drain(tenant.id)
    async with owner() as connection:
        await connection.execute(
            "DELETE FROM record_version WHERE ctid = (SELECT ctid FROM record_version WHERE tenant_id = %s LIMIT 1)",
            [tenant.id],
        )
    finding = named(await check(), "versions_differ")
    assert (finding["stored"], finding["named"]) == (MAX_CHANGES, MAX_CHANGES + 1)


async def test_a_sealed_value_put_in_the_place_of_another_is_named(
    check: Verify, sequencer: Sequencer, platform: Platform, tenant: Tenant, owner: Connect, make_party: MakeParty
) -> None:
    party = await make_party("Anna Nováková")
    await sequencer.drain(tenant.id)
    async with owner() as connection:
        await connection.execute(
            "UPDATE record_version SET sealed = jsonb_build_object('name', encode(%s, 'base64')) WHERE record_id = %s",
            [bytes(80), party],
        )
    assert named(await check(), "sealed_edited")["column"] == "name"


async def test_a_sealed_column_of_a_row_put_in_the_place_of_another_is_named(
    check: Verify, sequencer: Sequencer, platform: Platform, tenant: Tenant, owner: Connect, make_party: MakeParty
) -> None:
    anna, jan = await make_party("Anna Nováková"), await make_party("Jan Dvořák")
    await sequencer.drain(tenant.id)
    async with owner() as connection:
        await connection.execute(
            "UPDATE party SET name = (SELECT name FROM party WHERE id = %s) WHERE id = %s", [jan, anna]
        )
    assert named(await check(), "row_changed")["record"] == str(anna)


async def test_a_table_without_its_triggers_is_named(check: Verify, teams: list[UUID], owner: Connect) -> None:
    async with owner() as connection:
        await connection.execute("ALTER TABLE team DISABLE TRIGGER audit_update")
    try:
        assert named(await check(), "table_unguarded") == {"table": "team"}
    finally:
        async with owner() as connection:
            await connection.execute("ALTER TABLE team ENABLE TRIGGER audit_update")


async def test_a_table_without_its_rendering_is_named(check: Verify, teams: list[UUID], owner: Connect) -> None:
    async with owner() as connection:
        await connection.execute("ALTER FUNCTION render_team(team) RENAME TO hidden_team")
    try:
        assert named(await check(), "table_unguarded") == {"table": "team"}
    finally:
        async with owner() as connection:
            await connection.execute("ALTER FUNCTION hidden_team(team) RENAME TO render_team")


async def test_a_missing_key_is_named(check: Verify, teams: list[UUID], tenant: Tenant, sequencer: Sequencer) -> None:
    sequencer.keys.path(tenant.id).unlink()
    assert codes(await check()) == {"key_missing"}


async def test_the_key_an_auditor_brought_is_the_one_that_counts(
    platform: Platform, sequencer: Sequencer, teams: list[UUID], tenant: Tenant
) -> None:
    brought = SignerKey.generate(sequencer.keys.signer(tenant.id).name).verifier
    report = await verify(platform.engine, tenant.id, sequencer.keys, sequencer.heads, verifier=brought)
    assert codes(report) == {"head_forged"}


async def test_findings_beyond_the_limit_are_counted_and_not_kept(
    platform: Platform, sequencer: Sequencer, teams: list[UUID], owner: Connect, tenant: Tenant
) -> None:
    async with owner() as connection:
        await connection.execute("UPDATE team SET name = name || '!' WHERE tenant_id = %s", [tenant.id])
    report = await verify(platform.engine, tenant.id, sequencer.keys, sequencer.heads, limit=3)
    assert (report.total, len(report.findings)) == (4, 3)


async def test_one_institution_verifies_apart_from_another(
    platform: Platform, sequencer: Sequencer, teams: list[UUID], owner: Connect, tenant: Tenant
) -> None:
    """The application's role sees this institution's rows alone."""
    report = await verify(platform.engine, tenant.id, sequencer.keys, sequencer.heads)
    assert report.rows == 4


async def test_progress_is_told_to_the_end(
    platform: Platform, sequencer: Sequencer, teams: list[UUID], tenant: Tenant
) -> None:
    told: list[tuple[str, int, int]] = []
    await verify(platform.engine, tenant.id, sequencer.keys, sequencer.heads, progress=lambda *step: told.append(step))
    last = {stage: (done, of) for stage, done, of in told}
    assert set(last) == {"log", "versions", "rows"}
    assert all(done == of for done, of in last.values())


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_every_finding_has_words_in_chinese(code: str) -> None:
    assert TEXTS[code] in catalog("zh_CN")


def test_a_finding_names_its_place_in_words() -> None:
    words = Finding("row_changed", {"table": "team", "record": "r", "version": 2, "entry": "e", "leaf": 4}).words()
    assert words == "team r was changed behind the audit: it differs from version 2 (entry e, leaf 4)."
