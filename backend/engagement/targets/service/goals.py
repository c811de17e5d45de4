"""Goals: set by people with the right, for a measure and a group, from a month on."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.engagement.segments.ruleset import segment_rules
from backend.engagement.targets import queries
from backend.engagement.targets.errors import (
    DimensionUnknown,
    GoalInPast,
    GoalOutOfRange,
    GroupUnknown,
    MeasureUnknown,
)
from backend.engagement.targets.models import TargetGoal
from backend.engagement.targets.ruleset import DIMENSIONS, Measure, TargetRules, target_rules


async def set_goal(ctx: Context, measure: str, dimension: str, key: str, value: Decimal, starts_on: date) -> TargetGoal:
    """Ends the goal before it. Raises NotAllowed, MeasureUnknown, DimensionUnknown, GroupUnknown, GoalOutOfRange,
    GoalInPast."""
    queries.may(ctx, "set")
    loaded = target_rules(ctx.policies, ctx.now.date())
    known = measure_of(loaded.rules, measure)
    await check_group(ctx, dimension, key)
    least, most = known.range
    if not least <= value <= most:
        raise GoalOutOfRange(field="value", least=str(least), most=str(most))
    first = starts_on.replace(day=1)
    if first < ctx.now.date().replace(day=1):
        raise GoalInPast(field="startsOn")
    standing = await queries.standing_goal(ctx, measure, dimension, key)
    if standing is not None and standing.starts_on >= first:
        async with ctx.audit("target.set", ("target_goal", standing.id), ruleset=loaded.sha256):
            standing.value, standing.starts_on = value, first
            standing.set_by, standing.set_at = ctx.actor.id, ctx.now
        return standing
    row = TargetGoal(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        measure=measure,
        dimension=dimension,
        key=key,
        value=value,
        starts_on=first,
        set_by=ctx.actor.id,
        set_at=ctx.now,
    )
    async with ctx.audit("target.set", ("target_goal", row.id), ruleset=loaded.sha256):
        if standing is not None:
            standing.ends_on = first
            await ctx.session.flush()
        ctx.session.add(row)
    return row


async def end_goal(ctx: Context, goal_id: UUID) -> TargetGoal:
    """From this month on it holds no more; one that never held is ended on its first day after all."""
    queries.may(ctx, "set")
    row = await queries.goal(ctx, goal_id)
    if row.ends_on is None:
        first = ctx.now.date().replace(day=1)
        async with ctx.audit("target.end", ("target_goal", row.id)):
            row.ends_on = max(first, _next_month(row.starts_on))
    return row


def measure_of(rules: TargetRules, code: str) -> Measure:
    found = rules.measure(code)
    if found is None:
        raise MeasureUnknown(field="measure", given=code, known=", ".join(each.code for each in rules.measures))
    return found


async def check_group(ctx: Context, dimension: str, key: str) -> None:
    if dimension not in DIMENSIONS:
        raise DimensionUnknown(field="dimension", given=dimension, known=", ".join(DIMENSIONS))
    known = await queries.known_keys(ctx, dimension) if dimension != "segment" else _segments(ctx)
    if key not in known:
        raise GroupUnknown(field="key", given=key, dimension=dimension)


def _segments(ctx: Context) -> set[str]:
    return {segment.code for segment in segment_rules(ctx.policies, ctx.now.date()).rules.segments}


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
