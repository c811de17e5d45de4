"""What a message says: a template with the customer's record merged in, in the customer's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from babel.dates import format_date

from backend.access.context import Context
from backend.customers.languages import language_of
from backend.customers.models import Party
from backend.servicing.interactions.errors import TextMissing, TextTooLong
from backend.servicing.interactions.merging import DAYS, merged
from backend.servicing.interactions.models import Channel, MessageTemplate
from backend.servicing.interactions.queries import messages
from backend.servicing.interactions.ruleset import ContactRules


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str
    locale: str


async def compose(ctx: Context, party_id: UUID, template: MessageTemplate, given: Mapping[str, str]) -> Text:
    """Noted as read where the text names the customer. Raises MergeFieldMissing."""
    party = await ctx.session.get_one(Party, party_id)
    locale = await language_of(ctx, party_id)
    said = {name: _written(text, locale) if name in DAYS else text for name, text in given.items()}
    values = {**said, **await _of_record(ctx, party, locale, template.fields)}
    chinese = locale == "zh_CN"
    subject, body = (template.subject_zh, template.body_zh) if chinese else (template.subject_en, template.body_en)
    return Text(merged(subject, template.fields, values), merged(body, template.fields, values), locale)


async def _of_record(ctx: Context, party: Party, locale: str, fields: list[str]) -> dict[str, str]:
    number, manager, institution = await messages.record_words(ctx, party.id)
    values = {
        "customer_number": number,
        "manager": manager,
        "institution": institution,
        "today": format_date(ctx.now.date(), "long", locale=locale),
    }
    if "name" in fields:
        ctx.saw(("party", party.id), "name")
        values["name"] = ctx.vault.open("party", "name", party.id, party.id, party.name)
    return values


def _written(text: str, locale: str) -> str:
    """A day in ISO 8601 as the customer's language writes it; other words as they are."""
    try:
        return str(format_date(date.fromisoformat(text), "long", locale=locale))
    except ValueError:
        return text


def fitted(rules: ContactRules, channel: Channel, text: Text) -> Text:
    """As the channel takes it. Raises TextMissing, TextTooLong."""
    rule = rules.channels[channel]
    if not text.body.strip():
        raise TextMissing(field="body")
    if len(text.body) > rule.longest:
        raise TextTooLong(field="body", longest=rule.longest, length=len(text.body))
    return text
