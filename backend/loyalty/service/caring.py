"""Care plans: begun and ended with the tier that brings them; each step is done by somebody and comes again."""

from datetime import date, timedelta
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.queries.sight import facts
from backend.loyalty.errors import CareStepClosed
from backend.loyalty.models import LoyaltyCare, LoyaltyCareStep, LoyaltyMember
from backend.loyalty.queries import care
from backend.loyalty.queries.members import OBJECT
from backend.loyalty.ruleset import CareStep, Programme
from backend.loyalty.service.loading import rules_of


async def fit_care(ctx: Context, member: LoyaltyMember, loaded: Loaded[Programme]) -> LoyaltyCare | None:
    """The plan of the member's tier; another one that was open ends."""
    tier = loaded.rules.tier(member.tier)
    plan = None if tier is None else loaded.rules.plan(tier.care)
    standing = await care.care_of(ctx, member.id)
    if standing is not None and plan is not None and standing.plan == plan.code:
        return standing
    await end_care(ctx, member)
    if plan is None:
        return None
    today = ctx.now.date()
    begun = LoyaltyCare(
        id=new_id(),
        tenant_id=member.tenant_id,
        member_id=member.id,
        party_id=member.party_id,
        plan=plan.code,
        ruleset=loaded.sha256,
        since=today,
    )
    async with ctx.audit("loyalty.care_start", ("party", member.party_id), reason=plan.code, ruleset=loaded.sha256):
        ctx.session.add(begun)
        await ctx.session.flush()
        for step in plan.steps:
            ctx.session.add(_step(begun, step, today + timedelta(days=step.first_after_days)))
    return begun


def _step(of: LoyaltyCare, step: CareStep, due_on: date) -> LoyaltyCareStep:
    return LoyaltyCareStep(
        id=new_id(),
        tenant_id=of.tenant_id,
        care_id=of.id,
        party_id=of.party_id,
        kind=step.kind,
        code=step.code,
        due_on=due_on,
    )


async def end_care(ctx: Context, member: LoyaltyMember) -> None:
    """What was still to be done is dropped."""
    standing = await care.care_of(ctx, member.id)
    if standing is None:
        return
    dropped = [row for row in (await care.steps_of(ctx, [standing.id])).get(standing.id, []) if row.closed_at is None]
    async with ctx.audit("loyalty.care_end", ("party", member.party_id), reason=standing.plan):
        standing.ended_on = ctx.now.date()
        for row in dropped:
            row.closed_at, row.closed_by = ctx.now, ctx.actor.id
    for row in dropped:
        await _tell(ctx, row)


async def complete_step(ctx: Context, step_id: UUID, words: str = "") -> LoyaltyCareStep:
    """`words` say how it went. The step comes again where the plan says so. Raises CareStepClosed."""
    row = await care.care_step(ctx, step_id)
    ctx.require("care", OBJECT, await facts(ctx, row.party_id))
    if row.closed_at is not None:
        raise CareStepClosed()
    of = await ctx.session.get_one(LoyaltyCare, row.care_id)
    loaded = rules_of(ctx)
    plan = loaded.rules.plan(of.plan)
    step = None if plan is None else plan.step(row.code)
    await ctx.vault.load([row.party_id])
    said = words.strip() or None
    async with ctx.audit("loyalty.care_done", ("party", row.party_id), reason=row.code, ruleset=loaded.sha256):
        row.done, row.closed_at, row.closed_by = True, ctx.now, ctx.actor.id
        row.words = ctx.vault.seal_optional("loyalty_care_step", "words", row.id, row.party_id, said)
        await ctx.session.flush()
        if step is not None and step.every_days is not None and of.ended_on is None:
            ctx.session.add(_step(of, step, ctx.now.date() + timedelta(days=step.every_days)))
    await _tell(ctx, row)
    return row


async def _tell(ctx: Context, row: LoyaltyCareStep) -> None:
    await ctx.emit("loyalty.care_closed", row.id, {"customer": str(row.party_id), "step": row.code})
