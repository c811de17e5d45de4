"""What the schedule looks after: products whose customers are not content."""

from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from backend.access.context import Context
from backend.servicing.feedback import queries
from backend.servicing.feedback.concerns import Concerned, concerned
from backend.servicing.feedback.service.loading import in_force, require_run


async def discontent(ctx: Context) -> list[Concerned]:
    """Each is told as `feedback.discontent`, with the product's code and no answer of anybody."""
    require_run(ctx)
    rule = in_force(ctx).rules.concern
    if rule is None:
        return []
    found = concerned(rule, await queries.scores_since(ctx, ctx.now - timedelta(days=rule.days)))
    for each in found:
        subject = uuid5(NAMESPACE_OID, f"{ctx.actor.tenant_id}:{each.product_code}")
        payload = {"product": each.product_code, "survey": each.survey, "answers": each.answers}
        await ctx.emit("feedback.discontent", subject, payload)
    return found
