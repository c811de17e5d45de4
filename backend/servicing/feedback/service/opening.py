"""A survey is written down, with what it is about; by whoever sends it or reads it out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from backend.access.context import Context
from backend.core.i18n import LOCALES
from backend.core.ids import new_id
from backend.customers.languages import language_of
from backend.servicing.feedback import queries
from backend.servicing.feedback.models import Survey
from backend.servicing.feedback.ruleset import Asked
from backend.servicing.feedback.service.loading import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a survey is about; `channel` and `product_code` are those of the event, `happened_at` None is now.

    `locale` None: the customer's language of correspondence."""

    event: str
    party_id: UUID
    about_id: UUID
    happened_at: datetime | None = None
    product_code: str | None = None
    channel: str | None = None
    locale: str | None = None


async def opened(ctx: Context, survey: Asked, occasion: Occasion) -> Survey:
    loaded = in_force(ctx)
    row = Survey(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        party_id=occasion.party_id,
        code=survey.code,
        edition=survey.edition,
        kind=survey.kind,
        ruleset=loaded.sha256,
        event=occasion.event,
        about_id=occasion.about_id,
        product_code=occasion.product_code,
        channel=occasion.channel,
        team_id=await queries.team_of(ctx, occasion.party_id),
        locale=occasion.locale if occasion.locale in LOCALES else await language_of(ctx, occasion.party_id),
        sent_at=ctx.now,
        expires_at=ctx.now + timedelta(days=loaded.rules.valid_days),
        themes=[],
    )
    async with ctx.audit("feedback.ask", (queries.OBJECT, row.id), reason=survey.code, ruleset=loaded.sha256):
        ctx.session.add(row)
    return row
