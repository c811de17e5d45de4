"""What becomes of a message that was sent, and what people do with those that were not."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.servicing.interactions.errors import StateForbids
from backend.servicing.interactions.models import Interaction, State
from backend.servicing.interactions.queries import history, messages
from backend.servicing.interactions.queries.history import OBJECT
from backend.servicing.interactions.receipts import Receipt
from backend.servicing.interactions.service.addresses import bounced
from backend.servicing.interactions.service.sending import tell

_OUT = frozenset({State.SENT, State.DELIVERED, State.OPENED})
_NOT_OUT = frozenset({State.WAITING, State.DEFERRED, State.FAILED})
_ACTIONS: Final[Mapping[State, tuple[str, ...]]] = {
    State.STUCK: ("was_sent", "send_again"),
    State.FAILED: ("retry", "cancel"),
    State.WAITING: ("cancel",),
    State.DEFERRED: ("cancel",),
}


async def receipt(ctx: Context, interaction_id: UUID, what: Receipt) -> Interaction | None:
    """What the channel learned later. Repeated or late receipts change nothing; None where there is no such message."""
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    row = await messages.locked(ctx, interaction_id)
    if row is None or row.state not in _OUT | {State.STUCK} or _known(row, what):
        return row
    async with ctx.audit("contact.receipt", (OBJECT, row.id), reason=what.value):
        _note(ctx, row, what)
    if what in {Receipt.BOUNCED, Receipt.SOFT_BOUNCED}:
        await bounced(ctx, row, permanent=what is Receipt.BOUNCED)
    await tell(ctx, row, row.state)
    return row


def _known(row: Interaction, what: Receipt) -> bool:
    if what is Receipt.DELIVERED:
        return row.delivered_at is not None
    return what is Receipt.OPENED and row.opened_at is not None


def _note(ctx: Context, row: Interaction, what: Receipt) -> None:
    """Whatever is told of a message, it left; what is opened was delivered."""
    row.sent_at = row.sent_at or row.claimed_at
    if what in {Receipt.BOUNCED, Receipt.SOFT_BOUNCED}:
        row.state, row.bounced_at = State.BOUNCED, ctx.now
        return
    row.delivered_at = row.delivered_at or ctx.now
    row.opened_at = ctx.now if what is Receipt.OPENED else row.opened_at
    row.state = State.DELIVERED if row.opened_at is None else State.OPENED


async def resolve(ctx: Context, interaction_id: UUID, *, sent: bool) -> Interaction:
    """A person looked: the message that nobody knew about was sent, or certainly was not and goes out again."""
    row = await _for_person(ctx, interaction_id)
    if row.state != State.STUCK:
        raise StateForbids(state=row.state)
    async with ctx.audit("contact.resolve", (OBJECT, row.id), reason="sent" if sent else "not_sent"):
        row.settled_by = ctx.actor.id
        if sent:
            row.state, row.sent_at, row.happened_at = State.SENT, row.claimed_at, row.claimed_at or ctx.now
        else:
            row.state, row.not_before, row.claim_id = State.WAITING, None, None
    await tell(ctx, row, row.state)
    await tell(ctx, row, "settled")
    return row


async def retry(ctx: Context, interaction_id: UUID) -> Interaction:
    """What failed for good is tried again, from the first attempt on; whether it may leave is decided anew."""
    row = await _for_person(ctx, interaction_id)
    if row.state != State.FAILED:
        raise StateForbids(state=row.state)
    async with ctx.audit("contact.again", (OBJECT, row.id)):
        row.state, row.not_before, row.attempts, row.settled_by = State.WAITING, None, 0, ctx.actor.id
    await tell(ctx, row, "settled")
    return row


async def cancel(ctx: Context, interaction_id: UUID) -> Interaction:
    """It is not to be sent any more; what a worker has taken cannot be stopped."""
    row = await _for_person(ctx, interaction_id)
    if row.state not in _NOT_OUT:
        raise StateForbids(state=row.state)
    async with ctx.audit("contact.cancel", (OBJECT, row.id)):
        row.state, row.not_before, row.settled_by = State.CANCELLED, None, ctx.actor.id
    await tell(ctx, row, row.state)
    await tell(ctx, row, "settled")
    return row


async def _for_person(ctx: Context, interaction_id: UUID) -> Interaction:
    row = await history.interaction(ctx, interaction_id, lock=True)
    ctx.require("settle", OBJECT, await history.access(ctx, row.party_id))
    return row


def actions(ctx: Context, row: Interaction, place: Facts) -> tuple[str, ...]:
    """What the actor may do with it now."""
    if not ctx.may("settle", OBJECT, place):
        return ()
    return _ACTIONS.get(State(row.state), ())
