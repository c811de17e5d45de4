"""The whole programme in figures, and whether its books agree."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.access.context import Context
from backend.access.models import Tenant
from backend.loyalty.models import (
    Account,
    LoyaltyBalance,
    LoyaltyLine,
    LoyaltyLot,
    LoyaltyMember,
    LoyaltyPosting,
    MemberState,
    PostingKind,
)


@dataclass(frozen=True, slots=True)
class MonthOfPoints:
    month: str
    earned: int
    burned: int
    expired: int


async def months(ctx: Context, since: date, member_id: UUID | None = None) -> list[MonthOfPoints]:
    """What was earned, spent and lost by month; of all members, or of one."""
    month = func.to_char(col(LoyaltyPosting.booked_on), "YYYY-MM")
    query = (
        sql(month, col(LoyaltyPosting.kind), func.sum(col(LoyaltyPosting.points)))
        .where(col(LoyaltyPosting.booked_on) >= since)
        .group_by(month, col(LoyaltyPosting.kind))
        .order_by(month)
    )
    if member_id is not None:
        query = query.where(col(LoyaltyPosting.member_id) == member_id)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for label, kind, points in await ctx.session.execute(query):
        found[label][kind] = int(points)
    return [_month(label, kinds) for label, kinds in found.items()]


def _month(label: str, kinds: Mapping[str, int]) -> MonthOfPoints:
    return MonthOfPoints(
        label, kinds.get(PostingKind.EARN, 0), kinds.get(PostingKind.BURN, 0), kinds.get(PostingKind.EXPIRE, 0)
    )


async def currency(ctx: Context) -> str | None:
    """The institution's own."""
    found: str | None = await ctx.session.scalar(sql(col(Tenant.currency)).where(col(Tenant.id) == ctx.actor.tenant_id))
    return found


async def tiers(ctx: Context) -> dict[str, int]:
    query = (
        sql(col(LoyaltyMember.tier), func.count())
        .where(col(LoyaltyMember.state) == MemberState.ACTIVE)
        .group_by(col(LoyaltyMember.tier))
    )
    return {tier: int(count) for tier, count in await ctx.session.execute(query)}


async def totals(ctx: Context) -> dict[str, int]:
    """The trial balance: what stands on each account over all members; the sum of it is zero."""
    query = sql(col(LoyaltyBalance.account), func.sum(col(LoyaltyBalance.points))).group_by(col(LoyaltyBalance.account))
    return {account: int(points) for account, points in await ctx.session.execute(query)}


async def outstanding_by_expiry(ctx: Context) -> dict[str, int]:
    """Points that can be spent, by the month of their last day."""
    month = func.to_char(col(LoyaltyLot.expires_on), "YYYY-MM")
    query = (
        sql(month, func.sum(col(LoyaltyLot.left_points)))
        .where(col(LoyaltyLot.left_points) > 0)
        .group_by(month)
        .order_by(month)
    )
    return {label: int(points) for label, points in await ctx.session.execute(query)}


async def matured(ctx: Context, since: date, today: date) -> tuple[int, int]:
    """Points of lots whose last day lay in the period, and how many of them expired unspent; a lot that came from a
    merged membership was counted there."""
    lapsed = aliased(LoyaltyLine)
    lot = (
        sql(func.coalesce(func.sum(col(LoyaltyLot.points)), 0))
        .join(LoyaltyPosting, col(LoyaltyPosting.id) == col(LoyaltyLot.id))
        .where(
            col(LoyaltyPosting.kind) != PostingKind.TRANSFER,
            col(LoyaltyLot.expires_on) > since,
            col(LoyaltyLot.expires_on) <= today,
        )
    )
    gone = (
        sql(func.coalesce(-func.sum(col(lapsed.points)), 0))
        .join(LoyaltyPosting, col(LoyaltyPosting.id) == col(lapsed.posting_id))
        .join(LoyaltyLot, col(LoyaltyLot.id) == col(lapsed.lot_id))
        .where(
            col(LoyaltyPosting.kind) == PostingKind.EXPIRE,
            col(LoyaltyLot.expires_on) > since,
            col(LoyaltyLot.expires_on) <= today,
        )
    )
    return int(await ctx.session.scalar(lot) or 0), int(await ctx.session.scalar(gone) or 0)


async def unproven(ctx: Context) -> list[UUID]:
    """Members whose lots, balance and lines do not tell the same; none unless somebody changed the database by hand."""
    lines = (
        sql(col(LoyaltyLine.member_id), func.sum(col(LoyaltyLine.points)).label("points"))
        .where(col(LoyaltyLine.account) == Account.MEMBER)
        .group_by(col(LoyaltyLine.member_id))
        .subquery()
    )
    left = (
        sql(col(LoyaltyLot.member_id), func.sum(col(LoyaltyLot.left_points)).label("points"))
        .group_by(col(LoyaltyLot.member_id))
        .subquery()
    )
    zero = func.coalesce
    query = (
        sql(col(LoyaltyMember.id))
        .outerjoin(lines, lines.c.member_id == col(LoyaltyMember.id))
        .outerjoin(left, left.c.member_id == col(LoyaltyMember.id))
        .outerjoin(
            LoyaltyBalance,
            (col(LoyaltyBalance.member_id) == col(LoyaltyMember.id)) & (col(LoyaltyBalance.account) == Account.MEMBER),
        )
        .where(
            (zero(lines.c.points, 0) != zero(left.c.points, 0))
            | (zero(lines.c.points, 0) != zero(col(LoyaltyBalance.points), 0))
        )
    )
    return list(await ctx.session.scalars(query))
