"""Files of holdings and movements loaded, read out as frames and as a review pack; a change tried on all who hold it.

Run: PYTHONPATH=. python -m tests.benchmarks.holdings [--holdings 100000 --movements 1000000] [--what-if]

The customers are bare rows without names, written by the owner of the database past the audit; everything that is
measured goes through the doors that an operator uses.
"""

import argparse
import asyncio
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import psycopg

from backend import migrate
from backend.access.context import Context
from backend.cli.tenants import new_tenant
from backend.core.actor import Actor, system_actor
from backend.core.database import open_embedded
from backend.core.settings import Settings
from backend.edge import product_what_if
from backend.edge.loading import load
from backend.edge.platform import Platform, open_platform
from backend.holdings import frames
from backend.holdings.frames import Period
from backend.jobs.product_reviews import compute_one
from backend.onboarding.migration.holding_files import FileKind
from backend.product_reviews import service as packing
from backend.product_reviews import what_if_service
from backend.products import queries as products
from tests.factories.catalogue import approved_product, draft

FIRST = date(2024, 1, 1)
DAYS = 365
HOME = {"positive": [{"id": "home", "fact": "residence", "op": "is", "value": "CZ"}]}
_PEOPLE = """
    INSERT INTO party (id, tenant_id, entry_id, ver, kind, status, name, country, source, created_by, created_at)
    SELECT lpad(to_hex(n), 32, '0')::uuid, %(tenant)s, gen_random_uuid(), 1, 'person', 'active', '',
           CASE WHEN n %% 10 = 0 THEN 'DE' ELSE 'CZ' END, 'bench', gen_random_uuid(), now()
      FROM generate_series(1, %(count)s) n;
    INSERT INTO customer (id, tenant_id, entry_id, ver, party_id, number, stage, stage_since)
    SELECT p.id, p.tenant_id, p.entry_id, 1, p.id, ltrim(replace(p.id::text, '-', ''), '0'), 'active', now()
      FROM party p;
    ANALYZE party, customer
"""


async def measure(holdings: int, movements: int, *, what_if: bool) -> None:
    with TemporaryDirectory(prefix="tenure-bench-", ignore_cleanup_errors=True) as folder:
        settings = Settings(data_dir=Path(folder), cookie_secure=False)
        database = open_embedded(Path(folder) / "postgres", "bench")
        try:
            migrate.upgrade(database)
            platform = await open_platform(settings, database=database)
            tenant = await new_tenant(database, "bench", "Bench", "CZ", "CZK")
            actor = system_actor(tenant.id, "bench")
            with psycopg.connect(database.libpq(database.owner), autocommit=True) as owner:
                owner.execute("SET session_replication_role = replica")
                for statement in _PEOPLE.split(";"):
                    owner.execute(statement, {"tenant": tenant.id, "count": holdings})
            await _figures(platform, actor, Path(folder), holdings, movements, what_if=what_if)
            with psycopg.connect(database.libpq(database.owner)) as owner:
                size = owner.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone()
                print(f"the database: {size[0] if size else '?'}")
            await platform.engine.dispose()
        finally:
            database.close()


