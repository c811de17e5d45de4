"""Rows rendered here are, byte for byte, those that the database renders; and the database's own word is not taken."""

from typing import Any, Final

import psycopg
import pytest
from psycopg.types.json import Jsonb
from psycopg.types.string import TextLoader

from backend.access.models import Tenant
from backend.audit.rendering import Column, Renderer, printed
from backend.audit.sequencer import Sequencer
from backend.audit.verify import verify
from backend.core.database import Database
from backend.core.tables import metadata
from backend.edge.platform import Platform
from backend.schema import audited_tables
from tests.audit.raw import Connect, MakeTeam

SAMPLES: Final[dict[str, list[Any]]] = {
    "bytea": ["\\x" + "ab" * 100, "\\x" + bytes(range(256)).hex(), "\\x" + "fb" * 33],
    "smallint": [0, -1, 32767],
    "integer": [0, -2147483648, 2147483647],
    "bigint": [0, -(2**53), 2**53],
    "boolean": [True, False, True],
    "uuid": ["01a2020d-a25c-78a0-80bf-1f28eca48d52"] * 3,
    "numeric": ["0.00000000", "-1.5", "5E-1"],
    "date": ["2026-02-28", "0044-03-15 BC", "infinity"],
    "timestamp with time zone": ["2026-11-22T09:00:00.5Z", "0044-03-15 12:00:00+00 BC", "-infinity"],
    "text": ["", 'A "quoted"\\ line\n\t\u0001\u001f\u007f é 王 😀', "</script>\u2028"],
    "character varying": ["é", "\b\f\r", "x" * 500],
    "json": [{"b": 1, "a": [None, "é"]}, [], "x"],
    "jsonb": [{"b": 1, "a": [None, "é\n"]}, [1.5], {"c": {"d": "王"}}],
}
_COLUMNS: Final = """
    SELECT a.attname, format_type(a.atttypid, NULL),
           coalesce(col_description(a.attrelid, a.attnum), '') LIKE 'sealed by %%'
      FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped"""
AUDITED: Final = [table.name for table in audited_tables(metadata)]


@pytest.mark.parametrize("which", [0, 1, 2, None])
@pytest.mark.parametrize("table", AUDITED)
def test_a_row_is_rendered_as_the_database_does(database: Database, table: str, which: int | None) -> None:
    with psycopg.connect(database.libpq(database.owner), options="-c timezone=UTC") as connection:
        columns = [Column(*row) for row in connection.execute(_COLUMNS, [table]).fetchall()]
        values = {c.name: None if which is None else SAMPLES[c.kind][which] for c in columns}
        renderer = Renderer(columns)
        names = ", ".join(f'r."{name}"' for name in renderer.names)
        cursor = connection.cursor()
        for kind in (
            "bytea",
            "int2",
            "int4",
            "int8",
            "bool",
            "uuid",
            "numeric",
            "date",
            "timestamptz",
            "json",
            "jsonb",
        ):
            cursor.adapters.register_loader(kind, TextLoader)
        query = f"SELECT render_{table}(r), {names} FROM jsonb_populate_record(NULL::{table}, %s) r"
        row = cursor.execute(query, [Jsonb(values)]).fetchone()
    assert row is not None
    assert renderer.row([printed(value) for value in row[1:]]).decode() == row[0]


async def test_a_render_function_that_was_replaced_hides_nothing(
    platform: Platform, sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam, owner: Connect
) -> None:
    """Whoever owns the database makes its own function swear that the row is what it was."""
    team = await make_team("Praha")
    await sequencer.drain(tenant.id)
    try:
        async with owner() as connection:
            await connection.execute("ALTER FUNCTION render_team(team) RENAME TO render_honestly")
            await connection.execute(
                "CREATE FUNCTION render_team(n team) RETURNS text LANGUAGE sql STABLE AS $$ "
                "SELECT replace(render_honestly(n), 'Wien', 'Praha') $$"
            )
            await connection.execute("UPDATE team SET name = 'Wien' WHERE id = %s", [team.id])
        report = await verify(platform.engine, tenant.id, sequencer.keys, sequencer.heads)
    finally:
        async with owner() as connection:
            await connection.execute("DROP FUNCTION IF EXISTS render_honestly(team)")
            await connection.execute("SELECT install_audit('team'::regclass)")
    assert [finding.code for finding in report.findings] == ["row_changed"]


async def test_a_trigger_that_runs_another_function_is_named(
    platform: Platform, sequencer: Sequencer, tenant: Tenant, make_team: MakeTeam, owner: Connect
) -> None:
    await make_team("Praha")
    await sequencer.drain(tenant.id)
    try:
        async with owner() as connection:
            await connection.execute(
                "CREATE FUNCTION look_away() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
            )
            await connection.execute("DROP TRIGGER audit_update ON team")
            await connection.execute(
                "CREATE TRIGGER audit_update AFTER UPDATE ON team FOR EACH STATEMENT EXECUTE FUNCTION look_away()"
            )
        report = await verify(platform.engine, tenant.id, sequencer.keys, sequencer.heads)
    finally:
        async with owner() as connection:
            await connection.execute("DROP FUNCTION IF EXISTS look_away() CASCADE")
            await connection.execute("SELECT install_audit('team'::regclass)")
    assert [(finding.code, finding.params["table"]) for finding in report.findings] == [("table_unguarded", "team")]
