"""What is learned of addresses: confirmed, bounced, opened again; and whom nobody is to contact any more."""

from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers.models import PartyAddress, PartyContact
from backend.customers.queries.sight import facts
from backend.customers.service.loading import party_for
from backend.servicing.interactions.errors import AddressUnknown, BarNotOpen, BarRepeated
from backend.servicing.interactions.models import BarKind, Channel, ContactAddress, ContactBar, Interaction
from backend.servicing.interactions.queries.history import OBJECT
from backend.servicing.interactions.ruleset import contact_rules


async def confirm(ctx: Context, party_id: UUID, address_id: UUID, channel: Channel) -> ContactAddress:
    """Somebody made sure that the customer is reached there; what was closed is open again."""
    await party_for(ctx, party_id, "record", OBJECT)
    row = await _row(ctx, party_id, address_id, channel)
    async with ctx.audit("contact.confirm", ("party", party_id), reason=channel.value):
        ctx.session.add(row)
        row.confirmed_at, row.confirmed_by, row.bounces, row.closed_at = ctx.now, ctx.actor.id, 0, None
    return row


async def bounced(ctx: Context, message: Interaction, *, permanent: bool) -> None:
    """A permanent bounce closes the address for the channel, and so do several temporary ones."""
    if message.address_id is None:
        return
    row = await _row(ctx, message.party_id, message.address_id, Channel(message.channel))
    most = contact_rules(ctx.policies, ctx.now.date()).rules.soft_bounces
    async with ctx.audit("contact.address_bounce", ("party", message.party_id), reason=message.channel):
        ctx.session.add(row)
        row.bounces += 1
        if permanent or row.bounces >= most:
            row.closed_at = row.closed_at or ctx.now
    if row.closed_at is not None:
        payload = {"customer": str(message.party_id), "channel": message.channel}
        await ctx.emit("contact.address_closed", message.party_id, payload)


async def _row(ctx: Context, party_id: UUID, address_id: UUID, channel: Channel) -> ContactAddress:
    """Raises AddressUnknown for what is not on this party's record."""
    same = select(ContactAddress).where(
        col(ContactAddress.address_id) == address_id, col(ContactAddress.channel) == channel
    )
    known = (await ctx.session.scalars(same)).first()
    if known is not None and known.party_id == party_id:
        return known
    contact = await ctx.session.get(PartyContact, address_id)
    postal = await ctx.session.get(PartyAddress, address_id)
    if party_id not in {each.party_id for each in (contact, postal) if each is not None}:
        raise AddressUnknown()
    return ContactAddress(
        id=new_id(), tenant_id=ctx.actor.tenant_id, party_id=party_id, address_id=address_id, channel=channel
    )


async def bar(ctx: Context, party_id: UUID, kind: BarKind) -> ContactBar:
    """The customer has died, or asked to hear nothing. Raises BarRepeated."""
    await party_for(ctx, party_id, "record", OBJECT)
    same = select(ContactBar).where(
        col(ContactBar.party_id) == party_id, col(ContactBar.kind) == kind, col(ContactBar.until).is_(None)
    )
    if (await ctx.session.scalars(same)).first() is not None:
        raise BarRepeated()
    row = ContactBar(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        kind=kind,
        since=ctx.now,
        set_by=ctx.actor.id,
    )
    async with ctx.audit("contact.bar", ("party", party_id), reason=kind.value):
        ctx.session.add(row)
    await ctx.emit("contact.barred", party_id, {"customer": str(party_id), "kind": kind.value})
    return row


async def lift_bar(ctx: Context, bar_id: UUID) -> ContactBar:
    """It was a mistake, or the customer wants to hear again. Raises BarNotOpen."""
    row = (await ctx.session.scalars(select(ContactBar).where(col(ContactBar.id) == bar_id).with_for_update())).first()
    if row is None:
        raise AddressUnknown()
    ctx.require("record", OBJECT, await facts(ctx, row.party_id))
    if row.until is not None:
        raise BarNotOpen()
    async with ctx.audit("contact.unbar", ("party", row.party_id), reason=row.kind):
        row.until, row.lifted_by = ctx.now, ctx.actor.id
    return row
