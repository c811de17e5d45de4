"""Is the record what its versions say? Every version against its digest, every row against its latest version.

Set-based: PostgreSQL renders and hashes with the function that the triggers use (`render_<table>`), table by table,
and hands out only what does not agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import dict_row

from backend.audit.findings import Findings
from backend.audit.tree import Connection

_PLACE = sql.SQL('v.table_name AS "table", v.record_id AS record, v.ver AS version, v.entry_id AS entry')
_VERSIONS = {
    "version_edited": """
        SELECT {place} FROM record_version v
         WHERE tenant_id = %s AND digest <> sha256(convert_to(row::text, 'UTF8'))""",
    "version_without_entry": """
        SELECT {place} FROM record_version v
         WHERE tenant_id = %s AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.id = v.entry_id)""",
    "version_gap": """
        SELECT table_name AS "table", record_id AS record, count(*) AS count, min(ver) AS first, max(ver) AS last
          FROM record_version WHERE tenant_id = %s GROUP BY table_name, record_id
        HAVING min(ver) <> 1 OR max(ver) <> count(*)""",
    "sealed_edited": """
        SELECT {place}, s.key AS column FROM record_version v, jsonb_each_text(v.sealed) s
         WHERE tenant_id = %s AND (v.row -> s.key ->> 'c') IS DISTINCT FROM
               base64url(substring(decode(s.value, 'base64') FROM length(decode(s.value, 'base64')) - 31))""",
}
_TABLES = """
    SELECT c.relname,
           (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled IN ('O', 'A')
               AND t.tgname IN ('audit_insert', 'audit_update', 'audit_delete')) = 3 AS guarded,
           to_regprocedure(format('public.render_%s(public.%s)', c.relname, c.relname)) IS NOT NULL AS rendered
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind = 'r'
       AND 4 = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
                   AND a.attname IN ('id', 'tenant_id', 'entry_id', 'ver'))
     ORDER BY c.relname"""
_ROWS = """
    SELECT coalesce(c.id, v.record_id) AS record, v.ver AS version, v.entry_id AS entry, l.idx AS leaf,
           CASE WHEN v.record_id IS NULL THEN 'row_without_version'
                WHEN c.id IS NULL THEN 'row_deleted'
                WHEN v.op = 'delete' THEN 'row_undeleted'
                ELSE 'row_changed' END AS code
      FROM (SELECT DISTINCT ON (record_id) record_id, ver, op, entry_id, digest FROM record_version
             WHERE tenant_id = %(tenant)s AND table_name = %(table)s ORDER BY record_id, ver DESC) v
      FULL JOIN (SELECT t.id, sha256(convert_to({render}(t), 'UTF8')) AS digest
                   FROM {table} t WHERE t.tenant_id = %(tenant)s) c ON c.id = v.record_id
      LEFT JOIN audit_leaf l ON l.entry_id = v.entry_id
     WHERE CASE WHEN v.op = 'delete' THEN c.id IS NOT NULL
                ELSE c.digest IS DISTINCT FROM v.digest END"""


@dataclass(slots=True)
class Counts:
    versions: int = 0
    rows: int = 0


async def check_record(
    connection: Connection, tenant_id: UUID, found: Findings, progress: Callable[[str, int, int], None]
) -> Counts:
    counts = Counts(versions=await _count(connection, sql.Identifier("record_version"), tenant_id))
    for step, (code, query) in enumerate(_VERSIONS.items(), start=1):
        await _collect(connection, sql.SQL(query).format(place=_PLACE), [tenant_id], found, code)
        progress("versions", step, len(_VERSIONS))
    cursor = await connection.execute(_TABLES)
    tables = await cursor.fetchall()
    for table, guarded, rendered in tables:
        if not (guarded and rendered):
            found.add("table_unguarded", table=table)
    await _check_missing(connection, tenant_id, {table for table, _, _ in tables}, found)
    readable = [table for table, _, rendered in tables if rendered]
    for step, table in enumerate(readable, start=1):
        await _check_rows(connection, tenant_id, table, found)
        counts.rows += await _count(connection, sql.Identifier(table), tenant_id)
        progress("rows", step, len(readable))
    return counts


async def _check_missing(connection: Connection, tenant_id: UUID, tables: set[str], found: Findings) -> None:
    cursor = await connection.execute(
        "SELECT DISTINCT table_name FROM record_version WHERE tenant_id = %s", [tenant_id]
    )
    for (table,) in await cursor.fetchall():
        if table not in tables:
            found.add("table_missing", table=table)


async def _check_rows(connection: Connection, tenant_id: UUID, table: str, found: Findings) -> None:
    query = sql.SQL(_ROWS).format(table=sql.Identifier(table), render=sql.Identifier(f"render_{table}"))
    await _collect(connection, query, {"tenant": tenant_id, "table": table}, found, None, table=table)


async def _collect(
    connection: Connection, query: sql.SQL | sql.Composed, params: Any, found: Findings, code: str | None, **more: str
) -> None:
    async with connection.cursor(row_factory=dict_row) as cursor:
        async for row in cursor.stream(query, params):
            found.add(code or row.pop("code"), **{**row, **more})


async def _count(connection: Connection, table: sql.Identifier, tenant_id: UUID) -> int:
    query = sql.SQL("SELECT count(*) FROM {} WHERE tenant_id = %s").format(table)
    row = await (await connection.execute(query, [tenant_id])).fetchone()
    return 0 if row is None else int(row[0])
