"""Every SELECT of targets: figures are the institution's; single records only as far as one may see the customer."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Team, Tenant
from backend.access.scopes import Facts
from backend.engagement.product_names import product_names
from backend.engagement.targets.errors import GoalNotFound
from backend.engagement.targets.groups import ALL
from backend.engagement.targets.models import TargetFigure, TargetGoal, TargetReport, TargetSnapshot

OBJECT: Final = "target"
_LOCK: Final = 0x7A6


def may(ctx: Context, action: str) -> None:
    """Raises NotAllowed."""
    ctx.require(action, OBJECT, Facts(tenant_id=ctx.actor.tenant_id))


async def lock(ctx: Context) -> bool:
    """One computation at a time in an institution; ends with the transaction."""
    key = func.hashtext(str(ctx.actor.tenant_id))
    return bool(await ctx.session.scalar(sql(func.pg_try_advisory_xact_lock(_LOCK, key))))


async def currency(ctx: Context) -> str:
    return str(await ctx.session.scalar(sql(col(Tenant.currency)).where(col(Tenant.id) == ctx.actor.tenant_id)))


async def institution(ctx: Context) -> str:
    return str(await ctx.session.scalar(sql(col(Tenant.name)).where(col(Tenant.id) == ctx.actor.tenant_id)))


async def team_names(ctx: Context) -> dict[str, str]:
    rows = await ctx.session.execute(sql(col(Team.id), col(Team.name)).order_by(col(Team.name)))
    return {str(row.id): row.name for row in rows}


async def goals(ctx: Context, month: date) -> list[TargetGoal]:
    """Those that hold for the month."""
    standing = or_(col(TargetGoal.ends_on).is_(None), col(TargetGoal.ends_on) > month)
    query = select(TargetGoal).where(col(TargetGoal.starts_on) <= month, standing)
    return list(await ctx.session.scalars(query.order_by(col(TargetGoal.measure), col(TargetGoal.starts_on))))


async def standing_goal(ctx: Context, measure: str, dimension: str, key: str) -> TargetGoal | None:
    query = select(TargetGoal).where(
        col(TargetGoal.measure) == measure,
        col(TargetGoal.dimension) == dimension,
        col(TargetGoal.key) == key,
        col(TargetGoal.ends_on).is_(None),
    )
    return await ctx.session.scalar(query.with_for_update())


async def goal(ctx: Context, goal_id: UUID) -> TargetGoal:
    found = await ctx.session.scalar(select(TargetGoal).where(col(TargetGoal.id) == goal_id).with_for_update())
    if found is None:
        raise GoalNotFound()
    return found


async def snapshot(ctx: Context, month: date) -> TargetSnapshot | None:
    return await ctx.session.scalar(select(TargetSnapshot).where(col(TargetSnapshot.month) == month))


async def kept(ctx: Context, month: date) -> TargetSnapshot:
    """Of a month that was computed."""
    return (await ctx.session.scalars(select(TargetSnapshot).where(col(TargetSnapshot.month) == month))).one()


async def snapshots(ctx: Context, limit: int = 36) -> Sequence[TargetSnapshot]:
    """The newest first."""
    query = select(TargetSnapshot).order_by(col(TargetSnapshot.month).desc()).limit(limit)
    return (await ctx.session.scalars(query)).all()


async def figures(ctx: Context, month: date, dimension: str) -> list[TargetFigure]:
    """Of one month by one dimension."""
    query = select(TargetFigure).where(col(TargetFigure.month) == month, col(TargetFigure.dimension) == dimension)
    return list(await ctx.session.scalars(query.order_by(col(TargetFigure.measure), col(TargetFigure.key))))


async def trends(ctx: Context, dimension: str, since: date) -> Mapping[tuple[str, str], list[TargetFigure]]:
    """By measure and key, the oldest month first."""
    query = select(TargetFigure).where(col(TargetFigure.dimension) == dimension, col(TargetFigure.month) >= since)
    found: dict[tuple[str, str], list[TargetFigure]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(TargetFigure.month))):
        found[row.measure, row.key].append(row)
    return found


async def known_keys(ctx: Context, dimension: str) -> Collection[str]:
    """The keys that a goal may be set for; of segments the rule-set knows more."""
    if dimension == ALL:
        return ("",)
    return await team_names(ctx) if dimension == "team" else await product_names(ctx)


async def report_sent(ctx: Context, reference: str) -> bool:
    query = sql(col(TargetReport.id)).where(col(TargetReport.reference) == reference)
    return await ctx.session.scalar(query) is not None


async def reports(ctx: Context, limit: int = 10) -> Sequence[TargetReport]:
    """That went out, the newest first."""
    return (
        await ctx.session.scalars(select(TargetReport).order_by(col(TargetReport.sent_at).desc()).limit(limit))
    ).all()
