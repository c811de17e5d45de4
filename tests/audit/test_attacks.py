"""Raw SQL under the application's role, trying to change a record without saying so, or to make up its past."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from backend.access.models import Team, Tenant
from backend.core.ids import new_id
from tests.audit.raw import Connect, MakeParty, MakeTeam, raw_entry

Raw = psycopg.AsyncConnection[Any]
NO_ENTRY = "does not name a fresh audit entry"
STALE = "was changed by somebody else"
SETTINGS = (
    "timezone = 'Asia/Shanghai'",
    "datestyle = 'SQL, DMY'",
    "bytea_output = 'escape'",
    "extra_float_digits = -15",
    "standard_conforming_strings = off",
)
RENAME = "UPDATE team SET name = 'x', ver = 2, entry_id = %s WHERE id = %s"
INSERT = "INSERT INTO team (id, tenant_id, entry_id, ver, name) VALUES (%s, %s, %s, %s, %s)"


@pytest.fixture
async def team(make_team: MakeTeam) -> Team:
    return await make_team("Praha")


async def versions(connection: Raw, record: UUID) -> list[tuple[int, str, str]]:
    query = "SELECT ver, op, row->>'name' FROM record_version WHERE record_id = %s ORDER BY ver"
    return await (await connection.execute(query, [record])).fetchall()


async def test_the_transaction_of_an_entry_cannot_be_made_up(raw: Connect, tenant: Tenant) -> None:
    async with raw() as connection:
        with pytest.raises(errors.InsufficientPrivilege):
            await raw_entry(connection, tenant.id, txid="5")


async def test_an_entry_of_an_earlier_transaction_is_refused(raw: Connect, team: Team) -> None:
    async with raw() as connection:
        with pytest.raises(psycopg.Error, match=NO_ENTRY):
            await connection.execute(RENAME, [team.entry_id, team.id])


async def test_an_entry_that_was_rolled_back_is_refused(raw: Connect, team: Team, tenant: Tenant) -> None:
    async with raw() as connection:
        await connection.execute("SAVEPOINT s")
        entry = await raw_entry(connection, tenant.id)
        await connection.execute("ROLLBACK TO s")
        with pytest.raises(psycopg.Error, match=NO_ENTRY):
            await connection.execute(
                "UPDATE team SET name = 'x', ver = 2, entry_id = %s WHERE id = %s", [entry, team.id]
            )


async def test_an_entry_of_another_institution_is_refused(raw: Connect, team: Team, tenant: Tenant) -> None:
    other = new_id()
    async with raw() as connection:
        await connection.execute("SELECT set_config('tenure.tenant', %s, true)", [str(other)])
        entry = await raw_entry(connection, other)
        await connection.execute("SELECT set_config('tenure.tenant', %s, true)", [str(tenant.id)])
        with pytest.raises(psycopg.Error, match=NO_ENTRY):
            await connection.execute(
                "UPDATE team SET name = 'x', ver = 2, entry_id = %s WHERE id = %s", [entry, team.id]
            )


async def test_an_entry_for_another_institution_is_refused(raw: Connect) -> None:
    async with raw() as connection:
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            await raw_entry(connection, new_id())


async def test_a_row_cannot_be_given_to_another_institution(raw: Connect, team: Team, tenant: Tenant) -> None:
    async with raw() as connection:
        entry = await raw_entry(connection, tenant.id)
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            await connection.execute(
                "UPDATE team SET tenant_id = %s, ver = 2, entry_id = %s WHERE id = %s", [new_id(), entry, team.id]
            )


async def test_a_row_cannot_take_another_id(raw: Connect, team: Team, tenant: Tenant) -> None:
    async with raw() as connection:
        entry = await raw_entry(connection, tenant.id)
        with pytest.raises(psycopg.Error, match=STALE):
            await connection.execute(
                "UPDATE team SET id = %s, ver = 2, entry_id = %s WHERE id = %s", [new_id(), entry, team.id]
            )


async def test_a_row_cannot_take_the_id_of_one_deleted_in_the_same_statement(
    raw: Connect, make_team: MakeTeam, tenant: Tenant
) -> None:
    kept, gone = await make_team("kept"), await make_team("gone")
    async with raw() as connection:
        entry = await raw_entry(connection, tenant.id)
        await connection.execute("UPDATE team SET ver = 2, entry_id = %s WHERE id = %s", [entry, gone.id])
        with pytest.raises(psycopg.Error, match=f"{STALE}|duplicate key"):
            await connection.execute(
                "WITH d AS (DELETE FROM team WHERE id = %(gone)s RETURNING id) "
                "UPDATE team SET id = %(gone)s, ver = 3, entry_id = %(entry)s WHERE id = %(kept)s",
                {"gone": gone.id, "kept": kept.id, "entry": entry},
            )


@pytest.mark.parametrize("table", ["team", "audit_entry", "record_version", "audit_leaf", "audit_queue"])
async def test_a_table_cannot_be_emptied_at_once(raw: Connect, table: str) -> None:
    async with raw() as connection:
        with pytest.raises(errors.InsufficientPrivilege):
            await connection.execute(f"TRUNCATE {table} CASCADE")


async def test_an_upsert_without_an_entry_is_refused(raw: Connect, team: Team, tenant: Tenant) -> None:
    async with raw() as connection:
        with pytest.raises(psycopg.Error, match=NO_ENTRY):
            await connection.execute(
                INSERT + " ON CONFLICT (id) DO UPDATE SET name = excluded.name, ver = team.ver + 1",
                [team.id, tenant.id, team.entry_id, 1, "x"],
            )


async def test_an_upsert_with_an_entry_keeps_both_versions(raw: Connect, team: Team, tenant: Tenant) -> None:
    async with raw() as connection:
        entry = await raw_entry(connection, tenant.id)
        await connection.execute(
            INSERT
            + " ON CONFLICT (id) DO UPDATE SET name = excluded.name, ver = team.ver + 1, entry_id = excluded.entry_id",
            [team.id, tenant.id, entry, 1, "Brno"],
        )
        assert await versions(connection, team.id) == [(1, "insert", "Praha"), (2, "update", "Brno")]


@pytest.mark.parametrize("action", ["UPDATE SET name = 'x', ver = t.ver + 1", "DELETE"])
async def test_a_merge_without_an_entry_is_refused(raw: Connect, team: Team, action: str) -> None:
    async with raw() as connection:
        with pytest.raises(psycopg.Error, match=NO_ENTRY):
            await connection.execute(
                f"MERGE INTO team t USING (SELECT %s::uuid AS id) s ON t.id = s.id WHEN MATCHED THEN {action}",
                [team.id],
            )


async def test_a_delete_without_an_entry_is_refused(raw: Connect, team: Team) -> None:
    async with raw() as connection:
        with pytest.raises(psycopg.Error, match=NO_ENTRY):
            await connection.execute("DELETE FROM team WHERE id = %s", [team.id])


async def test_a_record_cannot_be_deleted_and_begun_anew(raw: Connect, team: Team, tenant: Tenant) -> None:
    async with raw() as connection:
        entry = await raw_entry(connection, tenant.id)
        await connection.execute("UPDATE team SET ver = 2, entry_id = %s WHERE id = %s", [entry, team.id])
        await connection.execute("DELETE FROM team WHERE id = %s", [team.id])
        with pytest.raises(errors.UniqueViolation, match="record_version"):
            await connection.execute(INSERT, [team.id, tenant.id, entry, 1, "as if new"])


async def test_a_record_cannot_begin_in_its_middle(raw: Connect, tenant: Tenant) -> None:
    async with raw() as connection:
        entry = await raw_entry(connection, tenant.id)
        with pytest.raises(psycopg.Error, match=STALE):
            await connection.execute(INSERT, [new_id(), tenant.id, entry, 7, "x"])


async def test_one_row_without_an_entry_refuses_the_whole_statement(raw: Connect, tenant: Tenant) -> None:
    async with raw() as connection:
        entry = await raw_entry(connection, tenant.id)
        with pytest.raises(psycopg.Error, match=NO_ENTRY):
            await connection.execute(
                "INSERT INTO team (id, tenant_id, entry_id, ver, name) "
                "SELECT gen_random_uuid(), %s, CASE WHEN n = 50 THEN gen_random_uuid() ELSE %s END, 1, 't' || n "
                "FROM generate_series(1, 99) n",
                [tenant.id, entry],
            )


async def test_copy_does_not_go_round_the_rules(raw: Connect, tenant: Tenant) -> None:
    """PostgreSQL refuses COPY into a table with row-level security to anybody it holds for."""
    async with raw() as connection:
        with pytest.raises(errors.FeatureNotSupported, match="row-level security"):
            async with connection.cursor() as cursor, cursor.copy("COPY team FROM STDIN"):
                pass


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO record_version (tenant_id, table_name, record_id, ver, entry_id, op, row, digest) "
        "SELECT tenant_id, table_name, record_id, 2, entry_id, 'update', row, digest FROM record_version",
        "UPDATE record_version SET op = 'delete'",
        "DELETE FROM record_version",
        "UPDATE audit_entry SET reason = 'other'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_queue",
        "INSERT INTO audit_queue SELECT id, tenant_id FROM audit_entry",
        "UPDATE audit_leaf SET body = ''",
        "DELETE FROM audit_checkpoint",
        "UPDATE audit_tree SET size = 0",
        "UPDATE audit_tile SET hashes = ''",
        "ALTER TABLE team DISABLE TRIGGER ALL",
        "ALTER TABLE team DISABLE ROW LEVEL SECURITY",
        "DROP TRIGGER audit_update ON team",
        "SET session_replication_role = replica",
        "CREATE FUNCTION public.base64url(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
        "CREATE TABLE public.audit_entries (id uuid)",
        "CREATE SCHEMA shadow",
        "SELECT install_audit('team'::regclass)",
        "SELECT install_tenant('team'::regclass, 'ALL')",
    ],
)
async def test_the_application_may_not(raw: Connect, team: Team, statement: str) -> None:
    async with raw() as connection:
        with pytest.raises(errors.InsufficientPrivilege):
            await connection.execute(statement)


async def test_a_temporary_table_of_entries_does_not_stand_in_for_the_real_one(
    raw: Connect, team: Team, tenant: Tenant
) -> None:
    """pg_temp is searched first by functions whose search_path does not name it."""
    async with raw() as connection:
        await connection.execute("CREATE TEMP TABLE audit_entry (id uuid, tenant_id uuid, txid xid8) ON COMMIT DROP")
        await connection.execute(
            "INSERT INTO pg_temp.audit_entry VALUES (%s, %s, pg_current_xact_id())", [team.entry_id, tenant.id]
        )
        with pytest.raises(psycopg.Error, match=NO_ENTRY):
            await connection.execute(RENAME, [team.entry_id, team.id])


async def test_versions_do_not_vanish_into_a_temporary_table(raw: Connect, team: Team, tenant: Tenant) -> None:
    async with raw() as connection:
        await connection.execute(
            "CREATE TEMP TABLE record_version ON COMMIT DROP AS SELECT * FROM public.record_version LIMIT 0"
        )
        entry = await raw_entry(connection, tenant.id)
        await connection.execute(RENAME, [entry, team.id])
        query = "SELECT count(*) FROM public.record_version WHERE record_id = %s"
        assert await (await connection.execute(query, [team.id])).fetchone() == (2,)


async def test_entries_do_not_queue_in_a_temporary_table(raw: Connect, tenant: Tenant) -> None:
    async with raw() as connection:
        await connection.execute("CREATE TEMP TABLE audit_queue (entry_id uuid, tenant_id uuid) ON COMMIT DROP")
        entry = await raw_entry(connection, tenant.id)
        query = "SELECT count(*) FROM public.audit_queue WHERE entry_id = %s"
        assert await (await connection.execute(query, [entry])).fetchone() == (1,)


@pytest.mark.parametrize("function", ["audit_insert_team", "audit_update_team", "audit_delete_team", "queue_entries"])
async def test_the_trigger_functions_cannot_be_hung_on_a_table_of_ones_own(raw: Connect, function: str) -> None:
    async with raw() as connection:
        await connection.execute("CREATE TEMP TABLE team (LIKE public.team) ON COMMIT DROP")
        with pytest.raises(errors.InsufficientPrivilege):
            await connection.execute(
                "CREATE TRIGGER forge AFTER INSERT ON pg_temp.team REFERENCING NEW TABLE AS new_rows "
                f"FOR EACH STATEMENT EXECUTE FUNCTION public.{function}()"
            )


async def test_settings_of_the_session_do_not_change_how_a_version_is_written(
    raw: Connect, tenant: Tenant, team: Team, make_party: MakeParty
) -> None:
    party = await make_party("Anna Nováková")
    async with raw() as connection:
        digest = "SELECT render_party(p) FROM party p WHERE id = %s"
        before = await (await connection.execute(digest, [party])).fetchone()
        for setting in SETTINGS:
            await connection.execute(f"SET {setting}")
        assert await (await connection.execute(digest, [party])).fetchone() == before


@pytest.mark.parametrize("instant", ["infinity", "-infinity", "0044-03-15 12:00:00+00 BC"])
async def test_a_time_outside_the_calendar_is_told_from_one_inside_and_from_none(
    raw: Connect, make_party: MakeParty, instant: str
) -> None:
    party = await make_party("Anna Nováková")
    async with raw() as connection:
        told = []
        for value in (instant, "0044-03-15 12:00:00+00", None):
            cursor = await connection.execute(
                "SELECT render_party(jsonb_populate_record(p, jsonb_build_object('created_at', %s::text)))::json"
                "->>'created_at' FROM party p WHERE id = %s",
                [value, party],
            )
            told.append((await cursor.fetchone() or ("",))[0])
    assert len(set(told)) == 3


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", "00000000-0000-4000-8000-000000000000"),
        ("action", "Approve"),
        ("action", ""),
        ("subject_type", "Team 1"),
        ("outcome", "maybe"),
        ("reason", ""),
        ("reason", "x" * 501),
        ("ruleset", "ABC"),
        ("ts", "infinity"),
        ("actor", "nobody"),
        ("actor", "[]"),
        ("actor", '{"id":1,"id":2}'),
        ("origin", "[]"),
        ("reads", "{}"),
        ("reads", f'["{"x" * 50_000}"]'),
    ],
)
async def test_an_entry_that_would_stop_the_log_is_refused(
    raw: Connect, tenant: Tenant, column: str, value: str
) -> None:
    async with raw() as connection:
        with pytest.raises(errors.CheckViolation):
            await raw_entry(connection, tenant.id, **{column: value})


@pytest.mark.parametrize("role", ["tenure_log", "postgres"])
async def test_the_applications_login_cannot_become_another_role(raw: Connect, role: str) -> None:
    async with raw() as connection:
        with pytest.raises(errors.InsufficientPrivilege):
            await connection.execute(f"SET ROLE {role}")
