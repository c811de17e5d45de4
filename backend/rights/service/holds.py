"""Legal holds: placed by one person and confirmed by another, lifted the same way; protecting all the while."""

from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers.queries.sight import facts
from backend.rights import queries
from backend.rights.errors import HoldState as WrongState
from backend.rights.models import HoldState, LegalHold
from backend.rights.rulesets import request_rules
from backend.rights.service.loading import hold_for, known, lock


async def place_hold(ctx: Context, party_id: UUID, reason: str, reference: str | None = None) -> LegalHold:
    """Counts at once. `reference` is a file number, no prose. Raises ErasedAlready."""
    ctx.require("place", "legal_hold", await facts(ctx, party_id))
    own = request_rules(ctx.policies, await queries.jurisdiction(ctx), ctx.now.date())
    known(reason, own.rules.hold_reasons, "reason")
    await lock(ctx, party_id)
    hold = LegalHold(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        reason=reason,
        reference=reference,
        placed_by=ctx.actor.id,
        placed_at=ctx.now,
    )
    async with ctx.audit("legal_hold.place", ("party", party_id), reason=reason, ruleset=own.sha256):
        ctx.session.add(hold)
    await ctx.emit("legal_hold.placed", hold.id, {"party": str(party_id)})
    return hold


async def confirm_hold(ctx: Context, hold_id: UUID) -> LegalHold:
    hold = await hold_for(ctx, hold_id, "confirm", "placed_by")
    await _move(ctx, hold, HoldState.PLACED, HoldState.IN_FORCE, "legal_hold.confirm")
    return hold


async def reject_hold(ctx: Context, hold_id: UUID) -> LegalHold:
    hold = await hold_for(ctx, hold_id, "confirm", "placed_by")
    await _move(ctx, hold, HoldState.PLACED, HoldState.REJECTED, "legal_hold.reject")
    return hold


async def propose_lift(ctx: Context, hold_id: UUID) -> LegalHold:
    hold = await hold_for(ctx, hold_id, "place")
    if hold.state != HoldState.IN_FORCE:
        raise WrongState(state=hold.state)
    async with ctx.audit("legal_hold.propose_lift", ("party", hold.party_id), reason=hold.reason):
        hold.state, hold.lift_proposed_by, hold.lift_proposed_at = HoldState.LIFT_PROPOSED, ctx.actor.id, ctx.now
    return hold


async def lift_hold(ctx: Context, hold_id: UUID) -> LegalHold:
    """From now on the ordinary periods count again."""
    hold = await hold_for(ctx, hold_id, "confirm", "lift_proposed_by")
    if hold.state != HoldState.LIFT_PROPOSED:
        raise WrongState(state=hold.state)
    async with ctx.audit("legal_hold.lift", ("party", hold.party_id), reason=hold.reason):
        hold.state, hold.lifted_by, hold.lifted_at = HoldState.LIFTED, ctx.actor.id, ctx.now
    await ctx.emit("legal_hold.lifted", hold.id, {"party": str(hold.party_id)})
    return hold


async def keep_hold(ctx: Context, hold_id: UUID) -> LegalHold:
    """The second person does not agree to lift it."""
    hold = await hold_for(ctx, hold_id, "confirm", "lift_proposed_by")
    if hold.state != HoldState.LIFT_PROPOSED:
        raise WrongState(state=hold.state)
    async with ctx.audit("legal_hold.keep", ("party", hold.party_id), reason=hold.reason):
        hold.state, hold.lift_proposed_by, hold.lift_proposed_at = HoldState.IN_FORCE, None, None
    return hold


async def _move(ctx: Context, hold: LegalHold, was: HoldState, becomes: HoldState, action: str) -> None:
    if hold.state != was:
        raise WrongState(state=hold.state)
    async with ctx.audit(action, ("party", hold.party_id), reason=hold.reason):
        hold.state, hold.confirmed_by, hold.confirmed_at = becomes, ctx.actor.id, ctx.now
