"""What auditing costs, as ratios within one run: `python -m tests.benchmarks.audit_throughput [--seconds 5]`.

- transactions per second at 16 clients: one row, its entry and its version, against the same row in a plain table,
  through the bare driver and through the product's own path (`audit_writes`);
- entries per second through the sequencer;
- from commit to signed head, while clients commit at a given rate;
- verification, leaves per second.
"""

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend import migrate
from backend.access.directory import create_tenant
from backend.access.models import Tenant
from backend.audit.sequencer import Sequencer, open_sequencer
from backend.audit.verify import verify
from backend.core.database import APP_ROLE, Database, open_embedded
from backend.core.settings import Settings
from backend.edge.platform import open_platform
from tests.benchmarks.audit_writes import CLIENTS, Client, audited, clients, enter, make_plain_table, product, raw


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
                await enter(watching, tenant_id)
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
    platform = await open_platform(settings.model_copy(update={"pool_size": CLIENTS}), database=database)
    gc.freeze()  # as the serving process does
    async with clients(database) as opened:
        for path, rates in (
            ("driver", await raw(opened, tenant.id, seconds)),
            ("product", await product(platform, tenant.id, seconds)),
        ):
            tell(f"plain rows, {path}", rates.plain, f"transactions/s, {CLIENTS} clients")
            tell(f"audited rows, {path}", rates.audited, f"transactions/s, {rates.ratio:.2f} x plain")
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
    await platform.engine.dispose()


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
            make_plain_table(database)
            settings = Settings(data_dir=Path(directory))
            asyncio.run(measure(database, settings, chosen.seconds, chosen.rate))
        finally:
            database.close()


if __name__ == "__main__":
    main()
