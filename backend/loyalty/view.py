"""A member as people and partners are shown them: points, what expires next, the tier with its reason, and care."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backend.access.context import Context
from backend.loyalty import postings, rules
from backend.loyalty.models import LoyaltyCare, LoyaltyCareStep, LoyaltyMember
from backend.loyalty.postings import Lot
from backend.loyalty.queries import care, ledger
from backend.loyalty.rules import TierDecision
from backend.loyalty.ruleset import Programme, programme
from backend.privacy.errors import DataKeyDestroyed

_SOON: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Standing:
    """`available` can be spent today; `expiring` of it end within 90 days. `qualifying` count towards the tier."""

    programme: Programme
    available: int
    expiring: int
    lots: tuple[Lot, ...]
    qualifying: int
    tier: TierDecision


async def standing_of(ctx: Context, member: LoyaltyMember) -> Standing:
    today = ctx.now.date()
    under = programme(ctx.policies, today).rules
    lots = [lot for lot in await ledger.lots(ctx, member.id) if lot.expires_on > today]
    counted = await ledger.qualifying(ctx, [member.id], under.tier_window_months, today)
    points = counted.get(member.id, 0)
    return Standing(
        programme=under,
        available=postings.available(lots, today),
        expiring=sum(lot.left for lot in lots if lot.expires_on <= today + _SOON),
        lots=tuple(lots),
        qualifying=points,
        tier=rules.tier_of(under, member.tier, member.tier_since, member.tier_reason, points, today),
    )


@dataclass(frozen=True, slots=True)
class Care:
    care: LoyaltyCare
    steps: tuple[LoyaltyCareStep, ...]


async def care_of(ctx: Context, member: LoyaltyMember) -> Care | None:
    standing = await care.care_of(ctx, member.id)
    if standing is None:
        return None
    steps: Sequence[LoyaltyCareStep] = (await care.steps_of(ctx, [standing.id])).get(standing.id, [])
    return Care(standing, tuple(steps))


async def step_words(ctx: Context, step: LoyaltyCareStep) -> str | None:
    """How a step went; noted as read, None once the key was destroyed."""
    if step.words is None:
        return None
    await ctx.vault.load([step.party_id])
    try:
        words = ctx.vault.open("loyalty_care_step", "words", step.id, step.party_id, step.words)
    except DataKeyDestroyed:
        return None
    ctx.saw(("party", step.party_id), "loyalty_care_words")
    return words


def late(step: LoyaltyCareStep, today: date) -> bool:
    return step.closed_at is None and step.due_on < today
