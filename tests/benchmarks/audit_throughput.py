"""What auditing costs, as ratios within one run: `python -m tests.benchmarks.audit_throughput [--seconds 5]`.

- transactions per second at 16 clients: one row, its entry and its version, against the same row in a plain table;
- entries per second through the sequencer;
- from commit to signed head, while clients commit at a given rate;
- verification, leaves per second.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from uuid import UUID

import psycopg
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend import migrate
from backend.access.directory import create_tenant
from backend.access.models import Tenant
from backend.audit.sequencer import Sequencer, open_sequencer
from backend.audit.trail import actor_json, origin_json
from backend.audit.verify import verify
from backend.core.actor import system_actor
from backend.core.database import APP_ROLE, Database, open_embedded
from backend.core.ids import new_id
from backend.core.settings import Settings

CLIENTS = 16
_PLAIN = "INSERT INTO plain_team (id, tenant_id, made_by, ver, name) VALUES (%s, %s, %s, 1, %s)"
_TEAM = "INSERT INTO team (id, tenant_id, entry_id, ver, name) VALUES (%s, %s, %s, 1, %s)"
_ENTRY = """
    INSERT INTO audit_entry (id, tenant_id, ts, actor_id, actor, action, subject_type, subject_id, outcome, origin)
    VALUES (%s, %s, %s, %s, %s, 'team.create', 'team', %s, 'success', %s)"""

Client = psycopg.AsyncConnection[tuple[object, ...]]
Write = Callable[[Client, UUID], Awaitable[UUID]]


async def plain(client: Client, tenant_id: UUID) -> UUID:
    row = new_id()
    async with client.transaction(), client.pipeline():
        await _enter(client, tenant_id)
        await client.execute(_PLAIN, [row, tenant_id, new_id(), row.hex])
    return row


async def audited(client: Client, tenant_id: UUID) -> UUID:
    actor, row, entry = system_actor(tenant_id, "benchmark"), new_id(), new_id()
    values = [entry, tenant_id, datetime.now(UTC), actor.id, actor_json(actor), row, origin_json(actor)]
    async with client.transaction(), client.pipeline():
        await _enter(client, tenant_id)
        await client.execute(_ENTRY, values)
        await client.execute(_TEAM, [row, tenant_id, entry, row.hex])
    return entry


async def _enter(client: Client, tenant_id: UUID) -> None:
    await client.execute("SELECT set_config('tenure.tenant', %s, true)", [str(tenant_id)])


@asynccontextmanager
async def clients(database: Database) -> AsyncIterator[list[Client]]:
    url, role = database.libpq(database.login), f"-c role={APP_ROLE}"
    opened = [await psycopg.AsyncConnection.connect(url, options=role, autocommit=True) for _ in range(CLIENTS)]
    try:
        yield opened
    finally:
        for client in opened:
            await client.close()


async def rate(opened: list[Client], write: Write, tenant_id: UUID, seconds: float) -> float:
    """Transactions per second that all clients reach together."""
    end = time.perf_counter() + seconds

    async def work(client: Client) -> int:
        count = 0
        while time.perf_counter() < end:
            await write(client, tenant_id)
            count += 1
        return count

    return sum(await asyncio.gather(*map(work, opened))) / seconds


@dataclass(slots=True)
class Seen:
    size: int


async def latencies(
    opened: list[Client], sequencer: Sequencer, tenant_id: UUID, taken: int, per_second: float, seconds: float
) -> list[float]:
    """Seconds from commit to the signed head that covers it, for each of the transactions that came at this rate; one
    of the clients watches the log, which has `taken` leaves."""
    committed: dict[UUID, float] = {}
    covered: dict[UUID, float] = {}
    stop, done = asyncio.Event(), asyncio.Event()
    watching, seen = opened[0], Seen(taken)

    async def work(number: int, client: Client) -> None:
        start = time.perf_counter()
        for turn in range(int(per_second * seconds / (CLIENTS - 1))):
            await asyncio.sleep(
                max(0.0, start + (turn + number / CLIENTS) * (CLIENTS - 1) / per_second - time.perf_counter())
            )
            committed[await audited(client, tenant_id)] = time.perf_counter()

    async def watch() -> None:
        """Asks every few milliseconds which leaves are new; a head is committed together with its leaves."""
        query = "SELECT idx, entry_id FROM audit_leaf WHERE tenant_id = %s AND idx >= %s ORDER BY idx"
        while not (done.is_set() and covered.keys() >= committed.keys()):
            async with watching.transaction():
                await _enter(watching, tenant_id)
                rows = await (await watching.execute(query, [tenant_id, seen.size])).fetchall()
            seen.size += len(rows)
            covered.update(dict.fromkeys((row[1] for row in rows), time.perf_counter()))
            await asyncio.sleep(0.005)

    loop, watcher = asyncio.create_task(sequencer.run(stop)), asyncio.create_task(watch())
    await asyncio.gather(*(work(number, client) for number, client in enumerate(opened[1:])))
    done.set()
    await watcher
    stop.set()
    await loop
    return [covered[entry] - at for entry, at in committed.items()]


async def measure(database: Database, settings: Settings, seconds: float, per_second: float) -> None:
    tenant = await _institution(database)
    sequencer = open_sequencer(settings, database)
    async with clients(database) as opened:
        before = await rate(opened, plain, tenant.id, seconds)
        with_audit = await rate(opened, audited, tenant.id, seconds)
        unaudited = (before + await rate(opened, plain, tenant.id, seconds)) / 2
        tell(f"plain rows, {CLIENTS} clients", unaudited, "transactions/s")
        tell(f"audited rows, {CLIENTS} clients", with_audit, f"transactions/s, {with_audit / unaudited:.2f} x plain")
        start = time.perf_counter()
        taken = await sequencer.drain(tenant.id)
        tell("sequencer", taken / (time.perf_counter() - start), "entries/s")
        leaves_per_second, sound = await verification(database, sequencer, tenant.id)
        tell("verification", leaves_per_second, "leaves/s, " + ("sound" if sound else "NOT SOUND"))
        waits = await latencies(opened, sequencer, tenant.id, taken, per_second, seconds)
        cuts = quantiles(waits, n=100)
        tell("commit to signed head, median", cuts[49] * 1000, f"ms, {len(waits)} commits at {per_second:.0f}/s")
        tell("commit to signed head, p99", cuts[98] * 1000, "ms")
    await sequencer.close()


async def verification(database: Database, sequencer: Sequencer, tenant_id: UUID) -> tuple[float, bool]:
    engine = database.engine(APP_ROLE, pool_size=1)
    start = time.perf_counter()
    report = await verify(engine, tenant_id, sequencer.keys, sequencer.heads)
    spent = time.perf_counter() - start
    await engine.dispose()
    return report.leaves / spent, report.sound


def tell(what: str, value: float, unit: str) -> None:
    sys.stdout.write(f"{what:32}{value:10.0f} {unit}\n")


async def _institution(database: Database) -> Tenant:
    engine = create_async_engine(database.owner)
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        tenant = await create_tenant(
            session, slug="bench", name="Bench", jurisdiction="CZ", currency="CZK", now=datetime.now(UTC)
        )
    await engine.dispose()
    async with await psycopg.AsyncConnection.connect(database.libpq(database.owner)) as connection:
        await connection.execute("CREATE TABLE plain_team (LIKE team INCLUDING ALL)")
        await connection.execute("ALTER TABLE plain_team RENAME entry_id TO made_by")
        await connection.execute(f"GRANT ALL ON plain_team TO {APP_ROLE}")
    return tenant


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rate", type=float, default=500.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        database = open_embedded(Path(directory) / "postgres", "tenure")
        try:
            migrate.upgrade(database)
            settings = Settings(data_dir=Path(directory))
            asyncio.run(measure(database, settings, chosen.seconds, chosen.rate))
        finally:
            database.close()


if __name__ == "__main__":
    main()
