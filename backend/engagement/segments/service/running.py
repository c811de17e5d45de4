"""Putting the whole portfolio into segments: memberships follow it, moves are kept with their reasons."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import orjson
import pandas as pd
from sqlalchemy import Row

from backend.access.context import Context
from backend.audit.copying import Batch
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.engagement.segments import queries, rules
from backend.engagement.segments.errors import ClusteringMissing, RunOutOfOrder, RunUnderWay
from backend.engagement.segments.models import Scheme, SegmentMove, SegmentRun
from backend.engagement.segments.progress import STEPS, Stage, Tell, untold
from backend.engagement.segments.rules import Crossed, Movement
from backend.engagement.segments.ruleset import cluster_rules, segment_rules
from backend.engagement.segments.service import members
from backend.engagement.segments.service.grouping import model_of, population_of
from backend.engagement.segments.service.portfolio import portfolio

Explained = Callable[[str, str, Mapping[str, Any], Mapping[str, Any]], tuple[Crossed, ...]]


@dataclass(frozen=True, slots=True)
class Assigned:
    """Everybody's segment and the facts that decided; `explained` says why somebody moved."""

    scheme: Scheme
    as_of: date
    ruleset: str
    clustering_id: UUID | None
    segments: pd.Series
    facts: pd.DataFrame
    explained: Explained


async def run_rules(ctx: Context, as_of: date | None = None, tell: Tell = untold) -> SegmentRun:
    """By the rule-set that is in force, on the facts of the last day that is known unless told.

    Raises NotAllowed, RunUnderWay, RunOutOfOrder.
    """
    await _alone(ctx)
    await tell(Stage.READ, 0, STEPS)
    loaded = segment_rules(ctx.policies, ctx.now.date())
    day, frame = await portfolio(ctx, as_of)

    def assigned() -> Assigned:
        segments, why = rules.assign(frame, loaded.rules), partial(rules.crossed, loaded.rules)
        return Assigned(Scheme.RULES, day, loaded.sha256, None, segments, frame[list(loaded.rules.facts)], why)

    return await _done(ctx, assigned, tell)


async def run_clusters(ctx: Context, tell: Tell = untold, *, as_of: date | None = None) -> SegmentRun:
    """By the grouping in use: to the nearest of its centres, on the facts of the last day that is known unless told.

    Raises NotAllowed, RunUnderWay, RunOutOfOrder and ClusteringMissing.
    """
    await _alone(ctx)
    used = await queries.clustering_in_use(ctx)
    if used is None:
        raise ClusteringMissing()
    await tell(Stage.READ, 0, STEPS)
    model, population = model_of(used), population_of(used)
    ruleset = cluster_rules(ctx.policies, ctx.now.date()).sha256
    day, frame = await portfolio(ctx, as_of)

    def assigned() -> Assigned:
        segments, why = rules.grouped(frame, model, population), partial(rules.regrouped, model, population)
        names = [*(feature.name for feature in model.features), *(condition.fact for condition in population)]
        return Assigned(Scheme.CLUSTERS, day, ruleset, used.id, segments, frame[list(dict.fromkeys(names))], why)

    return await _done(ctx, assigned, tell)


async def _done(ctx: Context, assigned: Callable[[], Assigned], tell: Tell) -> SegmentRun:
    await tell(Stage.SORT, 1, STEPS)
    now = await asyncio.to_thread(assigned)
    await tell(Stage.WRITE, 2, STEPS)
    return await _write(ctx, now)


async def _alone(ctx: Context) -> None:
    queries.may(ctx, "run")
    if not await queries.lock(ctx.session, ctx.actor.tenant_id):
        raise RunUnderWay()


async def _write(ctx: Context, now: Assigned) -> SegmentRun:
    earlier = await queries.newest_run(ctx, now.scheme)
    if earlier is not None and now.as_of < earlier.as_of:
        raise RunOutOfOrder(field="asOf", newest=earlier.as_of.isoformat())
    run = await asyncio.to_thread(_run, ctx, now)
    changes = await members.replace(ctx, now.scheme, now.as_of, members.lines(now.segments, now.facts))
    moves = [*_moves(now, changes.moved)]
    run.moved, run.left = len(moves), changes.left
    run.flows = rules.flows(Counter((move.origin, move.target) for move in moves), changes.came)
    async with ctx.audit("segment.run", ("segment_run", run.id), ruleset=now.ruleset):
        ctx.session.add(run)
    batch = Batch(ctx.trail)
    _add_moves(batch, ctx, now, run, moves)
    await batch.write(ctx.session)
    await ctx.emit("segment.run", run.id, {"scheme": now.scheme, "moved": run.moved})
    return run


def _run(ctx: Context, now: Assigned) -> SegmentRun:
    sizes = {str(segment): int(number) for segment, number in now.segments.value_counts().items()}
    return SegmentRun(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        scheme=now.scheme,
        as_of=now.as_of,
        ruleset=now.ruleset,
        clustering_id=now.clustering_id,
        customers=len(now.segments),
        sizes=dict(sorted(sizes.items())),
        moved=0,
        left=0,
        flows=[],
        digest=rules.digest(now.segments),
        run_by=ctx.actor.on_behalf_of or ctx.actor.id,
        run_at=ctx.now,
    )


def _moves(now: Assigned, moved: Iterable[Row[Any]]) -> Iterator[Movement]:
    for row in moved:
        because = now.explained(row.origin, row.target, orjson.loads(row.before), orjson.loads(row.after))
        yield Movement(row.party_id, row.origin, row.target, because)


def _add_moves(batch: Batch, ctx: Context, now: Assigned, run: SegmentRun, moves: list[Movement]) -> None:
    """A newcomer's first segment is counted in the run and no move of its own."""
    for move in moves:
        batch.add(
            SegmentMove,
            id=new_id(),
            run_id=run.id,
            scheme=now.scheme.value,
            party_id=move.party,
            moved_on=now.as_of,
            from_segment=move.origin,
            to_segment=move.target,
            because=rules.as_json(move.because),
        )
        batch.add(
            Outbox,
            id=new_id(),
            name="segment.entered",
            subject_id=move.party,
            payload={"party": str(move.party), "scheme": now.scheme.value, "segment": move.target},
            created_at=ctx.now,
        )
