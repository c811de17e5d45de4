"""Members: who they are, which may be seen, in which order they are gone through."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import func, literal, tuple_
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.queries.sight import allowed_ids
from backend.loyalty.errors import MemberNotFound
from backend.loyalty.models import (
    Account,
    LoyaltyBalance,
    LoyaltyMember,
    MemberState,
)

OBJECT: Final = "loyalty"


async def members_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, LoyaltyMember]:
    """By customer; only those whom the actor may see."""
    seen = allowed_ids(ctx, "view", OBJECT)
    query = select(LoyaltyMember).where(
        col(LoyaltyMember.party_id).in_(set(party_ids)), col(LoyaltyMember.party_id).in_(seen)
    )
    return {row.party_id: row for row in await ctx.session.scalars(query)}


async def by_ids(ctx: Context, ids: Collection[UUID]) -> dict[UUID, LoyaltyMember]:
    seen = allowed_ids(ctx, "view", OBJECT)
    query = select(LoyaltyMember).where(col(LoyaltyMember.id).in_(set(ids)), col(LoyaltyMember.party_id).in_(seen))
    return {row.id: row for row in await ctx.session.scalars(query)}


async def listed(
    ctx: Context, *, tier: str | None = None, after: tuple[int, UUID] | None = None, limit: int = 50
) -> list[tuple[LoyaltyMember, int]]:
    """Active members with what they can spend; who has most comes first."""
    points = func.coalesce(col(LoyaltyBalance.points), 0)
    query = (
        sql(LoyaltyMember, points)
        .outerjoin(
            LoyaltyBalance,
            (col(LoyaltyBalance.member_id) == col(LoyaltyMember.id)) & (col(LoyaltyBalance.account) == Account.MEMBER),
        )
        .where(
            col(LoyaltyMember.state) == MemberState.ACTIVE,
            col(LoyaltyMember.party_id).in_(allowed_ids(ctx, "view", OBJECT)),
        )
    )
    if tier is not None:
        query = query.where(col(LoyaltyMember.tier) == tier)
    if after is not None:
        query = query.where(tuple_(points, col(LoyaltyMember.id)) < tuple_(literal(after[0]), literal(after[1])))
    rows = await ctx.session.execute(query.order_by(points.desc(), col(LoyaltyMember.id).desc()).limit(limit))
    return [(member, int(count)) for member, count in rows]


async def standing(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, tuple[str, int]]:
    """Tier and points of those who are members, whatever the actor may see; for models and segments."""
    points = func.coalesce(col(LoyaltyBalance.points), 0)
    query = (
        sql(col(LoyaltyMember.party_id), col(LoyaltyMember.tier), points)
        .outerjoin(
            LoyaltyBalance,
            (col(LoyaltyBalance.member_id) == col(LoyaltyMember.id)) & (col(LoyaltyBalance.account) == Account.MEMBER),
        )
        .where(col(LoyaltyMember.party_id).in_(set(party_ids)), col(LoyaltyMember.state) == MemberState.ACTIVE)
    )
    return {party_id: (tier, int(count)) for party_id, tier, count in await ctx.session.execute(query)}


async def locked(ctx: Context, party_id: UUID) -> LoyaltyMember:
    """Whoever books for the member waits until others have. Raises MemberNotFound."""
    query = select(LoyaltyMember).where(col(LoyaltyMember.party_id) == party_id).with_for_update()
    found = (await ctx.session.scalars(query.execution_options(populate_existing=True))).first()
    if found is None:
        raise MemberNotFound()
    return found


async def member_of(ctx: Context, party_id: UUID) -> LoyaltyMember | None:
    return (await ctx.session.scalars(select(LoyaltyMember).where(col(LoyaltyMember.party_id) == party_id))).first()


async def joined_to(ctx: Context, member_id: UUID) -> list[LoyaltyMember]:
    """Memberships that this one took over."""
    return list(await ctx.session.scalars(select(LoyaltyMember).where(col(LoyaltyMember.joined_id) == member_id)))


async def active_after(ctx: Context, after: UUID | None, limit: int) -> list[LoyaltyMember]:
    """Members in the order of their ids, for whoever goes through all of them."""
    query = select(LoyaltyMember).where(col(LoyaltyMember.state) == MemberState.ACTIVE)
    if after is not None:
        query = query.where(col(LoyaltyMember.id) > after)
    return list(await ctx.session.scalars(query.order_by(col(LoyaltyMember.id)).limit(limit).with_for_update()))


async def count_active(ctx: Context) -> int:
    query = sql(func.count()).select_from(LoyaltyMember).where(col(LoyaltyMember.state) == MemberState.ACTIVE)
    return int(await ctx.session.scalar(query) or 0)
