"""The figures of a month: every measure from its records, by every group, kept as one snapshot with its digest."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import delete
from sqlmodel import col

import backend.engagement.targets.measured  # noqa: F401 - registers the measures that engagement can read itself
from backend.access.context import Context
from backend.audit.copying import Batch
from backend.core.actor import system_actor
from backend.core.ids import new_id
from backend.core.periods import months_later
from backend.core.rulesets import Loaded
from backend.engagement.targets import queries, rules
from backend.engagement.targets.errors import MonthUnknown, TargetsUnderWay
from backend.engagement.targets.groups import ALL, Groups
from backend.engagement.targets.models import TargetFigure, TargetGoal, TargetSnapshot
from backend.engagement.targets.queries import then
from backend.engagement.targets.rules import Figure
from backend.engagement.targets.ruleset import DIMENSIONS, Measure, TargetRules, target_rules
from backend.engagement.targets.sources import Month, source_of


async def compute(ctx: Context, first: date) -> TargetSnapshot:
    """Computes the month that begins on `first`, anew if it was computed. Raises NotAllowed, MonthUnknown,
    TargetsUnderWay."""
    queries.may(ctx, "run")
    today = ctx.now.date()
    if first.day != 1 or first > today:
        raise MonthUnknown(field="month")
    if not await queries.lock(ctx):
        raise TargetsUnderWay()
    loaded, month = target_rules(ctx.policies, today), Month(first, today)
    groups = await then.groups(ctx, month.last)
    found: list[Figure] = []
    for measure in loaded.rules.measures:
        found += await _figures(ctx, measure, month, groups)
    return await _keep(ctx, loaded, month, found)


async def due(ctx: Context) -> list[date]:
    """The months to compute now: the one under way, and the one before until it has settled or was never computed."""
    rules_ = target_rules(ctx.policies, ctx.now.date()).rules
    this = ctx.now.date().replace(day=1)
    before = months_later(this, -1)
    settled = ctx.now.date() > this + timedelta(days=rules_.settle_days)
    known = await queries.snapshot(ctx, before)
    complete = known is not None and known.as_of >= this
    return [this] if settled and complete else [before, this]


async def recorded(ctx: Context, measure: Measure, month: Month) -> pd.DataFrame | None:
    """The records of the month, of everybody; None where nobody keeps them."""
    source = source_of(measure.code)
    return None if source is None else await source(everywhere(ctx), month)


def everywhere(ctx: Context) -> Context:
    """The platform itself: figures are of everybody, whoever asks for them."""
    return replace(ctx, actor=system_actor(ctx.actor.tenant_id, ctx.actor.request_id, ctx.actor.channel))


async def _figures(ctx: Context, measure: Measure, month: Month, groups: Groups) -> Sequence[Figure]:
    """What only the month itself could tell stays as it was told then."""
    frame = await recorded(ctx, measure, month)
    if frame is None and month.ended:
        return await _kept(ctx, measure.code, month.first) or [rules.without_past(measure)]
    return await asyncio.to_thread(rules.figures, frame, measure, groups)


async def _kept(ctx: Context, measure: str, first: date) -> list[Figure]:
    rows = [row for dimension in DIMENSIONS for row in await queries.figures(ctx, first, dimension)]
    names = [field.name for field in fields(Figure)]
    return [Figure(**{name: getattr(row, name) for name in names}) for row in rows if row.measure == measure]


async def _keep(ctx: Context, loaded: Loaded[TargetRules], month: Month, found: list[Figure]) -> TargetSnapshot:
    told: dict[str, Any] = {
        "as_of": month.as_of,
        "ruleset": loaded.sha256,
        "figures": len(found),
        "digest": rules.digest(found),
    }
    row = await queries.snapshot(ctx, month.first)
    made = row is None
    if row is None:
        row = TargetSnapshot(
            id=new_id(),
            tenant_id=ctx.actor.tenant_id,
            month=month.first,
            computed_by=ctx.actor.id,
            computed_at=ctx.now,
            **told,
        )
    async with ctx.audit("target.snapshot", ("target_snapshot", row.id), ruleset=loaded.sha256):
        if made:
            ctx.session.add(row)
        else:
            for name, value in (told | {"computed_by": ctx.actor.id, "computed_at": ctx.now}).items():
                setattr(row, name, value)
    await ctx.session.execute(delete(TargetFigure).where(col(TargetFigure.snapshot_id) == row.id))
    goals = goal_for(await queries.goals(ctx, month.first))
    batch = Batch(ctx.trail)
    for figure in found:
        batch.add(TargetFigure, id=new_id(), snapshot_id=row.id, month=month.first, **_columns(figure, goals))
    await batch.write(ctx.session)
    return row


def goal_for(goals: Sequence[TargetGoal]) -> Mapping[tuple[str, str, str], Decimal]:
    """By measure, dimension and key; the later of two that follow each other in a month counts."""
    return {(goal.measure, goal.dimension, goal.key): goal.value for goal in goals}


def _columns(figure: Figure, goals: Mapping[tuple[str, str, str], Decimal]) -> dict[str, Any]:
    """A group without a goal of its own is measured against that for all."""
    own = goals.get((figure.measure, figure.dimension, figure.key))
    goal = goals.get((figure.measure, ALL, "")) if own is None else own
    names = ("measure", "dimension", "key", "value", "low", "high", "records", "absent")
    return {**{name: getattr(figure, name) for name in names}, "goal": goal}
