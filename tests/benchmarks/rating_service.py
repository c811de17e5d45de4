"""A portfolio rated through the service (facts read, rated, sealed, audited, written) and by the pure function alone.

Run: PYTHONPATH=. python -m tests.benchmarks.rating_service [--customers 5000]

The customers are a made-up bank's, onboarded first; a second run over unchanged facts shows what looking costs.
"""

import argparse
import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from backend import migrate
from backend.cli.tenants import new_tenant
from backend.core.actor import system_actor
from backend.core.database import open_embedded
from backend.core.settings import Settings
from backend.demo.bank import write_bank
from backend.edge.platform import Platform, open_platform
from backend.jobs.importing import import_berka
from backend.jobs.rating import rate_portfolio, replay
from backend.risk import facts, queries, rulebook
from backend.risk.rules import fact_frame, read_facts
from backend.risk.ruleset import record_rules
from risk_models.crr import rate

SCHEME = "eu-risk-based"


async def measure(customers: int) -> None:
    with TemporaryDirectory(prefix="tenure-bench-", ignore_cleanup_errors=True) as folder:
        settings = Settings(data_dir=Path(folder), cookie_secure=False)
        database = open_embedded(Path(folder) / "postgres", "bench")
        try:
            migrate.upgrade(database)
            platform = await open_platform(settings, database=database)
            await _figures(platform, Path(folder), customers)
            await platform.engine.dispose()
        finally:
            database.close()


async def _figures(platform: Platform, folder: Path, customers: int) -> None:
    tenant = await new_tenant(platform.database, "bench", "Bench", "CZ", "CZK")
    actor = system_actor(tenant.id, "bench")
    bank = write_bank(folder / "bank", accounts=customers * 6 // 7, seed=1999)
    await import_berka(platform, actor, bank, seed=1999, progress=_quiet)
    for name in ("first run, every rating new", "second run, nothing moved"):
        started, used = time.perf_counter(), time.process_time()
        run = await rate_portfolio(platform, actor, _quiet)
        seconds, cpu = time.perf_counter() - started, time.process_time() - used
        print(f"{name}: {run.done:,} customers in {seconds:.1f} s ({run.done / seconds:,.0f}/s), {cpu:.1f} s of Python")
    started = time.perf_counter()
    again = await replay(platform, actor, None, _quiet)
    print(f"replay: {again.checked:,} in {time.perf_counter() - started:.1f} s, {len(again.differences)} differ")
    await _pure(platform, actor)


async def _pure(platform: Platform, actor: object) -> None:
    async with platform.transaction(actor) as ctx:  # type: ignore[arg-type]
        people = list(await queries.portfolio_page(ctx, None, 1_000_000))
        offered = await facts.gather(ctx, people)
        rating = await rulebook.effective(ctx, SCHEME)
        rules, on = record_rules(ctx.policies, ctx.now.date()), ctx.now.date()
    frame = fact_frame([str(p) for p in people], [read_facts(offered[p], rating, rules) for p in people], rating)
    rate(frame, rating, on)
    started = time.perf_counter()
    rate(frame, rating, on)
    print(f"the pure function alone: {len(people):,} in {(time.perf_counter() - started) * 1000:.1f} ms")


def _quiet(stage: str, done: int, total: int) -> None:
    """A benchmark shows its figures and no bars."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=5_000)
    asyncio.run(measure(parser.parse_args().customers))
