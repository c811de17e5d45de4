"""Bulk onboarding held against COPY: the same rows, sealed, assessed, versioned and audited, over plain tables.

Run with `python -m tests.benchmarks.bulk_onboarding [customers]`. The baseline writes the very rows that the import
wrote (its business tables, sealed values cut down to the length of their text) with COPY into tables that have a
primary key and nothing else.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend import migrate
from backend.access.directory import create_tenant
from backend.access.models import Tenant
from backend.core.actor import system_actor
from backend.core.clock import system_clock
from backend.core.database import Database, open_embedded
from backend.core.settings import Settings
from backend.edge.platform import Platform, open_platform
from backend.jobs.importing import Summary, onboard
from backend.onboarding.migration.berka_migrants import COUNTRY
from backend.onboarding.migration.czech_names import name_for
from backend.onboarding.migration.migrant import Identifier, Migrant, Name
from backend.privacy.field import OVERHEAD
from backend.schema import metadata

TABLES = (
    "party",
    "party_name",
    "party_identifier",
    "name_tag",
    "customer",
    "onboarding_case",
    "case_requirement",
    "case_condition",
    "information_request",
    "work_item",
    "outbox",
)
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Result:
    customers: int
    rows: int
    onboarding_seconds: float
    copy_seconds: float

    @property
    def ratio(self) -> float:
        return self.onboarding_seconds / self.copy_seconds


def people(count: int) -> list[Migrant]:
    """Like the clients of the Berka bank: owners and disponents of several ages, some with loans and cards."""
    return [_person(number) for number in range(count)]


def _person(number: int) -> Migrant:
    gender = ("female", "male")[number % 2]
    born = system_clock().date().replace(year=1911 + number % 77, month=1 + number % 12, day=1 + number % 28)
    birth_number = f"{born:%y}{born.month + (50 if gender == 'female' else 0):02d}{born:%d}"
    name = name_for(str(number), gender, 1)
    return Migrant(
        ref=f"bench:{number}",
        number=f"B{number:07d}",
        kind="person",
        names=(Name("legal", "Latn", name.full, name.given, name.family),),
        birth_date=born,
        gender=gender,
        identifiers=(Identifier("national_id", birth_number, "incomplete", COUNTRY),),
        country=COUNTRY,
        region=f"district {number % 77}",
        products=frozenset({"current_account"} | ({"loan"} if number % 8 == 0 else set())),
        holder_role="disponent" if number % 6 == 0 else "owner",
        loan_status="running" if number % 8 == 0 else None,
    )


async def measure(count: int) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        database = open_embedded(Path(folder) / "postgres", "tenure")
        try:
            migrate.upgrade(database)
            platform = await open_platform(Settings(data_dir=Path(folder)), database=database)
            tenant = await _tenant(database)
            await _onboard(platform, tenant, people(200), "warm up")
            summary = await _onboard(platform, tenant, people(200 + count)[200:], "measured")
            rows = _written(database)
            seconds = min(_copy(database, rows) for _ in range(3))
            await platform.engine.dispose()
            return Result(count, sum(map(len, rows.values())), summary.onboarding_seconds, seconds)
        finally:
            database.close()


async def _tenant(database: Database) -> Tenant:
    engine = create_async_engine(database.owner)
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        tenant = await create_tenant(
            session, slug="bench", name="Bench", jurisdiction="CZ", currency="CZK", now=system_clock()
        )
    await engine.dispose()
    return tenant


async def _onboard(platform: Platform, tenant: Tenant, migrants: Sequence[Migrant], title: str) -> Summary:
    summary = Summary()
    actor = system_actor(tenant.id, title, "cli")
    await onboard(platform, actor, migrants, COUNTRY, system_clock().date(), summary, lambda *_: None)
    return summary


def _written(database: Database) -> Rows:
    with psycopg.connect(database.libpq(database.owner)) as connection:
        return {name: [_plain(name, row) for row in connection.execute(f"SELECT * FROM {name}")] for name in TABLES}


def _plain(name: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    columns = metadata.tables[name].columns
    return tuple(
        value[OVERHEAD:] if column.info.get("sealed") and value is not None else _json(value)
        for column, value in zip(columns, row, strict=True)
    )


def _json(value: Any) -> Any:
    return psycopg.types.json.Jsonb(value) if isinstance(value, dict | list) else value


def _copy(database: Database, rows: Rows) -> float:
    """One transaction a table set, as a plain loader would do it."""
    with psycopg.connect(database.libpq(database.owner)) as connection:
        for name in TABLES:
            connection.execute(f"DROP TABLE IF EXISTS plain_{name}")
            connection.execute(f"CREATE TABLE plain_{name} (LIKE {name})")
            key = ", ".join(column.name for column in metadata.tables[name].primary_key)
            connection.execute(f"ALTER TABLE plain_{name} ADD PRIMARY KEY ({key})")
        connection.commit()
        started = time.perf_counter()
        for name, table_rows in rows.items():
            with connection.cursor().copy(f"COPY plain_{name} FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(_types(name))
                for row in table_rows:
                    copy.write_row(row)
        connection.commit()
        return time.perf_counter() - started


def _types(name: str) -> list[str]:
    dialect = postgresql.dialect()
    return [str(c.type.compile(dialect)).partition("(")[0].lower() for c in metadata.tables[name].columns]


def main() -> None:
    result = asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 5369))
    print(f"customers            {result.customers:>10,}")
    print(f"business rows        {result.rows:>10,}")
    print(f"bulk onboarding      {result.onboarding_seconds:>10.2f} s")
    print(f"COPY, plain tables   {result.copy_seconds:>10.2f} s")
    print(f"ratio                {result.ratio:>10.1f}")


if __name__ == "__main__":
    main()
