"""Redress: proposed, signed by a second person above the proposer's authority, paid. Exact money."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.complaints import queries, rules, stages
from backend.complaints.errors import RedressInvalid, RedressNotOpen, RedressNotOwed
from backend.complaints.models import Complaint, ComplaintRedress, RedressState
from backend.complaints.queries import OBJECT
from backend.complaints.ruleset import known
from backend.complaints.service.loading import complaint_for, handling, step, tell
from backend.core.ids import new_id
from backend.core.money import Money

_PLACES: Final = 2
_OVER: Final = frozenset({RedressState.REJECTED})


async def propose(ctx: Context, complaint_id: UUID, kind: str, given: Money) -> ComplaintRedress:
    """Approved at once within the proposer's authority; what the complaint was given before counts towards it."""
    row = await complaint_for(ctx, complaint_id, "handle")
    rules.standing(row.state, stages.OPEN)
    loaded = handling(ctx)
    known(kind, loaded.rules.redress_kinds, "kind")
    if given.amount <= 0 or given.amount != given.amount.quantize(Decimal(1).scaleb(-_PLACES)):
        raise RedressInvalid(field="amount", places=_PLACES, currency=given.currency)
    if not rules.earns(loaded.rules, row.outcome, kind):
        raise RedressNotOwed(field="kind")
    before = await _given(ctx, row, given.currency)
    needs = rules.needs_signature(loaded.rules, ctx.actor.roles, given, before)
    redress = ComplaintRedress(
        id=new_id(),
        tenant_id=row.tenant_id,
        complaint_id=row.id,
        kind=kind,
        amount=given.amount,
        currency=given.currency,
        state=RedressState.PROPOSED if needs else RedressState.APPROVED,
        needs_signature=needs,
        ruleset=loaded.sha256,
        proposed_by=ctx.actor.id,
        proposed_at=ctx.now,
    )
    async with ctx.audit("complaint.redress_propose", (OBJECT, row.id), reason=kind, ruleset=loaded.sha256):
        ctx.session.add(redress)
        step(ctx, row, "redress_proposed" if needs else "redress_approved", kind)
    await tell(ctx, row, "redress_proposed")
    return redress


async def _given(ctx: Context, row: Complaint, currency: str) -> Decimal:
    found = (await queries.redress(ctx, [row.id])).get(row.id, [])
    return sum((each.amount for each in found if each.currency == currency and each.state not in _OVER), Decimal())


async def sign(ctx: Context, redress_id: UUID) -> ComplaintRedress:
    """By somebody else than who proposed it; run SERIALIZABLE."""
    return await _decide(ctx, redress_id, RedressState.APPROVED, "sign")


async def reject(ctx: Context, redress_id: UUID) -> ComplaintRedress:
    return await _decide(ctx, redress_id, RedressState.REJECTED, "reject")


async def _decide(ctx: Context, redress_id: UUID, state: RedressState, verb: str) -> ComplaintRedress:
    redress = await queries.one_redress(ctx, redress_id)
    row = await complaint_for(ctx, redress.complaint_id, "approve", redress.proposed_by)
    if redress.state != RedressState.PROPOSED:
        raise RedressNotOpen(state=redress.state)
    async with ctx.audit(f"complaint.redress_{verb}", (OBJECT, row.id), reason=redress.kind, ruleset=redress.ruleset):
        redress.state, redress.signed_by, redress.signed_at = state, ctx.actor.id, ctx.now
        step(ctx, row, f"redress_{state.value}", redress.kind)
    await tell(ctx, row, f"redress_{state.value}")
    return redress


async def pay(ctx: Context, redress_id: UUID) -> ComplaintRedress:
    """Records that the money went out; the payment itself is made where accounts are kept."""
    redress = await queries.one_redress(ctx, redress_id)
    row = await complaint_for(ctx, redress.complaint_id, "handle")
    if redress.state != RedressState.APPROVED:
        raise RedressNotOpen(state=redress.state)
    async with ctx.audit("complaint.redress_pay", (OBJECT, row.id), reason=redress.kind):
        redress.state, redress.paid_by, redress.paid_at = RedressState.PAID, ctx.actor.id, ctx.now
        step(ctx, row, "redress_paid", redress.kind)
    await tell(ctx, row, "redress_paid")
    return redress
