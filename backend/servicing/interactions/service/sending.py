"""A message is put on its way: written down before anything leaves, once for each reference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.languages import language_of
from backend.customers.queries.sight import facts
from backend.servicing.interactions import rules
from backend.servicing.interactions.answers import ContactAnswer
from backend.servicing.interactions.errors import (
    ContactRefused,
    FreeTextNotAllowed,
    ReferenceMissing,
    TemplatePurpose,
    TextMissing,
)
from backend.servicing.interactions.models import Channel, Direction, Interaction, State
from backend.servicing.interactions.queries import messages, templates
from backend.servicing.interactions.queries.history import OBJECT
from backend.servicing.interactions.queries.standing import standings
from backend.servicing.interactions.ruleset import ContactRules, contact_rules
from backend.servicing.interactions.service.composing import Text, compose, fitted

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class About:
    """The record that a contact is about, by its kind and id."""

    type: str
    id: UUID


async def send(
    ctx: Context,
    party_id: UUID,
    template_code: str,
    *,
    purpose: str,
    channel: str | None = None,
    merge: Mapping[str, str] = _NOTHING,
    reference: str,
    about: About | None = None,
) -> Interaction:
    """Puts the approved template on its way; it leaves with the next run of the job, or later when it must wait.

    The same `reference` answers the same interaction and sends nothing again. Whom the rules refuse is sent nothing:
    the interaction then stands as `refused` with the reasons. Raises PurposeUnknown, ChannelUnknown, TemplateNotFound,
    TemplatePurpose, MergeFieldMissing, TextTooLong.
    """
    ctx.require("send", OBJECT, await facts(ctx, party_id))
    known = await _known(ctx, reference)
    if known is not None:
        return known
    template = await templates.in_force(ctx, template_code)
    if template.purpose != purpose:
        raise TemplatePurpose(field="purpose", template=template.code, purpose=template.purpose)
    loaded = contact_rules(ctx.policies, ctx.now.date())
    channels = loaded.rules.channels_of(purpose, channel, template.channels)
    await ctx.vault.load([party_id])
    text = await compose(ctx, party_id, template, merge)
    order = _Order(party_id, purpose, channel, channels, text, reference, template.id, about)
    return await _queued(ctx, loaded, order, await asked(ctx, loaded.rules, party_id, purpose, channels))


async def write(
    ctx: Context,
    party_id: UUID,
    *,
    purpose: str,
    channel: str,
    subject: str,
    body: str,
    reference: str,
    about: About | None = None,
) -> Interaction:
    """A colleague's own words. Raises FreeTextNotAllowed where the purpose asks for approved templates, ContactRefused
    where the message could never leave."""
    ctx.require("write", OBJECT, await facts(ctx, party_id))
    known = await _known(ctx, reference)
    if known is not None:
        return known
    loaded = contact_rules(ctx.policies, ctx.now.date())
    if not loaded.rules.purpose(purpose).free_text:
        raise FreeTextNotAllowed()
    channels = loaded.rules.channels_of(purpose, channel)
    found = await asked(ctx, loaded.rules, party_id, purpose, channels)
    if not found.allowed and not found.waits:
        raise ContactRefused(reasons=", ".join(found.reasons))
    text = Text(subject.strip(), body.strip(), await language_of(ctx, party_id))
    if not text.subject and loaded.rules.channels[channels[0]].subject:
        raise TextMissing(field="subject")
    await ctx.vault.load([party_id])
    return await _queued(ctx, loaded, _Order(party_id, purpose, channel, channels, text, reference, None, about), found)


async def asked(
    ctx: Context, under: ContactRules, party_id: UUID, purpose: str, channels: Sequence[Channel]
) -> ContactAnswer:
    found = await standings(ctx, under, [party_id], under.purpose(purpose).processing)
    return rules.answer(under, purpose, channels, found[party_id], ctx.now)


async def _known(ctx: Context, reference: str) -> Interaction | None:
    if not reference.strip():
        raise ReferenceMissing(field="reference")
    return await messages.by_reference(ctx, reference)


@dataclass(frozen=True, slots=True)
class _Order:
    party_id: UUID
    purpose: str
    wanted: str | None
    channels: Sequence[Channel]
    text: Text
    reference: str
    template_id: UUID | None
    about: About | None


async def _queued(ctx: Context, loaded: Loaded[ContactRules], order: _Order, found: ContactAnswer) -> Interaction:
    channel = Channel(found.channel or order.channels[0])
    text = fitted(loaded.rules, channel, order.text)
    state = State.WAITING if found.allowed else State.DEFERRED if found.waits else State.REFUSED
    row_id = new_id()
    row = Interaction(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        party_id=order.party_id,
        direction=Direction.OUTBOUND,
        channel=channel,
        wanted_channel=order.wanted,
        purpose=order.purpose,
        subject=ctx.vault.seal("interaction", "subject", row_id, order.party_id, text.subject),
        body=ctx.vault.seal("interaction", "body", row_id, order.party_id, text.body),
        locale=text.locale,
        template_id=order.template_id,
        reference=order.reference,
        record_type=None if order.about is None else order.about.type,
        record_id=None if order.about is None else order.about.id,
        happened_at=ctx.now,
        recorded_at=ctx.now,
        recorded_by=ctx.actor.id,
        state=state,
        reasons=list(found.reasons),
        ruleset=loaded.sha256,
        not_before=again_at(ctx, loaded.rules, found),
        expires_at=ctx.now + timedelta(days=loaded.rules.purpose(order.purpose).lasts_days),
    )
    async with ctx.audit("contact.queue", (OBJECT, row.id), reason=order.purpose, ruleset=loaded.sha256):
        ctx.session.add(row)
    await tell(ctx, row, state.value)
    return row


def again_at(ctx: Context, under: ContactRules, found: ContactAnswer) -> datetime | None:
    """When it is looked at next; None is at once, or never more."""
    if found.allowed or not found.waits:
        return None
    return found.not_before or ctx.now + timedelta(minutes=under.look_again_minutes)


async def tell(ctx: Context, row: Interaction, what: str) -> None:
    """`interaction.<what>`: about whom, for which purpose, by which channel, in answer to what."""
    payload = {
        "customer": str(row.party_id),
        "state": row.state,
        "purpose": row.purpose,
        "channel": row.channel,
        "reference": row.reference,
    }
    await ctx.emit(f"interaction.{what}", row.id, payload)
