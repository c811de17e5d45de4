"""Surveys are sent: after an event that is asked about, to who is in the sample and was not asked lately; or yearly."""

from uuid import UUID, uuid5

from backend.access.context import Context
from backend.servicing.feedback import queries, rules
from backend.servicing.feedback.links import Links
from backend.servicing.feedback.models import Survey
from backend.servicing.feedback.ruleset import YEARLY, Asked
from backend.servicing.feedback.service.loading import in_force, require_run, tell
from backend.servicing.feedback.service.opening import Occasion, opened
from backend.servicing.interactions import service as contact
from backend.servicing.interactions.errors import TemplateNotFound
from backend.servicing.interactions.queries import templates


async def invite(ctx: Context, links: Links, occasion: Occasion) -> Survey | None:
    """None where nobody is asked: no survey is for the event, or the customer is not drawn, was asked lately, or must
    not be contacted for this; or it is too long ago. The message itself may wait for its hour."""
    require_run(ctx)
    under = in_force(ctx).rules
    survey = under.after(occasion.event)
    if survey is None or not rules.sampled(survey, occasion.about_id):
        return None
    if not rules.fresh(under, occasion.happened_at or ctx.now, ctx.now):
        return None
    if await queries.about(ctx, survey.code, occasion.about_id) is not None:
        return None
    if rules.capped(under.caps, survey.code, await queries.earlier(ctx, occasion.party_id), ctx.now):
        return None
    return await _send(ctx, links, survey, occasion)


async def _send(ctx: Context, links: Links, survey: Asked, occasion: Occasion) -> Survey | None:
    if not await _reachable(ctx, survey, occasion.party_id):
        return None
    row = await opened(ctx, survey, occasion)
    link = links.address(row.tenant_id, row.id, row.expires_at)
    await contact.send(
        ctx,
        row.party_id,
        survey.template,
        purpose=survey.purpose,
        merge={"link": link, "valid_until": row.expires_at.date().isoformat()},
        reference=f"survey:{row.id}",
    )
    await tell(ctx, row, "asked")
    return row


async def _reachable(ctx: Context, survey: Asked, party_id: UUID) -> bool:
    """Now or later, by a channel of the message's text; without an approved text nobody is asked."""
    try:
        template = await templates.in_force(ctx, survey.template)
    except TemplateNotFound:
        return False
    for channel in template.channels:
        told = (await contact.may_contact(ctx, [party_id], survey.purpose, channel))[party_id]
        if told.allowed or told.waits:
            return True
    return False


async def ask_yearly(ctx: Context, links: Links) -> int:
    """How many of a day's batch were asked about the relationship as a whole."""
    require_run(ctx)
    under = in_force(ctx).rules
    survey = under.after(YEARLY)
    if survey is None:
        return 0
    asked = 0
    for party_id, _ in await queries.yearly(ctx, survey.code, under.caps, under.yearly_batch):
        about = uuid5(party_id, f"{survey.code} {ctx.now.year}")
        occasion = Occasion(event=YEARLY, party_id=party_id, about_id=about)
        asked += await invite(ctx, links, occasion) is not None
    return asked
