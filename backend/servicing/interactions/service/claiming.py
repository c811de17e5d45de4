"""A message leaves: taken by one worker, decided once more in that instant, and reported on. At most once.

The claim is committed before anything is sent. A worker that dies afterwards leaves a claim behind, which is shown to a
person: nobody else sends that message again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.models import PartyAddress, PartyContact
from backend.privacy.errors import DataKeyDestroyed
from backend.servicing.interactions import rules
from backend.servicing.interactions.answers import ContactAnswer, Reason
from backend.servicing.interactions.channels.parcel import Delivery, Outcome, Parcel
from backend.servicing.interactions.facts import Standing
from backend.servicing.interactions.models import Channel, Interaction, MessageTemplate, State
from backend.servicing.interactions.queries import messages
from backend.servicing.interactions.queries.history import OBJECT
from backend.servicing.interactions.queries.standing import standings
from backend.servicing.interactions.ruleset import ContactRules, contact_rules
from backend.servicing.interactions.service.addresses import bounced
from backend.servicing.interactions.service.composing import Text
from backend.servicing.interactions.service.sending import again_at, tell

_BATCH: Final = 100
_VERBS: Final = {State.DEFERRED: "defer", State.REFUSED: "refuse", State.EXPIRED: "expire"}
_REPORTS: Final = {
    Outcome.SENT: "send",
    Outcome.REJECTED: "bounce",
    Outcome.NOT_SENT: "retry",
    Outcome.FAILED: "fail",
    Outcome.UNKNOWN: "stuck",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the next message; `parcel` is to be sent, without one there is nothing to send of it now."""

    interaction_id: UUID
    parcel: Parcel | None


async def claim(ctx: Context) -> Taken | None:
    """The next message that is due, decided on as things stand in this instant; None when nothing is due."""
    _require_run(ctx)
    row = await messages.next_due(ctx)
    if row is None:
        return None
    loaded = contact_rules(ctx.policies, ctx.now.date())
    await messages.one_at_a_time(ctx, row.party_id)
    await ctx.vault.load([row.party_id])
    try:
        text = _text(ctx, row)
    except DataKeyDestroyed:
        await _put_off(ctx, loaded, row, ContactAnswer(False, None, (Reason.ERASED,)))
        return Taken(row.id, None)
    found, standing = await _asked(ctx, loaded.rules, row, text)
    if found.channel is None or not found.allowed or standing is None:
        await _put_off(ctx, loaded, row, found)
        return Taken(row.id, None)
    return Taken(row.id, await _take(ctx, loaded, row, text, Channel(found.channel), standing))


def _require_run(ctx: Context) -> None:
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))


def _text(ctx: Context, row: Interaction) -> Text:
    """Not noted as read: no person sees it before the customer does."""
    subject = ctx.vault.open_optional("interaction", "subject", row.id, row.party_id, row.subject)
    body = ctx.vault.open_optional("interaction", "body", row.id, row.party_id, row.body)
    return Text(subject or "", body or "", row.locale)


async def _asked(
    ctx: Context, under: ContactRules, row: Interaction, text: Text
) -> tuple[ContactAnswer, Standing | None]:
    """A purpose that the rule-set has no more is refused, so that no message holds up the others."""
    rule = under.purposes.get(row.purpose or "")
    if rule is None or row.purpose is None:
        return ContactAnswer(False, None, (Reason.CHANNEL_UNFIT,)), None
    standing = (await standings(ctx, under, [row.party_id], rule.processing))[row.party_id]
    written = await _written_for(ctx, row)
    fit = [each for each in rule.channels if each in written and len(text.body) <= under.channels[each].longest]
    return rules.answer(under, row.purpose, fit or [Channel(row.channel)], standing, ctx.now), standing


async def _written_for(ctx: Context, row: Interaction) -> Collection[str]:
    """Where the caller left the channel open, another one that the text was written for may have become the better."""
    if row.wanted_channel is not None or row.template_id is None:
        return (row.channel,)
    template = await ctx.session.get_one(MessageTemplate, row.template_id)
    return template.channels