async def _figures(
    platform: Platform, actor: Actor, folder: Path, holdings: int, movements: int, *, what_if: bool
) -> None:
    (version,) = await platform.run(actor, lambda ctx: approved_product(ctx, "savings", target_market=HOME))
    accounts = min(holdings, max(1, movements // 100))
    await _keys(platform, actor, accounts)
    path = folder / "holdings.csv"
    _holdings_file(path, holdings, accounts)
    await _timed("holdings loaded", holdings, lambda: _load(platform, actor, FileKind.HOLDINGS, path))
    path = folder / "movements.csv"
    _movements_file(path, movements, accounts)
    await _timed("movements loaded", movements, lambda: _load(platform, actor, FileKind.MOVEMENTS, path))
    year = Period(FIRST, FIRST + timedelta(days=DAYS))
    columns = ["holding_key", "booked_on", "direction", "amount"]
    await _timed(
        "movements read", movements, lambda: _read(platform, actor, lambda c: frames.movements(c, year, columns))
    )
    of_product = ["holding_key", "party_key", "product_version_id", "status", "opened_on", "closed_on", "balance"]
    await _timed("holdings read", holdings, lambda: _read(platform, actor, lambda c: frames.holdings(c, of_product)))
    until = FIRST + timedelta(days=DAYS + 1)
    product = await platform.run(actor, lambda ctx: products.by_code(ctx, "savings"))
    asked = await platform.run(actor, lambda ctx: packing.request_for(ctx, product.id, until))
    await _timed(
        "review pack out of the record", movements, lambda: compute_one(platform, actor, asked.id, lambda *_: None)
    )
    if what_if:
        market = {"positive": [{"id": "abroad", "fact": "residence", "op": "is", "value": "DE"}]}
        tried = await platform.run(actor, lambda ctx: draft(ctx, version, target_market=market))
        run = await platform.run(actor, lambda ctx: what_if_service.begin(ctx, tried))
        await _timed("what-if over holders", holdings, lambda: product_what_if.carry_out(platform, actor, run.id))
        done = await platform.run(actor, lambda ctx: what_if_service.latest(ctx, tried))
        print(f"  {done.document['statements'][0]['words']['params']}")


async def _keys(platform: Platform, actor: Actor, count: int) -> None:
    for first in range(1, count + 1, 5_000):
        ids = [UUID(int=number) for number in range(first, min(first + 5_000, count + 1))]
        await platform.run(actor, lambda ctx, ids=ids: ctx.vault.create(ids))  # type: ignore[misc]


def _holdings_file(path: Path, count: int, accounts: int) -> None:
    with path.open("w", encoding="ascii") as out:
        out.write("ref,customer,product,opened_on,currency,balance,account_number\n")
        for number in range(1, count + 1):
            opened = FIRST - timedelta(days=number % 900)
            account = f"{number:010d}" if number <= accounts else ""
            out.write(f"h{number},{number:x},savings,{opened},CZK,{number % 10_000}.50,{account}\n")


def _movements_file(path: Path, count: int, accounts: int) -> None:
    days = [str(FIRST + timedelta(days=day)) for day in range(DAYS)]
    with path.open("w", encoding="ascii") as out:
        out.write("ref,holding,booked_on,direction,amount,balance,currency,operation\n")
        for number in range(1, count + 1):
            way = "credit" if number % 3 else "debit"
            day = days[number * DAYS // (count + 1)]
            out.write(f"m{number},h{1 + number % accounts},{day},{way},{number % 997}.25,{number}.00,CZK,transfer\n")


async def _load(platform: Platform, actor: Actor, kind: FileKind, path: Path) -> None:
    loaded = await load(platform, actor, kind, path, watch=lambda _done, _total: None)
    if loaded.problems:
        raise RuntimeError(f"{loaded.problems} rows of {path.name} were not taken")


async def _read(platform: Platform, actor: Actor, source: Callable[[Context], Any]) -> None:
    async def read(ctx: Context) -> int:
        return sum([batch.num_rows async for batch in source(ctx)])

    print(f"  {await platform.run(actor, read):,} rows")


async def _timed(what: str, count: int, work: Callable[[], Awaitable[Any]]) -> None:
    with _memory() as grown:
        started, used = time.perf_counter(), time.process_time()
        await work()
        seconds, cpu = time.perf_counter() - started, time.process_time() - used
    print(f"{what}: {count:,} in {seconds:.1f} s ({count / seconds:,.0f}/s), {cpu:.1f} s of Python, {grown[0]} MB more")
    sys.stdout.flush()


@contextmanager
def _memory() -> Iterator[list[int]]:
    """By how much the peak of this process grew."""
    grown = [0]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield grown
    grown[0] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--holdings", type=int, default=100_000)
    parser.add_argument("--movements", type=int, default=1_000_000)
    parser.add_argument("--what-if", action="store_true")
    given = parser.parse_args()
    asyncio.run(measure(given.holdings, given.movements, what_if=given.what_if))
