"""A night of reviews over 100,000 customers: who is due, found once; opened for people or ended by rule, in batches.

Run: PYTHONPATH=. python -m tests.benchmarks.reviews [--customers 100000] [--due 1000]

Two fifths of the customers were taken over on one day, so their first reviews are spread; each has three ratings. Names
and records are bytes that nobody opens. Memory is what the process grew by at its highest.
"""

import argparse
import asyncio
import resource
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from backend import migrate
from backend.access.context import Context
from backend.audit.copying import Batch
from backend.cli.tenants import new_tenant
from backend.core.actor import Actor, system_actor
from backend.core.clock import FixedClock
from backend.core.database import open_embedded
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.customers.models import Customer, Party, Stage
from backend.edge.platform import Platform, open_platform
from backend.jobs.reviewing import open_all_due
from backend.reviews import service
from backend.reviews.queries import plan
from backend.risk.models import RiskRating

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
TODAY = NOW.date()
TAKEN_OVER = date(2026, 2, 2)
_PAGE = 5_000
_LEVELS = ("low", "low", "low", "medium", "medium", "high")


async def measure(customers: int, due: int) -> None:
    with TemporaryDirectory(prefix="tenure-bench-", ignore_cleanup_errors=True) as folder:
        settings = Settings(data_dir=Path(folder), cookie_secure=False)
        database = open_embedded(Path(folder) / "postgres", "bench")
        try:
            migrate.upgrade(database)
            platform = await open_platform(settings, clock=FixedClock(NOW), database=database)
            await _night(platform, customers, due)
            await platform.engine.dispose()
        finally:
            database.close()


async def _night(platform: Platform, customers: int, due: int) -> None:
    tenant = await new_tenant(platform.database, "bench", "Bench", "CZ", "CZK")
    actor = system_actor(tenant.id, "bench")
    for first in range(0, customers, _PAGE):
        await platform.run(actor, partial(_portfolio, first=first, customers=customers, due=due))
    memory = _highest()
    night = await _timed("who is due, over the whole portfolio", platform.run(actor, service.due_now))
    print(f"  {len(night.parties):,} of {customers:,} customers are due; {len(night.takeovers)} day of a take-over")
    await _timed("the forecast of 26 weeks", platform.run(actor, _forecast))
    started = time.perf_counter()
    opened = await open_all_due(platform, actor, lambda *_: None)
    seconds = time.perf_counter() - started
    rate = (opened.opened + opened.automatic) / seconds
    print(f"the night: {opened.opened:,} opened, {opened.automatic:,} by rule in {seconds:.1f} s ({rate:,.0f}/s)")
    again = await _timed("looking again when nothing is left", platform.run(actor, service.due_now))
    print(f"  {len(again.parties):,} are left; the process grew by {(_highest() - memory) / 1024:.0f} MB")


async def _timed(name: str, work):
    started = time.perf_counter()
    found = await work
    print(f"{name}: {time.perf_counter() - started:.2f} s")
    return found


async def _forecast(ctx: Context) -> list[plan.Load]:
    return await plan.forecast(ctx, service.in_force(ctx).rules, 26)


async def _portfolio(ctx: Context, first: int, customers: int, due: int) -> None:
    batch = Batch(ctx.trail)
    for number in range(first, min(first + _PAGE, customers)):
        party_id, level = new_id(), _LEVELS[number % len(_LEVELS)]
        entry = batch.entry("customer.import", ("party", party_id))
        soon = number % (customers // due) == 0
        following = TODAY + timedelta(days=number % 30 if soon else 400 + number % 900)
        batch.add(
            Party,
            entry,
            id=party_id,
            kind="person",
            name=b"-",
            source="migration",
            created_by=ctx.actor.id,
            created_at=ctx.now,
        )
        batch.add(
            Customer,
            entry,
            id=new_id(),
            party_id=party_id,
            number=f"B{number:07}",
            stage=Stage.ACTIVE.value,
            stage_since=ctx.now,
            activated_at=ctx.now,
            risk_level=level,
            next_review_on=following,
        )
        for rated_on in _rated(number):
            batch.add(RiskRating, entry, **_rating(ctx.actor, party_id, level, rated_on, following))
    await batch.write(ctx.session)


def _rated(number: int) -> list[date]:
    taken_over = number % 5 < 2
    first = TAKEN_OVER if taken_over else date(2024, 1, 1) + timedelta(days=number % 700)
    return [first, first + timedelta(days=60), first + timedelta(days=120)]


def _rating(actor: Actor, party_id: object, level: str, rated_on: date, following: date) -> dict[str, object]:
    return {
        "id": new_id(),
        "party_id": party_id,
        "scheme": "eu-risk-based",
        "digest": "-",
        "cause": "portfolio",
        "rated_on": rated_on,
        "rated_at": datetime.combine(rated_on, datetime.min.time(), UTC),
        "points": 200,
        "out_of": 5,
        "computed": level,
        "level": level,
        "next_review_on": following,
        "record": b"-",
    }


def _highest() -> int:
    """Kilobytes of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=1_000)
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.customers, chosen.due))
