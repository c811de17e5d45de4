"""What people do with a review before it is decided: take it, write findings down, turn them into actions."""

from datetime import date, timedelta
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.product_reviews import rules
from backend.product_reviews.errors import (
    DueDayInvalid,
    OwnerUnknown,
    ProductReviewStateForbids,
    SectionUnknown,
)
from backend.product_reviews.models import (
    ActionState,
    ProductReview,
    ProductReviewAction,
    ProductReviewFinding,
    Severity,
)
from backend.product_reviews.queries import reviews
from backend.product_reviews.rules import Verb
from backend.product_reviews.service.standing import apply, in_force, position, review_for, subject, written

SECTIONS = ("sales", "persistency", "claims", "complaints", "expected", "value", "fairness", "vulnerable", "drift")


async def take(ctx: Context, review_id: UUID) -> ProductReview:
    row = await review_for(ctx, review_id, "work")
    at = rules.take(position(row), ctx.actor.id)
    async with ctx.audit("product_review.take", subject(row)):
        apply(row, at)
        row.started_at = row.started_at or ctx.now
    return row


async def release(ctx: Context, review_id: UUID) -> ProductReview:
    row = await review_for(ctx, review_id, "work")
    at = rules.release(position(row), ctx.actor.id)
    async with ctx.audit("product_review.release", subject(row)):
        apply(row, at)
    return row


async def find(ctx: Context, review_id: UUID, section: str, severity: Severity, words: str) -> ProductReviewFinding:
    """Raises SectionUnknown, WordsMissing."""
    row = await review_for(ctx, review_id, "work")
    rules.mine(position(row), Verb.FIND, ctx.actor.id)
    if section not in SECTIONS:
        raise SectionUnknown(section=section, field="section")
    text = written(ctx, words, "words")
    before = (await reviews.findings_of(ctx, [row.id])).get(row.id, [])
    found = ProductReviewFinding(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        review_id=row.id,
        product_id=row.product_id,
        number=max((each.number for each in before), default=0) + 1,
        section=section,
        severity=severity,
        words=text,
        raised_by=ctx.actor.id,
        raised_at=ctx.now,
    )
    async with ctx.audit("product_review.find", subject(row), reason=section):
        ctx.session.add(found)
    return found


async def set_action(
    ctx: Context, review_id: UUID, finding_id: UUID, words: str, owner_id: UUID, due_on: date
) -> ProductReviewAction:
    """Raises FindingNotFound, OwnerUnknown, DueDayInvalid, WordsMissing."""
    row = await review_for(ctx, review_id, "work")
    rules.mine(position(row), Verb.FIND, ctx.actor.id)
    finding = await reviews.finding(ctx, row.id, finding_id)
    longest, today = in_force(ctx).rules.actions.longest_days, ctx.now.date()
    if not today < due_on <= today + timedelta(days=longest):
        raise DueDayInvalid(most=longest, field="dueOn")
    if not await reviews.active_colleague(ctx, owner_id):
        raise OwnerUnknown(field="ownerId")
    action = ProductReviewAction(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        finding_id=finding.id,
        review_id=row.id,
        product_id=row.product_id,
        words=written(ctx, words, "words"),
        owner_id=owner_id,
        due_on=due_on,
        set_by=ctx.actor.id,
        set_at=ctx.now,
    )
    async with ctx.audit("product_review.set_action", subject(row)):
        ctx.session.add(action)
    payload = {"product": str(row.product_id), "review": str(row.id), "owner": str(owner_id), "due": str(due_on)}
    await ctx.emit("product_action.set", action.id, payload)
    return action


async def end_action(ctx: Context, action_id: UUID, state: ActionState, words: str) -> ProductReviewAction:
    """By its owner or by whoever works on reviews, also after the review is decided. Raises WordsMissing."""
    action, row = await reviews.action(ctx, action_id)
    if action.owner_id != ctx.actor.id or state is ActionState.DROPPED:
        ctx.require("work", reviews.OBJECT, reviews.facts(ctx, row))
    if action.state != ActionState.OPEN or state is ActionState.OPEN:
        raise ProductReviewStateForbids(state=action.state, verb=state.value)
    text = written(ctx, words, "words")
    async with ctx.audit("product_review.end_action", subject(row), reason=state.value):
        action.state, action.outcome = state, text
        action.ended_by, action.ended_at = ctx.actor.id, ctx.now
    return action
