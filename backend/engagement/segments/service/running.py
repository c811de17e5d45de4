"""Putting the whole portfolio into segments: every membership is written anew, moves are kept with their reasons."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import orjson
import pandas as pd
from sqlalchemy import delete
from sqlmodel import col

from backend.access.context import Context
from backend.audit.copying import Batch
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.engagement.segments import queries, rules
from backend.engagement.segments.errors import ClusteringMissing, RunOutOfOrder, RunUnderWay
from backend.engagement.segments.models import Scheme, SegmentMember, SegmentMove, SegmentRun
from backend.engagement.segments.queries import Before
from backend.engagement.segments.rules import NOWHERE, Crossed, Movement
from backend.engagement.segments.ruleset import cluster_rules, segment_rules
from backend.engagement.segments.service.grouping import model_of
from backend.engagement.segments.service.portfolio import portfolio

Explained = Callable[[str, str, Mapping[str, Any], Mapping[str, Any]], tuple[Crossed, ...]]


@dataclass(frozen=True, slots=True)
class Assigned:
    """Everybody's segment and the facts that decided; `explained` says why somebody moved."""

    scheme: Scheme
    as_of: date
    ruleset: str
    clustering_id: UUID | None
    segments: dict[UUID, str]
    facts: dict[UUID, dict[str, Any]]
    explained: Explained


async def run_rules(ctx: Context, as_of: date | None = None) -> SegmentRun:
    """By the rule-set that is in force, on the facts of the last day that is known unless told.

    Raises NotAllowed, RunUnderWay, RunOutOfOrder.
    """
    await _alone(ctx)
    loaded = segment_rules(ctx.policies, ctx.now.date())
    day, frame = await portfolio(ctx, as_of)

    def assigned() -> Assigned:
        segments, kept = rules.assign(frame, loaded.rules), rules.kept(frame, loaded.rules.facts)
        why = partial(rules.crossed, loaded.rules)
        return Assigned(Scheme.RULES, day, loaded.sha256, None, _by_party(frame, segments), _paired(frame, kept), why)

    return await _write(ctx, await asyncio.to_thread(assigned))


async def run_clusters(ctx: Context) -> SegmentRun:
    """By the grouping in use: to the nearest of its centres. Raises NotAllowed, RunUnderWay, ClusteringMissing."""
    await _alone(ctx)
    used = await queries.clustering_in_use(ctx)
    if used is None:
        raise ClusteringMissing()
    model, ruleset = model_of(used), cluster_rules(ctx.policies, ctx.now.date()).sha256
    day, frame = await portfolio(ctx)

    def assigned() -> Assigned:
        segments = rules.grouped(frame, model)
        kept = rules.kept(frame, [feature.name for feature in model.features])

        def why(_: str, __: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Crossed, ...]:
            return rules.moved_closer(model, before, after)

        return Assigned(Scheme.CLUSTERS, day, ruleset, used.id, _by_party(frame, segments), _paired(frame, kept), why)

    return await _write(ctx, await asyncio.to_thread(assigned))


def _by_party(frame: pd.DataFrame, segments: pd.Series) -> dict[UUID, str]:
    return dict(zip(frame.index, segments, strict=True))


def _paired(frame: pd.DataFrame, kept: list[dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    return dict(zip(frame.index, kept, strict=True))


async def _alone(ctx: Context) -> None:
    queries.may(ctx, "run")
    if not await queries.lock(ctx.session, ctx.actor.tenant_id):
        raise RunUnderWay()


async def _write(ctx: Context, now: Assigned) -> SegmentRun:
    earlier = await queries.newest_run(ctx, now.scheme)
    if earlier is not None and now.as_of < earlier.as_of:
        raise RunOutOfOrder(field="asOf", newest=earlier.as_of.isoformat())
    before = await queries.standing(ctx, now.scheme)
    moves, run = await asyncio.to_thread(_moves, now, before), _run(ctx, now)
    run.moved = sum(move.origin != NOWHERE for move in moves)
    run.left = len(before.keys() - now.segments.keys())
    run.flows = rules.flows([(move.origin, move.target) for move in moves])
    async with ctx.audit("segment.run", ("segment_run", run.id), ruleset=now.ruleset):
        ctx.session.add(run)
    await ctx.session.execute(delete(SegmentMember).where(col(SegmentMember.scheme) == now.scheme))
    batch = Batch(ctx.trail)
    _add_members(batch, now, before)
    _add_moves(batch, ctx, now, run, moves)
    await batch.write(ctx.session)
    await ctx.emit("segment.run", run.id, {"scheme": now.scheme, "moved": run.moved})
    return run


def _run(ctx: Context, now: Assigned) -> SegmentRun:
    sizes: dict[str, int] = {}
    for segment in now.segments.values():
        sizes[segment] = sizes.get(segment, 0) + 1
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
        run_by=ctx.actor.id,
        run_at=ctx.now,
    )


def _moves(now: Assigned, before: Mapping[UUID, Before]) -> list[Movement]:
    found = []
    for party, segment in now.segments.items():
        was = before.get(party)
        if was is None:
            found.append(Movement(party, NOWHERE, segment, ()))
        elif was.segment != segment:
            because = now.explained(was.segment, segment, was.facts, now.facts[party])
            found.append(Movement(party, was.segment, segment, because))
    return found


def _add_members(batch: Batch, now: Assigned, before: Mapping[UUID, Before]) -> None:
    for party, segment in now.segments.items():
        was = before.get(party)
        since = now.as_of if was is None or was.segment != segment else was.since
        batch.add(
            SegmentMember,
            id=new_id(),
            scheme=now.scheme.value,
            party_id=party,
            segment=segment,
            since=since,
            facts=orjson.dumps(now.facts[party]),
        )


def _add_moves(batch: Batch, ctx: Context, now: Assigned, run: SegmentRun, moves: list[Movement]) -> None:
    """A newcomer's first segment is counted in the run and no move of its own."""
    for move in moves:
        if move.origin == NOWHERE:
            continue
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
