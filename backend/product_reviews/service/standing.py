"""What every verb on a review begins with: the rule-set in force, the review held and its right asked for."""

from uuid import UUID

from backend.access.context import Context
from backend.audit.trail import Subject
from backend.core.rulesets import Loaded
from backend.product_reviews.errors import WordsMissing
from backend.product_reviews.models import ProductReview, ProductReviewState
from backend.product_reviews.queries import reviews
from backend.product_reviews.rules import Position
from backend.product_reviews.ruleset import ProductReviewRules, product_review_rules


def in_force(ctx: Context) -> Loaded[ProductReviewRules]:
    return product_review_rules(ctx.policies, ctx.now.date())


def require_run(ctx: Context) -> None:
    ctx.require("run", reviews.OBJECT, reviews.facts(ctx))


async def review_for(ctx: Context, review_id: UUID, action: str) -> ProductReview:
    """Held until the transaction ends. Raises ProductReviewNotFound, NotAllowed."""
    row = await reviews.review(ctx, review_id, lock=True)
    ctx.require(action, reviews.OBJECT, reviews.facts(ctx, row))
    return row


def subject(row: ProductReview) -> Subject:
    return reviews.OBJECT, row.id


def position(row: ProductReview) -> Position:
    return Position(ProductReviewState(row.state), row.assignee_id, row.proposed_by)


def apply(row: ProductReview, at: Position) -> None:
    row.state, row.assignee_id, row.proposed_by = at.state, at.assignee_id, at.proposed_by


def written(ctx: Context, words: str | None, field: str = "note") -> str:
    """Raises WordsMissing for nothing and for too much."""
    text, most = (words or "").strip(), in_force(ctx).rules.note_characters
    if not text or len(text) > most:
        raise WordsMissing(most=most, field=field)
    return text


async def tell(ctx: Context, row: ProductReview, what: str) -> None:
    """Codes and identifiers alone."""
    payload = {"product": str(row.product_id), "review": str(row.id), "state": row.state, "cause": row.cause}
    await ctx.emit(f"product_review.{what}", row.id, payload)
