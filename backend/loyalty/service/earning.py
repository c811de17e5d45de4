"""Points earned: by what the customer did, under the rule for it, once for each reference."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.core.money import Money
from backend.core.periods import months_later
from backend.loyalty import postings, rules
from backend.loyalty.errors import NothingEarned
from backend.loyalty.models import LoyaltyPosting
from backend.loyalty.queries import ledger
from backend.loyalty.service import loading
from backend.loyalty.service.loading import Asked, active_member, book, repeated, rules_of
from backend.loyalty.service.tiers import look_at_tier


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnInput:
    """`reference` is what the asker knows it by (a payment's number); `booked_on` None is today."""

    party_id: UUID
    code: str
    reference: str
    amount: Money | None = None
    product_code: str | None = None
    booked_on: date | None = None


async def earn(ctx: Context, given: EarnInput) -> LoyaltyPosting:
    """Repeating a reference answers what was booked. Raises NothingEarned and what the programme's rules raise."""
    reference = loading.reference(given.reference)
    member = await active_member(ctx, given.party_id, "earn")
    loaded = rules_of(ctx)
    asked = Asked(
        reference=reference,
        code=given.code,
        booked_on=given.booked_on or ctx.now.date(),
        product_code=given.product_code,
        amount=given.amount,
    )
    booked = await repeated(ctx, member, asked)
    if booked is not None:
        return booked
    booked_on = loading.day(ctx, given.booked_on, loaded.rules)
    rule = rules.earn_rule(loaded.rules, given.code, given.product_code)
    earned = await ledger.earned_in_month(ctx, member.id, rule.code, booked_on)
    points = rules.points_for(loaded.rules, rule, given.amount, member.tier, earned)
    if not points:
        raise NothingEarned()
    posting_id = new_id()
    what = postings.earned(posting_id, points, months_later(booked_on, loaded.rules.expiry_months))
    row = await book(ctx, member, posting_id, what, asked, loaded.sha256)
    await look_at_tier(ctx, member, loaded)
    return row
