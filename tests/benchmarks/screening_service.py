"""Screening as the service does it: a portfolio in PostgreSQL against a day's difference, and against everything.

Run: python -m tests.benchmarks.screening_service [--accounts 1200] [--days 2024-04-18 2024-04-19]

Customers are those of a made bank, taken over as `tenure import berka` does; names are sealed, so both ways open them.
Nothing is scaled: both times are of the whole portfolio, from the request to the end of the run, in wall and in
processor seconds of this process (PostgreSQL's own are in the wall time alone).
"""

import argparse
import asyncio
import gzip
import time
from collections.abc import Awaitable
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from backend import migrate
from backend.access.context import Context
from backend.access.models import Tenant
from backend.cli.tenants import new_tenant
from backend.core.actor import system_actor
from backend.core.database import open_embedded
from backend.core.settings import Settings
from backend.demo import bank, people
from backend.edge.platform import Platform, open_platform
from backend.jobs.importing import import_berka
from backend.jobs.screening import rescan, screen_due
from backend.screening import service
from backend.screening.models import ListKind
from tests.benchmarks.screening_lists import SHARED

T = TypeVar("T")


async def timed(work: Awaitable[T]) -> tuple[float, float, T]:
    wall, processor = time.monotonic(), time.process_time()
    done = await work
    return time.monotonic() - wall, time.process_time() - processor, done


def _quiet(stage: str, done: int, total: int) -> None:
    """No progress bar in a measurement."""


async def _measure(platform: Platform, tenant: Tenant, accounts: int, days: list[str], folder: Path) -> None:
    actor = system_actor(tenant.id, "benchmark")
    await platform.run(replace(actor, roles=frozenset({"operator"})), people.hire)
    made = await asyncio.to_thread(bank.write_bank, folder / "bank", accounts=accounts, seed=1999)
    await import_berka(platform, actor, made, seed=1999, progress=_quiet)

    async def create(ctx: Context) -> None:
        await service.create_list(ctx, code="OFAC-SDN", name="SDN", format_="ofac_csv", kind=ListKind.SANCTIONS)

    await platform.run(actor, create)
    for day in days:
        main = gzip.decompress((SHARED / "lists" / f"ofac_sdn_{day}.csv.gz").read_bytes())
        loading = platform.run(actor, partial(service.load_list, code="OFAC-SDN", files={"main": main}))
        wall, processor, loaded = await timed(loading)
        version = loaded.version
        print(
            f"{day}: +{version.added} ~{version.changed} -{version.removed}, loaded in {wall:.1f} s ({processor:.1f})"
        )
        wall, processor, runs = await timed(screen_due(platform, actor, _quiet))
        for run in runs:
            print(f"  {run.kind}: {run.done:,} of {run.total:,} looked at: {wall:.2f} s ({processor:.2f})")
    full_wall, full_processor, run = await timed(rescan(platform, actor, _quiet))
    print(f"rescan of {run.done if run else 0:,}: {full_wall:.2f} s ({full_processor:.2f})")
    print(f"the difference is {full_wall / wall:.0f} × faster ({full_processor / processor:.0f} × by processor)")


async def _run(accounts: int, days: list[str]) -> None:
    with TemporaryDirectory(prefix="tenure-benchmark-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        database = open_embedded(folder / "postgres", "tenure")
        try:
            migrate.upgrade(database)
            platform = await open_platform(Settings(data_dir=folder), database=database)
            tenant = await new_tenant(database, "bench", "Benchmark", "CZ", "CZK")
            await _measure(platform, tenant, accounts, days, folder)
            await platform.engine.dispose()
        finally:
            database.close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--accounts", type=int, default=1_200)
    arguments.add_argument("--days", nargs=2, default=["2024-04-18", "2024-04-19"])
    chosen = arguments.parse_args()
    asyncio.run(_run(chosen.accounts, chosen.days))


if __name__ == "__main__":
    main()
