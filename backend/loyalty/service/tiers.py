"""The tier of a member: looked at when points come or go, and over everybody by night; changed with its reason."""

from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.rulesets import Loaded
from backend.loyalty import rules
from backend.loyalty.models import LoyaltyMember, TierReason
from backend.loyalty.queries import ledger, members
from backend.loyalty.queries.members import OBJECT
from backend.loyalty.rules import TierDecision
from backend.loyalty.ruleset import Programme
from backend.loyalty.service.caring import fit_care
from backend.loyalty.service.loading import rules_of


async def look_at_tier(ctx: Context, member: LoyaltyMember, loaded: Loaded[Programme]) -> TierDecision:
    months = loaded.rules.tier_window_months
    points = await ledger.qualifying(ctx, [member.id], months, ctx.now.date())
    return await _settle(ctx, member, loaded, points.get(member.id, 0))


async def review_tiers(ctx: Context, after: UUID | None, limit: int = 100) -> tuple[UUID | None, int, int]:
    """The next members in the order of their ids: where it ended (None at the end), how many, how many changed."""
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    loaded = rules_of(ctx)
    batch = await members.active_after(ctx, after, limit)
    months = loaded.rules.tier_window_months
    points = await ledger.qualifying(ctx, [each.id for each in batch], months, ctx.now.date())
    changed = 0
    for member in batch:
        before = member.tier
        await _settle(ctx, member, loaded, points.get(member.id, 0))
        changed += member.tier != before
    return (batch[-1].id if len(batch) == limit else None), len(batch), changed


async def _settle(ctx: Context, member: LoyaltyMember, loaded: Loaded[Programme], points: int) -> TierDecision:
    decided = rules.tier_of(loaded.rules, member.tier, member.tier_since, member.tier_reason, points, ctx.now.date())
    before = member.tier
    if (decided.tier.code, decided.reason) == (before, TierReason(member.tier_reason)):
        return decided
    async with ctx.audit("loyalty.tier", ("party", member.party_id), reason=decided.reason, ruleset=loaded.sha256):
        member.tier, member.tier_since = decided.tier.code, decided.since
        member.tier_reason, member.tier_points = decided.reason, points
    if decided.tier.code != before:
        await fit_care(ctx, member, loaded)
        payload = {"customer": str(member.party_id), "from": before, "to": member.tier, "reason": decided.reason.value}
        await ctx.emit("loyalty.tier_changed", member.id, payload)
    return decided
