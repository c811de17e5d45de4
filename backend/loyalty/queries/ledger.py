"""The ledger of one member: lots, balances, postings, and what is about to expire."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, literal, or_, tuple_
from sqlalchemy import select as sql
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.periods import months_later
from backend.loyalty.errors import PostingNotFound
from backend.loyalty.models import (
    Account,
    LoyaltyBalance,
    LoyaltyLine,
    LoyaltyLot,
    LoyaltyMember,
    LoyaltyPosting,
    PostingKind,
)
from backend.loyalty.postings import Lot


async def lots(ctx: Context, member_id: UUID, *, open_only: bool = True) -> list[Lot]:
    query = select(LoyaltyLot).where(col(LoyaltyLot.member_id) == member_id)
    if open_only:
        query = query.where(col(LoyaltyLot.left_points) > 0)
    rows = await ctx.session.scalars(
        query.order_by(col(LoyaltyLot.expires_on), col(LoyaltyLot.id)).execution_options(populate_existing=True)
    )
    return [Lot(row.id, row.left_points, row.earned_on, row.expires_on) for row in rows]


async def balances(ctx: Context, member_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    query = sql(col(LoyaltyBalance.member_id), col(LoyaltyBalance.account), col(LoyaltyBalance.points)).where(
        col(LoyaltyBalance.member_id).in_(set(member_ids))
    )
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for member_id, account, points in await ctx.session.execute(query):
        found[member_id][account] = points
    return dict(found)


async def by_reference(ctx: Context, member_id: UUID, reference: str) -> LoyaltyPosting | None:
    query = select(LoyaltyPosting).where(
        col(LoyaltyPosting.member_id) == member_id, col(LoyaltyPosting.reference) == reference
    )
    return (await ctx.session.scalars(query)).first()


async def posting(ctx: Context, posting_id: UUID) -> tuple[LoyaltyPosting, UUID]:
    """With the party of its member; whether the actor may see it is asked of that. Raises PostingNotFound."""
    query = (
        sql(LoyaltyPosting, col(LoyaltyMember.party_id))
        .join(LoyaltyMember, col(LoyaltyMember.id) == col(LoyaltyPosting.member_id))
        .where(col(LoyaltyPosting.id) == posting_id)
    )
    found = (await ctx.session.execute(query)).first()
    if found is None:
        raise PostingNotFound()
    return found[0], found[1]


async def reversal_of(ctx: Context, posting_id: UUID) -> LoyaltyPosting | None:
    query = select(LoyaltyPosting).where(col(LoyaltyPosting.reverses_id) == posting_id)
    return (await ctx.session.scalars(query)).first()


async def reversed_ids(ctx: Context, posting_ids: Collection[UUID]) -> set[UUID]:
    query = sql(col(LoyaltyPosting.reverses_id)).where(col(LoyaltyPosting.reverses_id).in_(set(posting_ids)))
    return {found for found in await ctx.session.scalars(query) if found is not None}


async def spent(ctx: Context, posting_id: UUID) -> list[tuple[Lot, int]]:
    """From which lots a posting took how many."""
    query = (
        sql(LoyaltyLot, col(LoyaltyLine.points))
        .join(LoyaltyLine, col(LoyaltyLine.lot_id) == col(LoyaltyLot.id))
        .where(col(LoyaltyLine.posting_id) == posting_id, col(LoyaltyLine.points) < 0)
        .order_by(col(LoyaltyLine.id))
    )
    return [
        (Lot(row.id, row.left_points, row.earned_on, row.expires_on), -points)
        for row, points in await ctx.session.execute(query)
    ]


async def signed_points(ctx: Context, posting_ids: Collection[UUID]) -> dict[UUID, int]:
    """What each posting did to the member's points."""
    query = (
        sql(col(LoyaltyLine.posting_id), func.sum(col(LoyaltyLine.points)))
        .where(col(LoyaltyLine.posting_id).in_(set(posting_ids)), col(LoyaltyLine.account) == Account.MEMBER)
        .group_by(col(LoyaltyLine.posting_id))
    )
    return {posting_id: int(points) for posting_id, points in await ctx.session.execute(query)}


async def statement(
    ctx: Context, member_id: UUID, *, after: tuple[date, UUID] | None = None, limit: int = 50
) -> Sequence[LoyaltyPosting]:
    """The newest first."""
    place = tuple_(col(LoyaltyPosting.booked_on), col(LoyaltyPosting.id))
    query = select(LoyaltyPosting).where(col(LoyaltyPosting.member_id) == member_id)
    if after is not None:
        query = query.where(place < tuple_(literal(after[0]), literal(after[1])))
    order = (col(LoyaltyPosting.booked_on).desc(), col(LoyaltyPosting.id).desc())
    return (await ctx.session.scalars(query.order_by(*order).limit(limit))).all()


def _standing_earnings(member_ids: Collection[UUID]) -> Any:
    """Earnings of these members and of those that they took over, which were not reversed."""
    undone, member = aliased(LoyaltyPosting), col(LoyaltyMember.id)
    heir = func.coalesce(col(LoyaltyMember.joined_id), member)
    return (
        sql(heir, func.sum(col(LoyaltyPosting.points)))
        .join(LoyaltyMember, member == col(LoyaltyPosting.member_id))
        .where(
            or_(member.in_(set(member_ids)), col(LoyaltyMember.joined_id).in_(set(member_ids))),
            col(LoyaltyPosting.kind) == PostingKind.EARN,
            ~exists().where(col(undone.reverses_id) == col(LoyaltyPosting.id)),
        )
        .group_by(heir)
    )


async def qualifying(ctx: Context, member_ids: Collection[UUID], months: int, today: date) -> dict[UUID, int]:
    """Points earned in the months before today, less what was reversed."""
    query = _standing_earnings(member_ids).where(
        col(LoyaltyPosting.booked_on) > months_later(today, -months),
        col(LoyaltyPosting.booked_on) <= today,
    )
    return {member_id: int(points) for member_id, points in await ctx.session.execute(query)}


async def earned_in_month(ctx: Context, member_id: UUID, code: str, day: date) -> int:
    first = day.replace(day=1)
    query = _standing_earnings([member_id]).where(
        col(LoyaltyPosting.code) == code,
        col(LoyaltyPosting.booked_on) >= first,
        col(LoyaltyPosting.booked_on) < months_later(first, 1),
    )
    found = (await ctx.session.execute(query)).first()
    return 0 if found is None else int(found[1])


async def due_to_expire(ctx: Context, today: date, limit: int) -> list[UUID]:
    """Customers with lots whose last day is over."""
    query = (
        sql(col(LoyaltyMember.party_id))
        .where(
            exists().where(
                col(LoyaltyLot.member_id) == col(LoyaltyMember.id),
                col(LoyaltyLot.left_points) > 0,
                col(LoyaltyLot.expires_on) <= today,
            )
        )
        .order_by(col(LoyaltyMember.party_id))
        .limit(limit)
    )
    return list(await ctx.session.scalars(query))


async def count_due(ctx: Context, today: date) -> int:
    """How many members have something to expire."""
    query = sql(func.count(func.distinct(col(LoyaltyLot.member_id)))).where(
        col(LoyaltyLot.left_points) > 0, col(LoyaltyLot.expires_on) <= today
    )
    return int(await ctx.session.scalar(query) or 0)
