"""What there is to send to, by channel: records of the customer, and what is known of each as a way to reach them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, case, or_, select, union_all
from sqlalchemy import literal_column as text
from sqlmodel import col

from backend.access.context import Context
from backend.core.arrays import among
from backend.customers.models import AddressKind, PartyAddress, PartyContact
from backend.servicing.interactions.facts import Address, AddressState
from backend.servicing.interactions.models import Channel, ContactAddress
from backend.servicing.interactions.ruleset import ContactRules

_OWN: Final = Address(AddressState.CONFIRMED)
_BEST: Final = (AddressState.CONFIRMED, AddressState.UNCONFIRMED, AddressState.CLOSED)
_POSTAL: Final = (AddressKind.POSTAL, AddressKind.HOME, AddressKind.REGISTERED, AddressKind.BUSINESS)


@dataclass(frozen=True, slots=True)
class Place:
    """A record to send to; of several the lowest `order` is preferred."""

    party_id: UUID
    id: UUID
    kind: str
    order: int


async def addresses_for(
    ctx: Context, rules: ContactRules, party_ids: Collection[UUID]
) -> dict[UUID, dict[Channel, Address]]:
    """The best for each channel; a channel without any is left out."""
    places = await _places(ctx, party_ids)
    known = await _known(ctx, party_ids)
    found: dict[UUID, dict[Channel, Address]] = {party_id: {} for party_id in party_ids}
    for party_id in party_ids:
        mine = places.get(party_id, [])
        for channel, rule in rules.channels.items():
            best = _OWN if rule.address == "account" else _best(channel, rule.address, mine, known)
            if best is not None:
                found[party_id][channel] = best
    return found


def _best(
    channel: Channel, kind: str, places: Iterable[Place], known: Mapping[tuple[UUID, str], AddressState]
) -> Address | None:
    fit = [
        Address(known.get((each.id, channel), AddressState.UNCONFIRMED), each.id)
        for each in places
        if each.kind == kind
    ]
    return min(fit, key=lambda address: _BEST.index(address.state), default=None)


async def _places(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[Place]]:
    """Those in force today, the preferred ones first."""
    today = ctx.now.date()
    contacts = select(
        col(PartyContact.party_id).label("party_id"),
        col(PartyContact.id).label("id"),
        col(PartyContact.kind).label("kind"),
        case((col(PartyContact.preferred), 0), else_=1).label("place"),
    ).where(
        among(col(PartyContact.party_id), party_ids),
        or_(col(PartyContact.valid_to).is_(None), col(PartyContact.valid_to) >= today),
    )
    order: Any = case(
        *((col(PartyAddress.kind) == kind, place) for place, kind in enumerate(_POSTAL)), else_=len(_POSTAL)
    )
    postal = select(col(PartyAddress.party_id), col(PartyAddress.id), text("'postal'"), order).where(
        among(col(PartyAddress.party_id), party_ids),
        and_(
            or_(col(PartyAddress.valid_to).is_(None), col(PartyAddress.valid_to) >= today),
            or_(col(PartyAddress.valid_from).is_(None), col(PartyAddress.valid_from) <= today),
        ),
    )
    found: dict[UUID, list[Place]] = defaultdict(list)
    for party_id, record_id, kind, place in await ctx.session.execute(union_all(contacts, postal)):
        found[party_id].append(Place(party_id, record_id, kind, place))
    return {party_id: sorted(each, key=lambda place: (place.order, place.id)) for party_id, each in found.items()}


async def _known(ctx: Context, party_ids: Collection[UUID]) -> dict[tuple[UUID, str], AddressState]:
    rows = await ctx.session.scalars(select(ContactAddress).where(among(col(ContactAddress.party_id), party_ids)))
    return {(row.address_id, row.channel): state_of(row) for row in rows}


def state_of(row: ContactAddress) -> AddressState:
    if row.closed_at is not None:
        return AddressState.CLOSED
    return AddressState.UNCONFIRMED if row.confirmed_at is None else AddressState.CONFIRMED
