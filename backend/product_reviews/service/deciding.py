"""How a review is decided: signed by one, signed by a second, and followed by the steps of the product."""

from dataclasses import replace
from uuid import UUID

from backend.access.context import Context
from backend.audit.trail import Trail
from backend.core.actor import system_actor
from backend.product_reviews import rules
from backend.product_reviews.models import PackState, ProductDecision, ProductReview, Severity
from backend.product_reviews.queries import packs, reviews
from backend.product_reviews.rules import Finding, Verdict
from backend.product_reviews.service.standing import apply, in_force, position, review_for, subject, tell, written
from backend.products import moving
from backend.products import queries as products
from backend.products.models import MoveState, ProductRisk, ProductState


async def propose(ctx: Context, review_id: UUID, verdict: Verdict) -> ProductReview:
    """The first signature, on the newest pack. Run it SERIALIZABLE.

    Raises PackMissing, DecisionReasonUnknown, DecisionNotPossible, FindingMissing, ActionMissing, ChannelsMissing.
    """
    row, loaded = await review_for(ctx, review_id, "decide"), in_force(ctx)
    at = rules.propose(position(row), ctx.actor.id)
    pack = await packs.newest_of(ctx, row.id)
    ready = pack if pack is not None and pack.state == PackState.READY else None
    product = await products.product(ctx, row.product_id)
    findings, channels = await _findings(ctx, row), await sold_through(ctx, row.product_id)
    state = ProductState(product.state)
    rules.decidable(loaded.rules, verdict, state, findings, channels, packed=ready is not None)
    note = None if verdict.note is None and verdict.decision is ProductDecision.CONTINUE else written(ctx, verdict.note)
    async with ctx.audit("product_review.propose", subject(row), reason=verdict.reason, ruleset=loaded.sha256):
        apply(row, at)
        row.proposal, row.proposal_reason, row.note = verdict.decision, verdict.reason, note
        row.channels, row.proposed_at = sorted(verdict.channels), ctx.now
        row.pack_id = None if ready is None else ready.id
    await tell(ctx, row, "proposed")
    return row


async def sign(ctx: Context, review_id: UUID) -> ProductReview:
    """The second signature decides, and the product follows. Run it SERIALIZABLE.

    Raises SecondSignatureMissing for whoever signed first, DecisionNotPossible when the product moved meanwhile.
    """
    row, loaded = await review_for(ctx, review_id, "approve"), in_force(ctx)
    at = rules.sign(position(row), ctx.actor.id)
    product = await products.product(ctx, row.product_id)
    steps = rules.steps(ProductDecision(row.proposal or ""), ProductState(product.state))
    following = rules.planned_on(loaded.rules, ProductRisk(product.risk), ctx.now.date())
    async with ctx.audit("product_review.sign", subject(row), reason=row.proposal_reason, ruleset=loaded.sha256):
        apply(row, at)
        row.signed_by, row.decided_at, row.decision = ctx.actor.id, ctx.now, row.proposal
        row.next_review_on = following
    await _follow(ctx, row, steps)
    await tell(ctx, row, "decided")
    return row


async def send_back(ctx: Context, review_id: UUID) -> ProductReview:
    """The second person does not agree; whoever signed first looks again. Run it SERIALIZABLE."""
    row = await review_for(ctx, review_id, "approve")
    at = rules.send_back(position(row), ctx.actor.id)
    async with ctx.audit("product_review.send_back", subject(row), reason=row.proposal_reason):
        apply(row, at)
        row.proposal = row.proposal_reason = row.proposed_at = row.pack_id = None
        row.channels = []
    await tell(ctx, row, "sent_back")
    return row


async def _follow(ctx: Context, row: ProductReview, steps: tuple[ProductState, ...]) -> None:
    """Takes the steps that the gates let through; the first that waits for signatures stays open on the product.

    The platform proposes them, so that neither signer of the review is barred from signing the step of the product.
    """
    system = system_actor(ctx.actor.tenant_id, ctx.actor.request_id)
    platform = replace(ctx, actor=system, trail=Trail(ctx.session, system, ctx.now, ctx.trail.rulesets))
    for target in steps:
        reason = f"product review {row.id}: {row.decision}"
        if target is ProductState.UNDER_REVIEW and await _on_sale(platform, row.product_id):
            move = await moving.suspend(platform, row.product_id, reason)
        else:
            move = await moving.propose(platform, row.product_id, target, reason=reason)
        if move.state == MoveState.OPEN:
            return


async def _on_sale(ctx: Context, product_id: UUID) -> bool:
    return (await products.product(ctx, product_id)).state == ProductState.ON_SALE


async def _findings(ctx: Context, row: ProductReview) -> list[Finding]:
    actions = await reviews.actions_of(ctx, [row.id])
    return [
        Finding(each.number, Severity(each.severity), len(actions.get(each.id, [])))
        for each in (await reviews.findings_of(ctx, [row.id])).get(row.id, [])
    ]


async def sold_through(ctx: Context, product_id: UUID) -> frozenset[str]:
    """The channels of the newest version that is or was on sale."""
    versions = (await products.versions_of(ctx, [product_id])).get(product_id, ())
    sold = next((each for each in versions if each.effective_from is not None), None)
    return frozenset() if sold is None else frozenset(c.value for c in products.definition_of(sold).channels)
