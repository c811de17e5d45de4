"""Is the record what its versions say? Every version against its digest, every row against its latest version.

Nothing is asked of the functions in the database, which whoever owns it can replace: PostgreSQL hands out versions and
rows in the order of their ids, and both are hashed here (`rendering`). Table by table, in bounded memory.
"""

import base64
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.string import TextLoader

from backend.audit.findings import Findings
from backend.audit.rendering import Column, Renderer, Text, commitment, printed
from backend.audit.tree import Connection

_SETTINGS: Final = """
    SELECT set_config('search_path', 'pg_catalog, public, pg_temp', true), set_config('datestyle', 'ISO, YMD', true),
           set_config('timezone', 'UTC', true), set_config('bytea_output', 'hex', true)"""
_WITHOUT_ENTRY: Final = """
    SELECT v.table_name AS "table", v.record_id AS record, v.ver AS version, v.entry_id AS entry FROM record_version v
     WHERE tenant_id = %s AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.id = v.entry_id)"""
_TABLES: Final = """
    SELECT c.relname,
           (SELECT count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
             WHERE t.tgrelid = c.oid AND t.tgenabled IN ('O', 'A') AND p.proname = t.tgname || '_' || c.relname
               AND t.tgname IN ('audit_insert', 'audit_update', 'audit_delete')) = 3
           AND to_regprocedure(format('public.render_%s(public.%s)', c.relname, c.relname)) IS NOT NULL AS guarded
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind = 'r'
       AND 4 = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
                   AND a.attname IN ('id', 'tenant_id', 'entry_id', 'ver'))
     ORDER BY c.relname"""
_COLUMNS: Final = """
    SELECT a.attname, format_type(a.atttypid, NULL),
           coalesce(col_description(a.attrelid, a.attnum), '') LIKE 'sealed by %%'
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped"""
_OF_TABLE: Final = """
    SELECT record_id, ver, op, entry_id, "row"::text, digest, sealed FROM record_version
     WHERE tenant_id = %s AND table_name = %s ORDER BY record_id, ver"""
_ERASED: Final = """
    SELECT EXISTS (SELECT FROM record_version v JOIN audit_entry e ON e.id = v.entry_id AND e.action = 'customer.erase'
                    WHERE v.tenant_id = %(tenant)s
                      AND (v.table_name = %(table)s AND v.record_id = %(record)s AND v.ver > %(version)s
                           OR v.table_name = 'party' AND v.record_id = %(party)s
                              AND EXISTS (SELECT FROM record_version d WHERE d.table_name = %(table)s
                                             AND d.record_id = %(record)s AND d.op = 'delete')))::int"""
_PAGE: Final = 2000
_PRINTED: Final = ("bytea", "int2", "int4", "int8", "bool", "uuid", "numeric", "date", "timestamptz", "json", "jsonb")


