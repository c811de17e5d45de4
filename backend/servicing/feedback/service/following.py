"""A low answer becomes work with a clock; it ends with what was done, and whether the customer is content."""

from uuid import UUID

from backend.access.context import Context
from backend.casework import service as casework
from backend.casework.service import Placement
from backend.core.ids import new_id
from backend.customers.queries.sight import facts
from backend.servicing.feedback import queries
from backend.servicing.feedback.errors import DoneMissing, FollowUpClosed
from backend.servicing.feedback.models import Contentment, FollowUpState, Survey, SurveyFollowUp, SurveyState
from backend.servicing.feedback.service.loading import in_force, require, tell


async def follow(ctx: Context, row: Survey, *, low: bool) -> SurveyFollowUp | None:
    """The follow-up of an answer, if it asks for one or has one: a better second answer does not undo the first."""
    found = (await queries.follow_ups_of(ctx, [row.id])).get(row.id)
    if row.score is None or (found is None and not low):
        return None
    if found is None:
        return await _open(ctx, row, row.score)
    async with ctx.audit("feedback.follow_up_note", (queries.FOLLOW_UP, found.id)):
        found.score = row.score
    return found


async def _open(ctx: Context, row: Survey, score: int) -> SurveyFollowUp:
    found_id, queue = new_id(), in_force(ctx).rules.follow_up
    subject = (queries.FOLLOW_UP, found_id)
    item = await casework.open_item(ctx, subject, Placement(queue=queue, kind=queue), row.party_id)
    found = SurveyFollowUp(
        id=found_id,
        tenant_id=row.tenant_id,
        survey_id=row.id,
        party_id=row.party_id,
        product_code=row.product_code,
        score=score,
        opened_at=ctx.now,
        due_at=item.due_at,
    )
    async with ctx.audit("feedback.follow_up_open", subject, ruleset=row.ruleset):
        ctx.session.add(found)
    await tell(ctx, row, "follow_up_opened")
    return found


async def close_follow_up(ctx: Context, follow_up_id: UUID, done: str, contentment: Contentment) -> SurveyFollowUp:
    """The answer stands from now on as it is. Raises FollowUpClosed, DoneMissing."""
    found = await queries.follow_up(ctx, follow_up_id, lock=True)
    await require(ctx, "follow_up", found.party_id)
    if found.state == FollowUpState.CLOSED:
        raise FollowUpClosed()
    if not done.strip():
        raise DoneMissing(field="done")
    await ctx.vault.load([found.party_id])
    row = await queries.survey(ctx, found.survey_id, lock=True)
    async with ctx.audit("feedback.follow_up_close", (queries.FOLLOW_UP, found.id), reason=contentment):
        found.done = ctx.vault.seal("survey_follow_up", "done", found.id, found.party_id, done.strip())
        found.contentment, found.state = contentment, FollowUpState.CLOSED
        found.closed_at, found.closed_by = ctx.now, ctx.actor.id
        row.state = SurveyState.CLOSED
    await casework.move(ctx, (queries.FOLLOW_UP, found.id), None)
    await tell(ctx, row, "followed_up")
    return found


async def may_follow_up(ctx: Context, row: SurveyFollowUp) -> bool:
    return ctx.may("follow_up", queries.OBJECT, await facts(ctx, row.party_id))
