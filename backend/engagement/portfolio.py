"""Stages and early warnings of the whole portfolio, page by page, each a transaction, so that a killed run goes on.

Both come from the same facts and scores of the same day, so that no warning contradicts a stage.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
import pandas as pd
from babel.numbers import get_currency_precision
from sqlalchemy import select
from sqlmodel import col

from backend.access.context import Context
from backend.access.models import Tenant
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers import rulesets
from backend.engagement.conditions import SCORES
from backend.engagement.facts import analysed_facts, as_of_day
from backend.engagement.models.queries import values
from backend.engagement.stages import queries, service
from backend.engagement.stages.models import RunState, StageRun
from backend.engagement.stages.queries import Page
from backend.engagement.stages.rules import STAGES, Decided, Money, decide
from backend.engagement.stages.ruleset import stage_policy
from backend.engagement.watch import service as watch
from backend.engagement.watch.rules import look
from backend.engagement.watch.ruleset import WatchPolicy, watch_policy

PAGE: Final = 2_000
_WALKED: Final = 20_000
"""How many customers a process decides on at once when it has read them all."""
_COUNTED: Final = ("moved", "held", "barred", "warned")
_GONE: Final = 500
"""Warnings of customers who left otherwise, closed at the end of a run; the next run closes the rest."""


async def start(ctx: Context, as_of: date | None = None) -> StageRun:
    """A run as of the end of the ledger, or the one that is under way already: it goes on where it stopped."""
    ctx.require("run", queries.OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    running = await queries.running(ctx, lock=True)
    if running is not None:
        return running
    run = StageRun(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        as_of=as_of or await as_of_day(ctx),
        started_by=ctx.actor.id,
        started_at=ctx.now,
        total=await queries.portfolio_size(ctx),
        counts={**dict.fromkeys(_COUNTED, 0), "stages": {}, "first": not await queries.ever_finished(ctx)},
    )
    async with ctx.audit("stage.run.start", ("stage_run", run.id)):
        ctx.session.add(run)
    return run


async def advance(ctx: Context, size: int = PAGE) -> StageRun | None:
    """One page further; None when no run is under way. The last page finishes the run."""
    run = await _under_way(ctx)
    if run is None:
        return None
    page = await queries.portfolio_page(ctx, run.cursor, size)
    return await _step(ctx, run, page, await known(ctx, run.as_of, page), size)


class Walk:
    """A run in one process: what is known of everybody is read once, and decided on page by page.

    A page takes the stages as they are by then; everything else is of the day of the run and does not change.
    """

    def __init__(self, size: int = _WALKED) -> None:
        self._size = size
        self._rest: pd.DataFrame | None = None

    async def advance(self, ctx: Context) -> StageRun | None:
        """As the function of this name; the first time nobody waits while everything is read."""
        run = await queries.running(ctx)
        if run is not None and self._rest is None:
            self._rest = await known(ctx, run.as_of)
        run = await _under_way(ctx)
        if run is None:
            return None
        page = await queries.portfolio_page(ctx, run.cursor, self._size)
        return await _step(ctx, run, page, self._taken(page), self._size)

    def _taken(self, page: Page) -> pd.DataFrame:
        """The rows up to the end of the page; facts lie in the order of the parties, as pages do."""
        if self._rest is None:
            return pd.DataFrame()
        end = bisect_right(self._rest.index, list(page)[-1]) if page else len(self._rest)
        taken, self._rest = self._rest.iloc[:end], self._rest.iloc[end:]
        return taken


async def _under_way(ctx: Context) -> StageRun | None:
    ctx.require("run", queries.OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    return await queries.running(ctx, lock=True)


async def _step(ctx: Context, run: StageRun, page: Page, frame: pd.DataFrame, size: int) -> StageRun:
    counts = await _look_at(ctx, run, page, frame) if page else {}
    finished = len(page) < size
    async with ctx.audit("stage.run.finish" if finished else "stage.run.advance", ("stage_run", run.id)):
        run.done, run.counts = run.done + len(page), _together(run.counts, counts)
        run.cursor = list(page)[-1] if page else run.cursor
        if finished:
            run.state, run.finished_at = RunState.FINISHED, ctx.now
    if finished:
        await watch.close_gone(ctx, _GONE)
        await ctx.emit("stage.portfolio_computed", run.id, {"moved": run.counts["moved"], "as_of": str(run.as_of)})
    return run


def _together(before: dict[str, Any], page: dict[str, Any]) -> dict[str, Any]:
    summed = {name: before[name] + page.get(name, 0) for name in _COUNTED}
    stages = Counter(before["stages"]) + Counter(page.get("stages", {}))
    return {**before, **summed, "stages": dict(stages)}


async def _look_at(ctx: Context, run: StageRun, page: Page, facts: pd.DataFrame) -> dict[str, Any]:
    frame = _as_they_stand(facts, page)
    today, money = ctx.now.date(), await money_of(ctx)
    policy, steps = stage_policy(ctx.policies, today), rulesets.stages(ctx).rules.steps
    held = frame.index.isin(list(await queries.held(ctx, page)))
    decided = decide(frame, policy.rules, steps, today, money, held)
    moved = await service.take_steps(ctx, decided, run, policy, announced=not run.counts["first"])
    raised = await _warn(ctx, run, decided, money, watch_policy(ctx.policies, today))
    counts = {"moved": moved, "held": int(held.sum()), "barred": int(decided.barred.sum()), "warned": raised}
    return {**counts, "stages": decided.counts()}


def _as_they_stand(facts: pd.DataFrame, page: Page) -> pd.DataFrame:
    """Rows of the page's customers, with the stage of this moment."""
    frame = facts[facts.index.isin(list(page))]
    placed = [page[party_id] for party_id in frame.index]
    return frame.assign(stage=[each.stage for each in placed], stage_since=[each.since for each in placed])


async def _warn(ctx: Context, run: StageRun, decided: Decided, money: Money, policy: Loaded[WatchPolicy]) -> int:
    after = np.where(decided.moves, decided.target, decided.current)
    stages = [STAGES[code].value for code in after]
    fired = look(decided.frame, policy.rules, stages, money.currency, money.minor)
    return await watch.note(ctx, fired, stages, run.as_of, policy)


async def known(ctx: Context, as_of: date, party_ids: Collection[UUID] | None = None) -> pd.DataFrame:
    """The facts of everybody or of these, and a column for each score that a model in use gave them."""
    frame = await analysed_facts(ctx, as_of, party_ids)
    for purpose in sorted(SCORES):
        found = await values(ctx, purpose, frame.index, all_of_them=party_ids is None)
        if found.notna().any():
            frame[purpose] = found
    return frame


async def money_of(ctx: Context) -> Money:
    currency = str(await ctx.session.scalar(select(col(Tenant.currency)).where(col(Tenant.id) == ctx.actor.tenant_id)))
    return Money(currency, 10 ** get_currency_precision(currency))