async def _put_off(ctx: Context, loaded: Loaded[ContactRules], row: Interaction, found: ContactAnswer) -> None:
    """Deferred with its reasons; refused where no waiting helps, expired where it would come too late."""
    again = again_at(ctx, loaded.rules, found)
    late = again is not None and row.expires_at is not None and again > row.expires_at
    state = State.REFUSED if again is None else State.EXPIRED if late else State.DEFERRED
    subject = (OBJECT, row.id)
    async with ctx.audit(f"contact.{_VERBS[state]}", subject, reason=found.reasons[0], ruleset=loaded.sha256):
        row.state, row.reasons, row.ruleset = state, list(found.reasons), loaded.sha256
        row.not_before = again if state is State.DEFERRED else None
    if state is not State.DEFERRED:
        await tell(ctx, row, row.state)


async def _take(
    ctx: Context, loaded: Loaded[ContactRules], row: Interaction, text: Text, channel: Channel, standing: Standing
) -> Parcel:
    address_id = standing.addresses[channel].id
    to = await _address(ctx, row.party_id, address_id)
    async with ctx.audit("contact.claim", (OBJECT, row.id), reason=row.purpose, ruleset=loaded.sha256):
        row.state, row.reasons, row.ruleset = State.CLAIMED, [], loaded.sha256
        row.channel, row.address_id = channel, address_id
        row.claim_id, row.claimed_at, row.attempts = new_id(), ctx.now, row.attempts + 1
    return Parcel(
        id=row.id,
        tenant_id=row.tenant_id,
        claim_id=row.claim_id,
        channel=channel,
        to=to,
        subject=text.subject if loaded.rules.channels[channel].subject else "",
        body=text.body,
        locale=text.locale,
        institution=(await messages.record_words(ctx, row.party_id))[2],
        made_at=ctx.now,
        traced=loaded.rules.opening and channel is Channel.EMAIL,
    )


async def _address(ctx: Context, party_id: UUID, address_id: UUID | None) -> str:
    """The customer's own access is addressed by the customer's id."""
    if address_id is None:
        return str(party_id)
    contact = await ctx.session.get(PartyContact, address_id)
    if contact is not None:
        return ctx.vault.open("party_contact", "value", contact.id, party_id, contact.value)
    postal = await ctx.session.get_one(PartyAddress, address_id)
    return ctx.vault.open("party_address", "text", postal.id, party_id, postal.text)


async def settle(ctx: Context, parcel_id: UUID, claim_id: UUID, delivery: Delivery) -> Interaction | None:
    """What the worker that holds the claim reports; None where the claim is no longer its own."""
    _require_run(ctx)
    row = await messages.locked(ctx, parcel_id)
    if row is None or row.claim_id != claim_id or row.state not in {State.CLAIMED, State.STUCK}:
        return None
    under = contact_rules(ctx.policies, ctx.now.date()).rules
    async with ctx.audit(f"contact.{_REPORTS[delivery.outcome]}", (OBJECT, row.id), reason=delivery.code):
        row.adapter = delivery.adapter
        _report(ctx, under, row, delivery)
    if delivery.outcome is Outcome.REJECTED:
        await bounced(ctx, row, permanent=True)
    await tell(ctx, row, row.state)
    return row


def _report(ctx: Context, under: ContactRules, row: Interaction, delivery: Delivery) -> None:
    if delivery.outcome is Outcome.SENT:
        row.state, row.sent_at, row.happened_at = State.SENT, ctx.now, ctx.now
    elif delivery.outcome is Outcome.REJECTED:
        row.state, row.sent_at, row.bounced_at = State.BOUNCED, ctx.now, ctx.now
    elif delivery.outcome is Outcome.UNKNOWN:
        row.state = State.STUCK
    elif delivery.outcome is Outcome.NOT_SENT and row.attempts <= len(under.retry_minutes):
        pause = timedelta(minutes=under.retry_minutes[row.attempts - 1])
        row.state, row.not_before = State.WAITING, ctx.now + pause
    else:
        row.state = State.FAILED


async def find_stuck(ctx: Context, limit: int = _BATCH) -> int:
    """Claims that nobody reported on are shown to a person; call again while it answers `limit`."""
    _require_run(ctx)
    under = contact_rules(ctx.policies, ctx.now.date()).rules
    rows = await messages.claimed_before(ctx, ctx.now - timedelta(minutes=under.claim_minutes), limit)
    for row in rows:
        async with ctx.audit("contact.stuck", (OBJECT, row.id)):
            row.state = State.STUCK
        await tell(ctx, row, row.state)
    return len(rows)
