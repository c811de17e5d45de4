"""Joining the programme, which takes consent, and leaving it, which ends all points."""

from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers.queries.sight import facts
from backend.customers.service.loading import party_for
from backend.loyalty import consents, postings
from backend.loyalty.consents import Agreement
from backend.loyalty.errors import AlreadyMember, ConsentMissing, MemberNotFound
from backend.loyalty.models import LoyaltyMember, MemberState, TierReason
from backend.loyalty.queries import ledger, members
from backend.loyalty.queries.members import OBJECT
from backend.loyalty.service.caring import end_care
from backend.loyalty.service.loading import Asked, book, rules_of

LEFT_CODE: Final = "left"


async def enrol(ctx: Context, party_id: UUID, agreement: Agreement | None = None) -> LoyaltyMember:
    """`agreement` is recorded unless the customer's consent is in force. Raises ConsentMissing, AlreadyMember."""
    await party_for(ctx, party_id, "enrol", OBJECT)
    loaded = rules_of(ctx)
    await _agreed(ctx, party_id, loaded.rules.purpose, agreement)
    member = await members.member_of(ctx, party_id)
    if member is not None and member.state == MemberState.ACTIVE:
        raise AlreadyMember()
    if member is None:
        member = LoyaltyMember(
            id=new_id(),
            tenant_id=ctx.actor.tenant_id,
            party_id=party_id,
            enrolled_at=ctx.now,
            enrolled_by=ctx.actor.id,
            ruleset=loaded.sha256,
            tier=loaded.rules.tiers[0].code,
            tier_since=ctx.now.date(),
        )
    async with ctx.audit("loyalty.enrol", ("party", party_id), ruleset=loaded.sha256):
        member.state, member.left_at, member.left_reason = MemberState.ACTIVE, None, None
        member.enrolled_at, member.enrolled_by = ctx.now, ctx.actor.id
        member.tier, member.tier_since = loaded.rules.tiers[0].code, ctx.now.date()
        member.tier_reason, member.tier_points = TierReason.ENROLLED, 0
        ctx.session.add(member)
    await ctx.emit("loyalty.enrolled", member.id, {"customer": str(party_id)})
    return member


async def _agreed(ctx: Context, party_id: UUID, purpose: str, agreement: Agreement | None) -> None:
    kept = consents.registered()
    if party_id in await kept.given(ctx, [party_id], purpose):
        return
    if agreement is None:
        raise ConsentMissing()
    await kept.record(ctx, party_id, purpose, agreement)


async def leave(ctx: Context, party_id: UUID, reason: str = "request") -> LoyaltyMember:
    """What is left of the points ends with the membership; consent, where it is in force, is withdrawn with it."""
    ctx.require("enrol", OBJECT, await facts(ctx, party_id))
    purpose = rules_of(ctx).rules.purpose
    kept = consents.registered()
    if party_id in await kept.given(ctx, [party_id], purpose):
        await kept.withdraw(ctx, party_id, purpose)
    return await end(ctx, party_id, reason)


async def end(ctx: Context, party_id: UUID, reason: str) -> LoyaltyMember:
    """Part of a use case whose right was required there. Raises MemberNotFound for whoever is none any more."""
    member = await members.locked(ctx, party_id)
    if member.state != MemberState.ACTIVE:
        raise MemberNotFound()
    await end_care(ctx, member)
    gone = postings.forfeited(await ledger.lots(ctx, member.id))
    if gone is not None:
        asked = Asked(reference=f"left:{ctx.now:%Y%m%d%H%M%S%f}", code=LEFT_CODE, booked_on=ctx.now.date())
        await book(ctx, member, new_id(), gone, asked, rules_of(ctx).sha256)
    async with ctx.audit("loyalty.leave", ("party", party_id), reason=reason):
        member.state, member.left_at, member.left_reason = MemberState.LEFT, ctx.now, reason
    await ctx.emit("loyalty.left", member.id, {"customer": str(party_id), "reason": reason})
    return member
