"""Of two records that are one customer the survivor's membership goes on; what the other could spend comes to it.

Points move by postings in both ledgers: each sums to zero by itself, and over all members nothing stands on the account
between the two. Each lot keeps its last day. What the other earned counts towards the survivor's tier.
"""

from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.following import move, records_of
from backend.loyalty import postings
from backend.loyalty.models import LoyaltyCare, LoyaltyCareStep, LoyaltyMember, MemberState
from backend.loyalty.postings import Lot, Posting
from backend.loyalty.queries import ledger, members
from backend.loyalty.ruleset import Programme
from backend.loyalty.service.caring import end_care
from backend.loyalty.service.expiring import CODE as EXPIRY
from backend.loyalty.service.loading import Asked, book, rules_of
from backend.loyalty.service.tiers import look_at_tier

MERGED: Final = "merged"


async def follow(ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
    """Within a merge that two people stand behind; one who left the programme brings nothing."""
    theirs, mine = await members.member_of(ctx, loser_id), await members.member_of(ctx, survivor_id)
    if theirs is not None and mine is None:
        await _whole(ctx, theirs, loser_id, survivor_id)
    elif theirs is not None and theirs.state == MemberState.ACTIVE:
        await _joined(ctx, await members.locked(ctx, loser_id), await members.locked(ctx, survivor_id))


async def _whole(ctx: Context, member: LoyaltyMember, loser_id: UUID, survivor_id: UUID) -> None:
    for rows in ([member], *[await records_of(ctx, model, loser_id) for model in (LoyaltyCare, LoyaltyCareStep)]):
        await move(ctx, rows, loser_id, survivor_id)


async def _joined(ctx: Context, theirs: LoyaltyMember, mine: LoyaltyMember) -> None:
    loaded = rules_of(ctx)
    await end_care(ctx, theirs)
    await _hand_over(ctx, theirs, mine, loaded)
    formers = await members.joined_to(ctx, theirs.id)
    higher = _threshold(loaded.rules, theirs.tier) > _threshold(loaded.rules, mine.tier)
    async with ctx.audit("loyalty.join", ("party", mine.party_id), ruleset=loaded.sha256):
        if mine.state == MemberState.LEFT:
            mine.state, mine.left_at, mine.left_reason = MemberState.ACTIVE, None, None
        if higher:
            mine.tier, mine.tier_since, mine.tier_reason = theirs.tier, theirs.tier_since, theirs.tier_reason
        theirs.state, theirs.left_at, theirs.left_reason = MemberState.LEFT, ctx.now, MERGED
        for member in (theirs, *formers):
            member.joined_id = mine.id
    await ctx.emit("loyalty.joined", mine.id, {"customer": str(mine.party_id), "former": str(theirs.party_id)})
    await look_at_tier(ctx, mine, loaded)


def _threshold(under: Programme, code: str) -> int:
    tier = under.tier(code)
    return 0 if tier is None else tier.threshold


async def _hand_over(ctx: Context, theirs: LoyaltyMember, mine: LoyaltyMember, loaded: Loaded[Programme]) -> None:
    """References name the other side, so that a lot is handed over once. What has expired is written off before."""
    today = ctx.now.date()
    gone = postings.expired(await ledger.lots(ctx, theirs.id), today)
    if gone is not None:
        await _book(ctx, theirs, gone, EXPIRY, f"expiry:{today.isoformat()}", loaded.sha256)
    lots = await ledger.lots(ctx, theirs.id)
    given = postings.given(lots)
    if given is None:
        return
    await _book(ctx, theirs, given, MERGED, f"merged:{mine.id}", loaded.sha256)
    for lot in lots:
        await _receive(ctx, mine, lot, loaded.sha256)


async def _receive(ctx: Context, member: LoyaltyMember, lot: Lot, ruleset: str) -> None:
    posting_id = new_id()
    asked = Asked(reference=f"merged:{lot.id}", code=MERGED, booked_on=ctx.now.date())
    await book(ctx, member, posting_id, postings.received(posting_id, lot), asked, ruleset)


async def _book(ctx: Context, member: LoyaltyMember, what: Posting, code: str, reference: str, ruleset: str) -> None:
    asked = Asked(reference=reference, code=code, booked_on=ctx.now.date())
    await book(ctx, member, new_id(), what, asked, ruleset)
