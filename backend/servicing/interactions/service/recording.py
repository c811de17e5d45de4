"""Contact that took place: a call, a visit, a letter or a chat that came in, written down by whoever had it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from backend.access.context import Context
from backend.core.i18n import LOCALES
from backend.core.ids import new_id
from backend.customers.service.loading import party_for
from backend.privacy.errors import DataKeyDestroyed
from backend.servicing.interactions.errors import MomentOutOfRange, TextMissing
from backend.servicing.interactions.models import Channel, Direction, Interaction, State
from backend.servicing.interactions.queries import messages
from backend.servicing.interactions.queries.history import OBJECT
from backend.servicing.interactions.ruleset import contact_rules
from backend.servicing.interactions.service.sending import About, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInput:
    """`at` None is now. `purpose` says why the institution got in touch by itself: such contacts count for caps."""

    direction: Direction
    channel: Channel
    body: str
    subject: str | None = None
    topic: str | None = None
    purpose: str | None = None
    at: datetime | None = None
    locale: str | None = None
    about: About | None = None
    reference: str | None = None


async def record(ctx: Context, party_id: UUID, given: RecordInput) -> Interaction:
    """Text and subject are sealed with the customer's key. The same `reference` is written down once.

    Raises TextMissing, MomentOutOfRange, TopicUnknown, PurposeUnknown.
    """
    await party_for(ctx, party_id, "record", OBJECT)
    if given.reference is not None and (known := await messages.by_reference(ctx, given.reference)) is not None:
        return known
    at = _checked(ctx, given)
    row = _row(ctx, party_id, given, at)
    async with ctx.audit("contact.record", (OBJECT, row.id), reason=row.channel):
        ctx.session.add(row)
    await tell(ctx, row, "recorded")
    return row


def _checked(ctx: Context, given: RecordInput) -> datetime:
    under = contact_rules(ctx.policies, ctx.now.date()).rules
    if not given.body.strip():
        raise TextMissing(field="body")
    under.topic(given.topic)
    if given.purpose is not None and given.direction is Direction.OUTBOUND:
        under.purpose(given.purpose)
    at = given.at or ctx.now
    if not ctx.now - timedelta(days=under.entry_days) <= at <= ctx.now:
        raise MomentOutOfRange(field="at", days=under.entry_days)
    return at


def _row(ctx: Context, party_id: UUID, given: RecordInput, at: datetime) -> Interaction:
    row_id = new_id()
    subject = (given.subject or "").strip() or None
    outbound = given.direction is Direction.OUTBOUND
    return Interaction(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        direction=given.direction,
        channel=given.channel,
        purpose=given.purpose if outbound else None,
        topic=given.topic,
        subject=ctx.vault.seal_optional("interaction", "subject", row_id, party_id, subject),
        body=ctx.vault.seal("interaction", "body", row_id, party_id, given.body.strip()),
        locale=given.locale if given.locale in LOCALES else ctx.actor.locale,
        reference=given.reference,
        record_type=None if given.about is None else given.about.type,
        record_id=None if given.about is None else given.about.id,
        happened_at=at,
        recorded_at=ctx.now,
        recorded_by=ctx.actor.id,
        state=State.RECORDED,
    )


async def read(ctx: Context, row: Interaction, column: str) -> str | None:
    """Subject or body in clear, noted as read; None where there is none, or its key was destroyed."""
    value: bytes | None = getattr(row, column)
    await ctx.vault.load([row.party_id])
    try:
        text = ctx.vault.open_optional("interaction", column, row.id, row.party_id, value)
    except DataKeyDestroyed:
        return None
    if text is not None:
        ctx.saw(("party", row.party_id), f"interaction_{column}")
    return text
