"""The clocks of product reviews: late ones are told, owners of actions are reminded, late actions are told."""

from backend.access.context import Context
from backend.product_reviews import rules
from backend.product_reviews.models import ProductReviewAction
from backend.product_reviews.queries import reviews
from backend.product_reviews.service.standing import in_force, require_run, subject, tell


async def watch(ctx: Context, limit: int) -> int:
    """For the schedule: of how many reviews and actions the clock said something; call again while it does."""
    require_run(ctx)
    late = await reviews.late(ctx, limit)
    for row in late:
        async with ctx.audit("product_review.escalate", subject(row), reason="overdue"):
            row.escalated_at = ctx.now
        await tell(ctx, row, "overdue")
    rules_, today = in_force(ctx).rules, ctx.now.date()
    actions = await reviews.actions_to_tell(ctx, rules_.actions.remind_days_before, today, limit)
    for action in actions:
        await _tell(ctx, action)
    return len(late) + len(actions)


async def _tell(ctx: Context, action: ProductReviewAction) -> None:
    """`reminders` counts those whose day has come; a late one is told once as late."""
    rules_, today = in_force(ctx).rules, ctx.now.date()
    late = action.due_on < today
    async with ctx.audit("product_review.remind", (reviews.OBJECT, action.review_id), reason="late" if late else None):
        action.reminders = rules.reminders_due(rules_, action.due_on, today)
        if late:
            action.escalated_at = ctx.now
    payload = {"review": str(action.review_id), "owner": str(action.owner_id), "due": action.due_on.isoformat()}
    await ctx.emit("product_action.overdue" if late else "product_action.reminded", action.id, payload)
