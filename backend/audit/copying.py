"""Bulk writing: entries and rows of one transaction by COPY, under the same triggers as every other write.

Nothing is skipped for speed: each row names its entry, the triggers version it, row-level security judges it, the
sequencer logs it. What is saved are round trips and objects. PostgreSQL refuses COPY into a table under row-level
security, so rows are copied into a temporary table and moved by one INSERT … SELECT.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb
from sqlalchemy import Column, Dialect, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import SQLModel

from backend.audit.actions import known
from backend.audit.models import AuditEntry
from backend.audit.trail import Subject, Trail, actor_json, origin_json
from backend.core.ids import new_id

_DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
_ENTRY_COLUMNS = (
    "id",
    "tenant_id",
    "ts",
    "actor_id",
    "actor",
    "action",
    "subject_type",
    "subject_id",
    "outcome",
    "reason",
    "ruleset",
    "origin",
)


class Batch:
    """Collects rows table by table, in the order the tables are first named, and writes them in one go."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self._tenant = trail.actor.tenant_id
        self._actor = actor_json(trail.actor)
        self._origin = origin_json(trail.actor)
        self._entries: list[tuple[Any, ...]] = []
        self._tables: dict[str, _Pending] = {}

    def entry(self, action: str, subject: Subject, *, reason: str | None = None, ruleset: str | None = None) -> UUID:
        """An entry of its own for each customer keeps entries small and trails readable."""
        identifier = new_id()
        actor = self._trail.actor
        self._trail.decided_by(ruleset)
        self._entries.append(
            (
                identifier,
                self._tenant,
                self._trail.now,
                actor.id,
                self._actor,
                known(action),
                *subject,
                "success",
                reason,
                ruleset,
                self._origin,
            )
        )
        return identifier

    def add(self, model: type[SQLModel], entry: UUID | None = None, **values: Any) -> None:
        """`entry` for audited tables; columns not given take their default or null."""
        name = str(model.__tablename__)
        pending = self._tables.get(name)
        if pending is None:
            pending = self._tables[name] = _Pending(model.__table__)  # type: ignore[attr-defined]
        values["tenant_id"] = self._tenant
        if entry is not None:
            values["entry_id"], values["ver"] = entry, 1
        pending.add(values)

    def add_many(self, model: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
        for row in rows:
            self.add(model, **row)

    @property
    def rows(self) -> int:
        return len(self._entries) + sum(len(pending.rows) for pending in self._tables.values())

    async def write(self, session: AsyncSession) -> int:
        """Returns how many rows were written; the batch is empty afterwards."""
        written = self.rows
        driver = await _driver(session)
        entry_table: Table = AuditEntry.__table__  # type: ignore[attr-defined]
        await _copy(driver, entry_table, [entry_table.c[name] for name in _ENTRY_COLUMNS], self._entries)
        for pending in self._tables.values():
            if not pending.rows:
                continue
            await _copy(driver, pending.table, pending.columns, pending.rows)
            pending.rows.clear()
        self._entries.clear()
        return written


class _Pending:
    """Rows of one table, each a copy of the row of defaults with the given values set."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.columns = list(table.columns)
        self.rows: list[list[Any]] = []
        self._defaults = [_default(column) for column in self.columns]
        self._places = {column.name: place for place, column in enumerate(self.columns)}
        self._json = [place for place, column in enumerate(self.columns) if isinstance(column.type, JSONB)]

    def add(self, values: dict[str, Any]) -> None:
        row, places = self._defaults.copy(), self._places
        for name, value in values.items():
            row[places[name]] = value
        for place in self._json:
            if row[place] is not None and not isinstance(row[place], Jsonb):
                row[place] = Jsonb(row[place], dumps=orjson.dumps)
        self.rows.append(row)


def shared_json(value: Any) -> Jsonb:
    """A JSON value that many rows have in common: encoded once."""
    encoded = orjson.dumps(value)
    return Jsonb(value, dumps=lambda _: encoded)


def _default(column: Column[Any]) -> Any:
    default = column.default
    return default.arg if isinstance(default, ScalarElementColumnDefault) else None


async def _driver(session: AsyncSession) -> psycopg.AsyncConnection[Any]:
    raw = await (await session.connection()).get_raw_connection()
    connection = raw.driver_connection
    if not isinstance(connection, psycopg.AsyncConnection):
        raise TypeError("bulk writing needs the psycopg driver")
    return connection


async def _copy(
    driver: psycopg.AsyncConnection[Any], table: Table, columns: Sequence[Column[Any]], rows: Iterable[Sequence[Any]]
) -> None:
    names = SQL(", ").join(Identifier(column.name) for column in columns)
    target, stage = Identifier(table.name), Identifier(f"stage_{table.name}")
    async with driver.cursor() as cursor:
        await cursor.execute(
            SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(stage, names, target)
        )
        async with cursor.copy(SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(stage, names)) as copy:
            copy.set_types([_type_name(column) for column in columns])
            for row in rows:
                await copy.write_row(row)
        await cursor.execute(SQL("INSERT INTO {0} ({1}) SELECT {1} FROM {2}").format(target, names, stage))
        await cursor.execute(SQL("DROP TABLE {}").format(stage))


def _type_name(column: Column[Any]) -> str:
    """`NUMERIC(20, 4)` is numeric to the driver."""
    return column.type.compile(dialect=_DIALECT).partition("(")[0].lower()
