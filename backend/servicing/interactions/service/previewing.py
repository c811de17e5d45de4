"""What a message would say, and whether it may be sent: for whoever writes it, before anything is written down."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from backend.access.context import Context
from backend.customers.languages import language_of
from backend.customers.queries.sight import facts
from backend.servicing.interactions.answers import ContactAnswer
from backend.servicing.interactions.merging import GIVEN, fields_of
from backend.servicing.interactions.models import Channel
from backend.servicing.interactions.queries import templates
from backend.servicing.interactions.queries.history import OBJECT
from backend.servicing.interactions.ruleset import ContactRules, contact_rules
from backend.servicing.interactions.service.composing import Text, compose
from backend.servicing.interactions.service.sending import asked


@dataclass(frozen=True, slots=True)
class Preview:
    """`blank` are merge fields that still have to be given; they stand in the text by name."""

    text: Text
    answer: ContactAnswer
    blank: tuple[str, ...] = ()


async def preview_template(
    ctx: Context, party_id: UUID, template_code: str, merge: Mapping[str, str], channel: str | None = None
) -> Preview:
    ctx.require("write", OBJECT, await facts(ctx, party_id))
    template = await templates.in_force(ctx, template_code)
    under = contact_rules(ctx.policies, ctx.now.date()).rules
    await ctx.vault.load([party_id])
    blank = tuple(name for name in template.fields if name in GIVEN and not merge.get(name))
    text = await compose(ctx, party_id, template, {**merge, **_named(blank)})
    channels = under.channels_of(template.purpose, channel, template.channels)
    answer = await asked(ctx, under, party_id, template.purpose, channels)
    return Preview(_as_sent(under, text, answer), answer, blank)


async def preview_words(
    ctx: Context, party_id: UUID, *, purpose: str, channel: str, subject: str, body: str
) -> Preview:
    """A colleague's own words."""
    ctx.require("write", OBJECT, await facts(ctx, party_id))
    under = contact_rules(ctx.policies, ctx.now.date()).rules
    channels = under.channels_of(purpose, channel)
    text = Text(subject, body, await language_of(ctx, party_id))
    answer = await asked(ctx, under, party_id, purpose, channels)
    return Preview(_as_sent(under, text, answer), answer)


def _as_sent(under: ContactRules, text: Text, answer: ContactAnswer) -> Text:
    """Without its subject where the channel has none."""
    fit = answer.channel is None or under.channels[Channel(answer.channel)].subject
    return text if fit else replace(text, subject="")


def example(subject: str, body: str, locale: str) -> Text:
    """A text with its fields by name, as its author sees it. Raises MergeFieldUnknown."""
    values = _named(fields_of((subject, body)))
    return Text(subject.format_map(values), body.format_map(values), locale)


def _named(fields: Collection[str]) -> dict[str, str]:
    return {name: f"[{name}]" for name in fields}
