"""Screenings of many: what changed between two states of the lists against everybody, or everybody against all.

A run is done in steps, each a transaction of its own that moves the cursor with its work: one that was killed goes on
behind its last step. The difference of a day concerns few. Whoever shares no key with it cannot match it; those who do
are found by tags of the keys, and their outlines tell whom a search would compare at all (Reach). Only theirs are the
names that are opened. Whom an entry of the difference alerts on is then compared with everything, as in a screening of
all, and so is who has an alert on an entry that changed.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.screening import comparing, indexes, queries, retagging, subjects
from backend.screening.alerts import findings as alerts
from backend.screening.comparing import Screened, search_all
from backend.screening.matching.index import build
from backend.screening.matching.outlines import Reach
from backend.screening.models import RunKind, RunState, ScreeningRun
from backend.screening.queries import Moved, Touch
from backend.screening.ruleset import name_rules

_MOST: Final = {RunKind.DIFFERENCE.value: 2_500, RunKind.PORTFOLIO.value: 250}
"""Parties in one step: of a difference most are looked at and not opened."""
_TRIGGERS: Final = {RunKind.DIFFERENCE.value: "list_version", RunKind.PORTFOLIO.value: "rescan"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two states: what is new or changed, and whom it can concern."""

    changes: dict[UUID, Moved]
    reach: Reach
    touch: Touch


_kept: dict[tuple[UUID, int, int], Difference] = {}
"""The difference of the run under way in this process: each of its steps uses it."""


async def due_run(ctx: Context) -> ScreeningRun | None:
    """The run under way, or the one that the lists or the rule-set now ask for; None when everybody is screened."""
    ctx.require("run", "screening", Facts(tenant_id=ctx.actor.tenant_id))
    await queries.one_run_at_a_time(ctx)
    under_way = await queries.running(ctx)
    if under_way is not None:
        return under_way
    number, covered = await queries.stamp(ctx), await queries.covered(ctx)
    ruleset = name_rules(ctx).sha256
    if number == 0 or (covered.state == number and covered.ruleset == ruleset):
        return None
    known = covered.state > 0 and covered.ruleset == ruleset
    return await _begin(ctx, RunKind.DIFFERENCE if known else RunKind.PORTFOLIO, covered.state, number)


async def start_rescan(ctx: Context) -> ScreeningRun | None:
    """Everybody against everything, as somebody wishes; the run under way if there is one, None without lists."""
    ctx.require("run", "screening", Facts(tenant_id=ctx.actor.tenant_id))
    await queries.one_run_at_a_time(ctx)
    under_way, number = await queries.running(ctx), await queries.stamp(ctx)
    if under_way is not None or number == 0:
        return under_way
    return await _begin(ctx, RunKind.PORTFOLIO, 0, number)


async def step(ctx: Context, run_id: UUID, most: int | None = None) -> ScreeningRun | None:
    """The next parties of a run, which ends with the last; None when it is over, or another worker has ended it."""
    ctx.require("run", "screening", Facts(tenant_id=ctx.actor.tenant_id))
    run = await queries.locked_run(ctx, run_id)
    if run is None or run.state == RunState.FINISHED:
        return None
    most = most or _MOST[run.kind]
    if run.kind == RunKind.PORTFOLIO:
        parties: Collection[UUID] = await queries.parties_after(ctx, run.cursor, most)
        done = await comparing.compare(ctx, parties, _TRIGGERS[run.kind])
    else:
        parties, done = await _next_touched(ctx, run, most)
    _advance(ctx, run, parties, done)
    if len(parties) < most:
        await _finish(ctx, run)
    await ctx.session.flush()
    return run


async def _begin(ctx: Context, kind: RunKind, from_state: int, to_state: int) -> ScreeningRun:
    run = ScreeningRun(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        kind=kind.value,
        from_state=from_state,
        to_state=to_state,
        ruleset=name_rules(ctx).sha256,
        started_by=ctx.actor.id,
        started_at=ctx.now,
        updated_at=ctx.now,
    )
    if kind is RunKind.PORTFOLIO:
        run.total = await queries.party_count(ctx)
    else:
        run.total = await queries.touched_count(ctx, (await _difference(ctx, run)).touch)
    ctx.session.add(run)
    await ctx.session.flush()
    await ctx.trail.note("screening.run.start", ("screening_run", run.id), reason=kind.value)
    return run


