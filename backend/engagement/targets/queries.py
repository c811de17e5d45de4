"""Every SELECT of targets: figures are the institution's; single records only as far as one may see the customer."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, union_all
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Team, Tenant
from backend.access.scopes import Facts
from backend.customers.models import Customer, Stage
from backend.engagement.product_names import product_names
from backend.engagement.segments.queries import segments_of_all
from backend.engagement.targets.errors import GoalNotFound
from backend.engagement.targets.groups import ALL, Groups
from backend.engagement.targets.models import TargetFigure, TargetGoal, TargetReport, TargetSnapshot
from backend.holdings.models import Account, Holding, HoldingStatus
from backend.products.models import Product, ProductVersion

OBJECT: Final = "target"
_GONE: Final = (Stage.CHURNED.value, Stage.EXITED.value)
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


async def groups(ctx: Context) -> Groups:
    """Of everybody, as they belong today."""
    teams = await ctx.session.execute(
        sql(col(Customer.party_id), col(Customer.team_id)).where(col(Customer.team_id).is_not(None))
    )
    held = await ctx.session.execute(
        sql(col(Holding.party_id), col(Product.code))
        .join(ProductVersion, col(ProductVersion.id) == col(Holding.product_version_id))
        .join(Product, col(Product.id) == col(ProductVersion.product_id))
        .where(col(Holding.status) == HoldingStatus.OPEN)
        .distinct()
    )
    products: dict[UUID, tuple[str, ...]] = defaultdict(tuple)
    for row in held:
        products[row.party_id] = (*products[row.party_id], row.code)
    return Groups({row.party_id: str(row.team_id) for row in teams}, await segments_of_all(ctx), products)


@dataclass(frozen=True, slots=True)
class Relationship:
    """`begun` is the first day: the first contract, or activation before it."""

    party_id: UUID
    stage: str
    since: date
    begun: date

    @property
    def gone(self) -> bool:
        return self.stage in _GONE


async def relationships(ctx: Context) -> list[Relationship]:
    """Of everybody who ever was a customer, as the record has it today."""
    contracts = union_all(
        sql(col(Holding.party_id).label("party_id"), col(Holding.opened_on).label("day")),
        sql(col(Account.owner_id).label("party_id"), col(Account.opened_on).label("day")),
    ).subquery()
    first = sql(contracts.c.party_id, func.min(contracts.c.day).label("day")).group_by(contracts.c.party_id).subquery()
    activated = func.date(func.timezone("UTC", col(Customer.activated_at)))
    query = (
        sql(
            col(Customer.party_id),
            col(Customer.stage),
            func.date(func.timezone("UTC", col(Customer.stage_since))).label("since"),
            func.least(activated, first.c.day).label("begun"),
        )
        .outerjoin(first, first.c.party_id == col(Customer.party_id))
        .where(col(Customer.activated_at).is_not(None))
    )
    return [Relationship(row.party_id, row.stage, row.since, row.begun) for row in await ctx.session.execute(query)]


async def customers_on(ctx: Context, day: date) -> list[UUID]:
    """Who was a customer on the day, as the record has it today."""
    return [
        each.party_id
        for each in await relationships(ctx)
        if each.begun <= day < (each.since if each.gone else date.max)
    ]


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