@dataclass(slots=True)
class Counts:
    versions: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest version of one record."""

    record: str
    version: int
    op: str
    entry: str
    text: str
    digest: bytes


async def check_record(
    connection: Connection, tenant_id: UUID, found: Findings, progress: Callable[[str, int, int], None]
) -> Counts:
    counts = Counts()
    await connection.execute(_SETTINGS)
    async with connection.cursor(row_factory=dict_row) as cursor:
        async for row in cursor.stream(_WITHOUT_ENTRY, [tenant_id]):
            found.add("version_without_entry", **row)
    progress("versions", 1, 1)
    tables = await (await connection.execute(_TABLES)).fetchall()
    for table, guarded in tables:
        if not guarded:
            found.add("table_unguarded", table=table)
    await _check_missing(connection, tenant_id, {table for table, _ in tables}, found)
    for step, (table, _) in enumerate(tables, start=1):
        await TableCheck(connection, tenant_id, table, found, counts).run()
        progress("rows", step, len(tables))
    return counts


async def _check_missing(connection: Connection, tenant_id: UUID, tables: set[str], found: Findings) -> None:
    cursor = await connection.execute(
        "SELECT DISTINCT table_name FROM record_version WHERE tenant_id = %s", [tenant_id]
    )
    for (table,) in await cursor.fetchall():
        if table not in tables:
            found.add("table_missing", table=table)


@dataclass(slots=True)
class TableCheck:
    """Walks the versions and the rows of one table side by side."""

    connection: Connection
    tenant_id: UUID
    table: str
    found: Findings
    counts: Counts

    async def run(self) -> None:
        renderer = await self._renderer()
        if renderer is None:
            self.found.add("table_unguarded", table=self.table)
            return
        rows = self._rows(renderer)
        row = await anext(rows, None)
        async for latest in self._latest():
            while row is not None and row[0] < latest.record:
                await self._wrong("row_without_version", row[0])
                row = await anext(rows, None)
            here = row if row is not None and row[0] == latest.record else None
            await self._compare(latest, renderer, None if here is None else here[1])
            row = row if here is None else await anext(rows, None)
        while row is not None:
            await self._wrong("row_without_version", row[0])
            row = await anext(rows, None)

    async def _renderer(self) -> Renderer | None:
        """None for a table with a column that has no canonical form."""
        cursor = await self.connection.execute(_COLUMNS, [self.table])
        columns = [Column(*row) for row in await cursor.fetchall()]
        try:
            return Renderer(columns)
        except KeyError:
            return None

    async def _compare(self, latest: Latest, renderer: Renderer, values: Sequence[Text] | None) -> None:
        if latest.op == "delete":
            if values is not None:
                await self._wrong("row_undeleted", latest.record, latest)
        elif values is None:
            await self._wrong("row_deleted", latest.record, latest)
        elif sha256(renderer.row(values)).digest() != latest.digest and not _outgrown(latest, renderer, values):
            await self._wrong("row_changed", latest.record, latest)

    async def _latest(self) -> AsyncIterator[Latest]:
        """The newest version of each record; on the way all of its versions are checked."""
        of_record: list[tuple[Any, ...]] = []
        async for row in self._stream("versions", sql.SQL(_OF_TABLE), [self.tenant_id, self.table]):
            if of_record and row[0] != of_record[-1][0]:
                yield self._checked(of_record)
                of_record = []
            of_record.append(row[:6])
            await self._check_version(row)
        if of_record:
            yield self._checked(of_record)

    async def _check_version(self, row: Sequence[Any]) -> None:
        """A version that an erasure redacted no longer has its content; its digest is still that of its entry."""
        record, version, _, entry, text, digest, sealed = row
        self.counts.versions += 1
        place = {"table": self.table, "record": UUID(record), "version": int(version), "entry": UUID(entry)}
        if sha256(text.encode()).digest() != bytes.fromhex(digest[2:]) and not await self._erased(row):
            self.found.add("version_edited", **place)
        for column in () if sealed is None else _broken(orjson.loads(text), orjson.loads(sealed)):
            self.found.add("sealed_edited", column=column, **place)

    async def _erased(self, row: Sequence[Any]) -> bool:
        """A later version of the record, or where it was deleted one of its person, was made by an erasure."""
        record, version, *_ = row
        about = {"tenant": self.tenant_id, "table": self.table, "record": record, "version": int(version)}
        cursor = await self.connection.execute(_ERASED, about | {"party": orjson.loads(row[4]).get("party_id")})
        found = await cursor.fetchone()
        return found is not None and bool(found[0])

    def _checked(self, of_record: Sequence[tuple[Any, ...]]) -> Latest:
        record, version, op, entry, text, digest = of_record[-1]
        first, last = int(of_record[0][1]), int(version)
        if first != 1 or last != len(of_record):
            self.found.add(
                "version_gap", table=self.table, record=UUID(record), count=len(of_record), first=first, last=last
            )
        return Latest(record, last, op, entry, text, bytes.fromhex(digest[2:]))

    async def _rows(self, renderer: Renderer) -> AsyncIterator[tuple[str, list[Text]]]:
        """Id and values of every row, by id."""
        names = sql.SQL(", ").join(map(sql.Identifier, renderer.names))
        query = sql.SQL("SELECT {} FROM {} WHERE tenant_id = %s ORDER BY id").format(
            names, sql.Identifier("public", self.table)
        )
        place = renderer.names.index("id")
        async for row in self._stream("rows", query, [self.tenant_id]):
            self.counts.rows += 1
            yield row[place], [printed(value) for value in row]

    async def _stream(
        self, name: str, query: sql.SQL | sql.Composed, params: Sequence[Any]
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Rows of a server-side cursor, each value as PostgreSQL prints it."""
        async with self.connection.cursor(name=f"verify_{name}") as cursor:
            cursor.itersize = _PAGE
            for kind in _PRINTED:
                cursor.adapters.register_loader(kind, TextLoader)
            await cursor.execute(query, params)
            async for row in cursor:
                yield row

    async def _wrong(self, code: str, record: str, latest: Latest | None = None) -> None:
        entry = None if latest is None else UUID(latest.entry)
        cursor = await self.connection.execute("SELECT idx FROM audit_leaf WHERE entry_id = %s", [entry])
        row = await cursor.fetchone()
        self.found.add(
            code,
            table=self.table,
            record=UUID(record),
            version=None if latest is None else latest.version,
            entry=entry,
            leaf=None if row is None else row[0],
        )


def _outgrown(latest: Latest, renderer: Renderer, values: Sequence[Text]) -> bool:
    """A column that a release added is empty in a row nobody wrote since: its version could not name it."""
    known = orjson.loads(latest.text).keys()
    older = renderer.of(known)
    rest = [value for name, value in zip(renderer.names, values, strict=True) if name not in known]
    kept = [value for name, value in zip(renderer.names, values, strict=True) if name in known]
    return (
        bool(rest)
        and not any(value is not None for value in rest)
        and sha256(older.row(kept)).digest() == latest.digest
    )


def _broken(row: Mapping[str, Any], sealed: Mapping[str, str]) -> list[str]:
    """Columns whose kept ciphertext does not end in the commitment that the row holds."""
    return [
        column
        for column, value in sealed.items()
        if not isinstance(row.get(column), dict) or row[column].get("c") != commitment(base64.b64decode(value))
    ]