async def _finish(ctx: Context, run: ScreeningRun) -> None:
    run.state, run.finished_at = RunState.FINISHED, ctx.now
    _kept.pop(_key(ctx, run), None)
    await ctx.trail.note("screening.run.finish", ("screening_run", run.id), reason=run.kind)
    await ctx.emit("screening.run_finished", run.id, {"kind": run.kind})


def _advance(ctx: Context, run: ScreeningRun, parties: Collection[UUID], done: Screened) -> None:
    run.cursor = max(parties, default=run.cursor)
    run.done += len(parties)
    run.total = max(run.total, run.done)
    run.compared += done.parties
    run.opened += done.recorded.opened
    run.suppressed += done.recorded.suppressed
    run.reopened += done.recorded.reopened
    run.obsolete += done.recorded.obsolete
    run.updated_at = ctx.now


async def _next_touched(ctx: Context, run: ScreeningRun, most: int) -> tuple[Collection[UUID], Screened]:
    difference = await _difference(ctx, run)
    trigger = _TRIGGERS[run.kind]
    done = await _before_the_first(ctx, run, difference, trigger) if run.cursor is None else Screened()
    touched = await queries.touched_after(ctx, difference.touch, run.cursor, most)
    rules = name_rules(ctx).rules
    opened = await subjects.whom_to_open(ctx, touched, difference.reach, rules)
    facts = await subjects.facts_of(ctx, opened)
    otherwise = {one.party_id for one in touched if one.keys_of != difference.touch.keys_of}
    await retagging.renew(ctx, [one for party_id, one in facts.items() if party_id in otherwise])
    concerned = await asyncio.to_thread(search_all, difference.reach.index, facts.values(), rules)
    whole = await comparing.compare(ctx, concerned.keys(), trigger)
    return [one.party_id for one in touched], done.plus(whole.recorded, len(facts) + whole.parties)


async def _before_the_first(ctx: Context, run: ScreeningRun, difference: Difference, trigger: str) -> Screened:
    """Entries that left their list, and parties with an alert on one that changed, whether or not it is still like."""
    concerned: set[UUID] = set()
    removed = 0
    for list_id, moved in difference.changes.items():
        if moved.removed:
            version = await _version_that_removed(ctx, list_id, run)
            removed += await alerts.entries_removed(ctx, list_id, moved.removed, version)
        concerned |= await alerts.parties_alerted(ctx, list_id, [one.ref for one in moved.fresh])
    run.obsolete += removed
    return await comparing.compare(ctx, concerned, trigger)


async def _version_that_removed(ctx: Context, list_id: UUID, run: ScreeningRun) -> UUID:
    """The version in force now; of a list that is out of use the last that was."""
    states = [await queries.state(ctx, number) for number in (run.to_state, run.from_state)]
    return next(state.versions[list_id] for state in states if state is not None and list_id in state.versions)


async def _difference(ctx: Context, run: ScreeningRun) -> Difference:
    key = _key(ctx, run)
    if key not in _kept:
        _kept[key] = await _made(ctx, run.from_state, run.to_state)
    return _kept[key]


async def _made(ctx: Context, from_state: int, to_state: int) -> Difference:
    before, after = await queries.state(ctx, from_state), await queries.state(ctx, to_state)
    assert after is not None  # noqa: S101 - runs go to states that exist
    changes = await indexes.moved_between(ctx, before, after)
    codes = {row.id: row.code for row in (await queries.lists_by_id(ctx, changes.keys())).values()}
    fresh = [one for moved in changes.values() for one in moved.fresh]
    index = await asyncio.to_thread(lambda: build(one.entity(codes[one.list_id]) for one in fresh))
    reach = subjects.reach_of(ctx, index)
    return Difference(changes, reach, Touch(reach.tags, subjects.keys_of(ctx), to_state))


def _key(ctx: Context, run: ScreeningRun) -> tuple[UUID, int, int]:
    return ctx.actor.tenant_id, run.from_state, run.to_state
