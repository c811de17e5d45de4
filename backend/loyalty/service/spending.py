"""Points spent on a reward, those that expire first first."""

from dataclasses import dataclass
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.loyalty import postings, rules
from backend.loyalty.errors import NotEnoughPoints
from backend.loyalty.models import LoyaltyPosting
from backend.loyalty.queries import ledger
from backend.loyalty.service import loading
from backend.loyalty.service.loading import Asked, active_member, book, repeated, rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnInput:
    """`code` names the reward; `reference` is what the asker knows it by (an order's number)."""

    party_id: UUID
    code: str
    points: int
    reference: str


async def burn(ctx: Context, given: BurnInput) -> LoyaltyPosting:
    """Repeating a reference answers what was booked. Raises NotEnoughPoints, RewardUnknown, RewardUnavailable."""
    reference = loading.reference(given.reference)
    member = await active_member(ctx, given.party_id, "burn")
    loaded, today = rules_of(ctx), ctx.now.date()
    asked = Asked(reference=reference, code=given.code, booked_on=today)
    booked = await repeated(ctx, member, asked, given.points)
    if booked is not None:
        return booked
    rules.reward(loaded.rules, given.code, given.points)
    lots = await ledger.lots(ctx, member.id)
    what = postings.burned(lots, given.points, today)
    if what is None:
        raise NotEnoughPoints(field="points", available=postings.available(lots, today), points=given.points)
    return await book(ctx, member, new_id(), what, asked, loaded.sha256)
