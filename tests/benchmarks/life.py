"""The life of a whole portfolio out of the record: facts, scores, stages and warnings, segments by rules and by groups,
funnel, contact rules.

Run: PYTHONPATH=. python -m tests.benchmarks.life [--customers 1000000] [--data DIR] [--first facts,…] [--again …]

The customers are bare rows (tests.benchmarks.life_bank), everything that is measured goes the ways of the jobs. A
second night, with a day more in the ledger, follows the first. Each line has seconds of the clock, of this process and
of the database, and the largest size of this process within the phase. `--data` keeps the bank and finds it again.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

import psutil

from backend import migrate
from backend.access import queries as directory
from backend.access.context import Context
from backend.access.models import Tenant
from backend.cli.tenants import new_tenant
from backend.core.actor import Actor, system_actor
from backend.core.database import Database, open_embedded
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge.platform import Platform, open_platform
from backend.engagement.facts import analysed_facts, as_of_day, portfolio_facts
from backend.engagement.funnel import service as kept
from backend.engagement.funnel.queries import journeys
from backend.engagement.funnel.rules import funnel
from backend.engagement.models import service
from backend.engagement.models.models import ModelKind, ScoringModel, VersionState
from backend.engagement.segments.service import adopt, fit, run_clusters, run_rules
from backend.engagement.stages import queries as stages
from backend.jobs.scoring import score_portfolio
from backend.jobs.stages import compute_portfolio
from backend.servicing.interactions.service import may_contact
from tests.benchmarks import life_bank
from tests.engagement.models.made import portfolio
from tests.factories.customers import open_bank, with_roles

CUSTOMERS: Final = 100_000
LEARNED: Final = 20_000
ASKED: Final = 10_000
FIRST: Final = ("facts", "analysed", "scores", "stages", "segments", "search", "groups", "funnel", "page", "contact")
AGAIN: Final = ("scores", "stages", "segments", "groups")


@dataclass(frozen=True)
class Portfolio:
    platform: Platform
    actor: Actor
    customers: int

    async def facts(self) -> str:
        day, frame = await self.platform.run(self.actor, lambda ctx: _on_its_day(ctx, portfolio_facts))
        return f"{len(frame):,} rows, {frame.memory_usage(deep=True).sum() / 2**20:,.0f} MB, as of {day}"

    async def analysed(self) -> str:
        _, frame = await self.platform.run(self.actor, lambda ctx: _on_its_day(ctx, analysed_facts))
        return f"{len(frame):,} rows"

    async def scores(self) -> str:
        runs = await score_portfolio(self.platform, self.actor, lambda *_: None)
        return ", ".join(f"{run.purpose} {run.customers:,}" for run in runs)

    async def stages(self) -> str:
        run = await compute_portfolio(self.platform, self.actor, lambda *_: None)
        return ", ".join(f"{name} {count:,}" for name, count in run.counts.items() if isinstance(count, int))

    async def segments(self) -> str:
        run = await self.platform.run(self.actor, run_rules)
        return f"{run.customers:,} in {len(run.sizes)} segments, {run.moved:,} moved"

    async def search(self) -> str:
        """For groups; a person brings them into use."""
        found = await self.platform.run(self.actor, fit)
        person = replace(self.actor, id=new_id(), type="staff", roles=frozenset({"product_manager"}))
        await self.platform.run(person, lambda ctx: adopt(ctx, found.id))
        return f"{len(found.sizes)} groups among {found.customers:,}, {found.outside:,} outside"

    async def groups(self) -> str:
        run = await self.platform.run(self.actor, run_clusters)
        return f"{run.customers:,} in {len(run.sizes)} groups, {run.moved:,} moved"

    async def funnel(self) -> str:
        frame = await self.platform.run(self.actor, lambda ctx: journeys(ctx, segments=True))
        steps = funnel(frame, self.platform.clock(), "segment")
        return f"{len(frame):,} journeys, {len(steps)} steps"

    async def page(self) -> str:
        """What the page of stages asks, for somebody who sees everybody: the funnel is the one that the run kept."""

        async def read(ctx: Context) -> str:
            steps = await kept.steps(ctx, "channel")
            counts, moves = await stages.counts(ctx), await stages.moves(ctx, ctx.now.date() - timedelta(days=90))
            shown, _ = await stages.transitions(ctx, stages.Filters(), None, 25)
            return f"{len(steps)} steps, {len(counts)} stages, {len(moves)} kinds of moves, {len(shown)} transitions"

        return await self.platform.run(self.actor, read)

    async def contact(self) -> str:
        asked = [UUID(int=number) for number in range(1, min(ASKED, self.customers) + 1)]
        found = await self.platform.run(self.actor, lambda ctx: may_contact(ctx, asked, "marketing"))
        return f"{len(found):,} asked, {sum(each.allowed for each in found.values()):,} may be contacted"


async def _on_its_day(ctx: Context, source: Callable[..., Awaitable[Any]]) -> tuple[date, Any]:
    day = await as_of_day(ctx)
    return day, await source(ctx, day)


async def measure(customers: int, folder: Path, first: frozenset[str], again: frozenset[str]) -> None:
    database = open_embedded(folder / "postgres", "bench")
    try:
        platform = await open_platform(Settings(data_dir=folder, cookie_secure=False), database=database)
        tenant = await _bank(platform, database, customers)
        bank = Portfolio(platform, system_actor(tenant.id, "bench"), customers)
        last = await platform.run(bank.actor, as_of_day)
        for phase in FIRST:
            if phase in first:
                await _timed(database, phase, getattr(bank, phase))
        if again:
            life_bank.tomorrow(platform, bank.actor, customers, last)
        for phase in AGAIN:
            if phase in again:
                await _timed(database, f"{phase}, the next night", getattr(bank, phase))
        await platform.engine.dispose()
    finally:
        database.close()


async def _bank(platform: Platform, database: Database, customers: int) -> Tenant:
    """The one in the folder, or a new one."""
    migrate.upgrade(database)
    async with platform.transaction(system_actor(UUID(int=0), "bench")) as ctx:
        known = await directory.tenant_by_slug(ctx.session, "bench")
    if known is not None:
        return known
    tenant = await new_tenant(database, "bench", "Bench", "CZ", "CZK")
    began = time.perf_counter()
    actor = system_actor(tenant.id, "bench")
    await life_bank.fill(platform, actor, customers, platform.clock().date() - timedelta(days=1))
    await _champions(platform, tenant)
    print(f"made in {time.perf_counter() - began:.0f} s", flush=True)
    return tenant


async def _champions(platform: Platform, tenant: Tenant) -> None:
    """One of each kind but propensity, learned from made customers; adopted the way that people take."""
    bank = await open_bank(platform, tenant)
    analyst, head = with_roles(bank.colleague, "risk_analyst"), with_roles(bank.officer, "head_of_compliance")
    before, now = portfolio(LEARNED, seed=1)
    for kind in (ModelKind.CHURN, ModelKind.ACTIVITY, ModelKind.VALUE, ModelKind.RFM):
        draft = await bank.run(analyst, service.request, kind.value)
        model = await platform.run(
            bank.system, lambda ctx, draft=draft: ctx.session.get_one(ScoringModel, draft.model_id)
        )  # type: ignore[misc]
        rules = await platform.run(bank.system, _rules)
        trained = service.train(draft, model, before, now, rules)
        await bank.run(bank.system, service.keep, draft.id, trained)
        await bank.run(analyst, service.submit, draft.id)
        await bank.run(head, service.validate, draft.id, "For a benchmark.")
        await bank.run(analyst, service.promote, draft.id)
        row = await bank.run(head, service.confirm, draft.id)
        assert row.state == VersionState.CHAMPION


async def _rules(ctx: Context) -> Any:
    return service.in_force(ctx).rules


async def _timed(database: Database, what: str, work: Callable[[], Awaitable[str]]) -> None:
    _forget_peak()
    wall, cpu, served = time.perf_counter(), time.process_time(), _served(database)
    told = await work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    served = _served(database) - served
    print(f"{what:24} {wall:7.1f} s, {cpu:6.1f} s here, {served:6.1f} s database, {_peak():.2f} GB  {told}", flush=True)


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> float:
    """Of this process since it was forgotten."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 2**20


def _served(database: Database) -> float:
    """Seconds of processor of the server, those of its processes that have ended included."""
    if database.server is None:
        return 0.0
    pid = int((database.server.directory / "postmaster.pid").read_text(encoding="ascii").split()[0])
    postmaster, spent = psutil.Process(pid), 0.0
    for process in [postmaster, *postmaster.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            spent += times.user + times.system
    ended = postmaster.cpu_times()
    return spent + ended.children_user + ended.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--first", default=",".join(FIRST))
    parser.add_argument("--again", default=",".join(AGAIN))
    given = parser.parse_args()
    chosen = frozenset(given.first.split(",")), frozenset(filter(None, given.again.split(",")))
    if given.data is not None:
        given.data.mkdir(parents=True, exist_ok=True)
        asyncio.run(measure(given.customers, given.data, *chosen))
        return
    with TemporaryDirectory(prefix="tenure-bench-", ignore_cleanup_errors=True) as name:
        asyncio.run(measure(given.customers, Path(name), *chosen))


if __name__ == "__main__":
    main()
