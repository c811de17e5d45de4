"""Rating the whole portfolio, page by page: each page a transaction of its own, so that a killed run goes on."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import pandas as pd

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.risk import queries, rulebook
from backend.risk.models import Cause, RatingRun, RunState
from backend.risk.rating import rate
from backend.risk.ruleset import record_rules
from risk_models.crr_review import first_rating_due

PAGE: Final = 1_000


async def start(ctx: Context, cause: Cause = Cause.PORTFOLIO) -> RatingRun:
    """A run over everybody, or the one that is under way already: it goes on where it stopped."""
    ctx.require("run", "rating", Facts(tenant_id=ctx.actor.tenant_id))
    running = await queries.running(ctx, lock=True)
    if running is not None:
        return running
    run = RatingRun(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        cause=cause,
        started_by=ctx.actor.id,
        started_at=ctx.now,
        total=await queries.portfolio_size(ctx),
        counts={"rated": 0, "changed": 0, "levels": {}},
    )
    async with ctx.audit("risk.run.start", ("risk_run", run.id)):
        ctx.session.add(run)
    return run


async def advance(ctx: Context, size: int = PAGE) -> RatingRun | None:
    """One page further; None when no run is under way. The last page finishes the run."""
    ctx.require("run", "rating", Facts(tenant_id=ctx.actor.tenant_id))
    run = await queries.running(ctx, lock=True)
    if run is None:
        return None
    page = await queries.portfolio_page(ctx, run.cursor, size)
    rated = await rate(ctx, page, Cause(run.cause))
    levels = Counter(run.counts["levels"]) + rated.levels
    counts = {
        "rated": run.counts["rated"] + rated.parties,
        "changed": run.counts["changed"] + len(rated.changes),
        "levels": dict(levels),
    }
    finished = len(page) < size
    async with ctx.audit("risk.run.finish" if finished else "risk.run.advance", ("risk_run", run.id)):
        run.done, run.counts = run.done + len(page), counts
        run.cursor = page[-1] if page else run.cursor
        if finished:
            run.state, run.finished_at = RunState.FINISHED, ctx.now
    if finished:
        await ctx.emit("rating.portfolio_rated", run.id, {"rated": counts["rated"], "changed": counts["changed"]})
    return run


async def go_on(ctx: Context) -> int:
    """For the schedule: one page of the run that is under way; 0 when there is none, or it is finished."""
    run = await advance(ctx)
    return int(run is not None and run.state == RunState.RUNNING)


async def renew(ctx: Context) -> int:
    """For the schedule: when other rules have come into force than customers were rated by, a run begins.

    Always 0: there is nothing to do again.
    """
    schemes = {line.scheme for line in record_rules(ctx.policies, ctx.now.date()).schemes}
    digests = [(await rulebook.effective(ctx, scheme)).digest for scheme in sorted(schemes)]
    if await queries.outdated(ctx, digests):
        await start(ctx, Cause.RULESET)
    return 0


async def rate_all(ctx: Context) -> int:
    """For the schedule: what moves without an event, such as turnover and the share of cash, is looked at anew.

    Always 0: there is nothing to do again.
    """
    await start(ctx)
    return 0


async def rate_new(ctx: Context, limit: int) -> int:
    """For the schedule: customers who have no rating yet get their first one; how many did."""
    ctx.require("run", "rating", Facts(tenant_id=ctx.actor.tenant_id))
    since = record_rules(ctx.policies, ctx.now.date()).first_rating_from
    waiting = await queries.unrated(ctx, since, limit)
    return len((await rate(ctx, [party_id for party_id, _ in waiting], Cause.CHANGE)).changes)


@dataclass(frozen=True, slots=True)
class Unrated:
    """A customer without a first rating: due on the last of the working days that the rule-set allows."""

    party_id: UUID
    active_since: datetime
    due_on: date
    late: bool


async def unrated(ctx: Context, limit: int) -> list[Unrated]:
    """The longest waiting first."""
    ctx.require("view_portfolio", "rating", Facts(tenant_id=ctx.actor.tenant_id))
    rules, today = record_rules(ctx.policies, ctx.now.date()), ctx.now.date()
    waiting = await queries.unrated(ctx, rules.first_rating_from, limit)
    if not waiting:
        return []
    scheme = rules.schemes[-1].scheme
    place = await queries.jurisdiction(ctx)
    kinds = await queries.active_kinds(ctx, [party_id for party_id, _ in waiting])
    found = []
    for party_id, since in waiting:
        rating = await rulebook.effective(ctx, rules.scheme(place, kinds[party_id]) or scheme)
        days = rating.rules.review.first_rating_working_days
        due = first_rating_due(pd.Series([pd.Timestamp(since.date())]), days).iloc[0].date()
        found.append(Unrated(party_id, since, due, due < today))
    return found
