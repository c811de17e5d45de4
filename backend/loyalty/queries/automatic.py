"""What was booked by itself, with what became of it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy import select as sql
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.access.context import Context
from backend.core.money import Money
from backend.loyalty.automatic import PREFIX, Booked
from backend.loyalty.models import LoyaltyMember, LoyaltyPosting, PostingKind


async def booked(ctx: Context, member_ids: Collection[UUID], since: date) -> dict[UUID, list[Booked]]:
    """By member, those of memberships that they took over among them; of days from `since` on."""
    undone, member = aliased(LoyaltyPosting), col(LoyaltyMember.id)
    query = (
        sql(func.coalesce(col(LoyaltyMember.joined_id), member), LoyaltyPosting, col(undone.code))
        .join(LoyaltyMember, member == col(LoyaltyPosting.member_id))
        .outerjoin(undone, col(undone.reverses_id) == col(LoyaltyPosting.id))
        .where(
            or_(member.in_(set(member_ids)), col(LoyaltyMember.joined_id).in_(set(member_ids))),
            col(LoyaltyPosting.kind) == PostingKind.EARN,
            col(LoyaltyPosting.reference).startswith(PREFIX),
            col(LoyaltyPosting.booked_on) >= since,
        )
    )
    found: dict[UUID, list[Booked]] = defaultdict(list)
    for member_id, row, reason in await ctx.session.execute(query):
        amount = None if row.amount is None else Money(row.amount, row.currency or "")
        found[member_id].append(Booked(row.id, row.reference, row.booked_on, amount, row.product_code, reason))
    return found
