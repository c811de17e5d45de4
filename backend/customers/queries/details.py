"""What hangs on a party, for many parties at once: names, identifiers, addresses, contacts, countries.

Each loader answers with a tuple per party, oldest first; a party that the actor may not see has no entry.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import case, select
from sqlmodel import col

from backend.access.context import Context
from backend.customers import names
from backend.customers.identifiers import TYPES
from backend.customers.models import (
    CountryTieKind,
    PartyAddress,
    PartyContact,
    PartyCountry,
    PartyIdentifier,
    PartyName,
)
from backend.customers.queries.sight import Sight, seen_fields, sights, worth
from backend.customers.views import AddressView, ContactView, CountryView, IdentifierView, NameView

V = TypeVar("V")
Grouped = dict[UUID, tuple[V, ...]]
_OTHER_IDENTIFIER = "document_number"


def grouped(rows: Iterable[Any], seen: Mapping[UUID, Sight], view: Callable[[Any, Sight], V]) -> Grouped[V]:
    found: dict[UUID, list[V]] = {party_id: [] for party_id in seen}
    for row in rows:
        found[row.party_id].append(view(row, seen[row.party_id]))
    return {party_id: tuple(views) for party_id, views in found.items()}


async def names_of(ctx: Context, party_ids: Collection[UUID]) -> Grouped[NameView]:
    seen = await sights(ctx, party_ids)
    wanted = seen_fields(seen.values())
    sealed = (PartyName.full_name, PartyName.given_name, PartyName.family_name)
    columns: Any = select(
        col(PartyName.id),
        col(PartyName.party_id),
        col(PartyName.kind),
        col(PartyName.script),
        col(PartyName.valid_to),
        *(worth(wanted, "name", column) for column in sealed),
    )
    rows = await ctx.session.execute(columns.where(col(PartyName.party_id).in_(seen)).order_by(col(PartyName.id)))
    return grouped(rows, seen, _name)


def _name(row: Any, sight: Sight) -> NameView:
    full, given, family = (
        sight.open("name", ("party_name", column), row.id, getattr(row, column))
        for column in ("full_name", "given_name", "family_name")
    )
    return NameView(
        id=row.id,
        party_id=row.party_id,
        kind=row.kind,
        script=row.script,
        full_name=full,
        given_name=given,
        family_name=family,
        display_name=None if full is None else names.display_name(full, given, family),
        valid_to=row.valid_to,
    )


def identifier_field(type_: str) -> str:
    known = TYPES.get(type_)
    return _OTHER_IDENTIFIER if known is None else known.field


async def identifiers_of(ctx: Context, party_ids: Collection[UUID]) -> Grouped[IdentifierView]:
    """Values are read only of the types that somebody may see."""
    seen = await sights(ctx, party_ids)
    wanted = seen_fields(seen.values())
    hidden = [code for code, type_ in TYPES.items() if type_.field not in wanted]
    value = case((col(PartyIdentifier.type).not_in(hidden), col(PartyIdentifier.value))).label("value")
    columns: Any = select(
        col(PartyIdentifier.id),
        col(PartyIdentifier.party_id),
        col(PartyIdentifier.type),
        col(PartyIdentifier.country),
        col(PartyIdentifier.issuer),
        value,
        col(PartyIdentifier.issued_on),
        col(PartyIdentifier.expires_on),
        col(PartyIdentifier.checked),
    )
    rows = columns.where(col(PartyIdentifier.party_id).in_(seen)).order_by(col(PartyIdentifier.id))
    return grouped(await ctx.session.execute(rows), seen, _identifier)


def _identifier(row: Any, sight: Sight) -> IdentifierView:
    return IdentifierView(
        id=row.id,
        party_id=row.party_id,
        type=row.type,
        country=row.country,
        issuer=row.issuer,
        value=sight.open(identifier_field(row.type), ("party_identifier", "value"), row.id, row.value),
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        checked=row.checked,
    )


async def addresses_of(ctx: Context, party_ids: Collection[UUID]) -> Grouped[AddressView]:
    seen = await sights(ctx, party_ids)
    wanted = seen_fields(seen.values())
    columns: Any = select(
        col(PartyAddress.id),
        col(PartyAddress.party_id),
        col(PartyAddress.kind),
        worth(wanted, "address", col(PartyAddress.text)),
        col(PartyAddress.country),
        worth(wanted, "city", col(PartyAddress.region)),
        col(PartyAddress.valid_from),
        col(PartyAddress.valid_to),
    )
    rows = columns.where(col(PartyAddress.party_id).in_(seen)).order_by(col(PartyAddress.id))
    return grouped(await ctx.session.execute(rows), seen, _address)


def _address(row: Any, sight: Sight) -> AddressView:
    return AddressView(
        id=row.id,
        party_id=row.party_id,
        kind=row.kind,
        text=sight.open("address", ("party_address", "text"), row.id, row.text),
        country=row.country,
        region=sight.show("city", row.region),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


async def contacts_of(ctx: Context, party_ids: Collection[UUID]) -> Grouped[ContactView]:
    seen = await sights(ctx, party_ids)
    wanted = seen_fields(seen.values())
    shown = [kind for kind in ("email", "phone") if kind in wanted]
    columns: Any = select(
        col(PartyContact.id),
        col(PartyContact.party_id),
        col(PartyContact.kind),
        case((col(PartyContact.kind).in_(shown), col(PartyContact.value))).label("value"),
        col(PartyContact.preferred),
        col(PartyContact.valid_to),
    )
    rows = columns.where(col(PartyContact.party_id).in_(seen)).order_by(col(PartyContact.id))
    return grouped(await ctx.session.execute(rows), seen, _contact)


def _contact(row: Any, sight: Sight) -> ContactView:
    """Kinds of contacts are named like the fields that guard them."""
    return ContactView(
        id=row.id,
        party_id=row.party_id,
        kind=row.kind,
        value=sight.open(row.kind, ("party_contact", "value"), row.id, row.value),
        preferred=row.preferred,
        valid_to=row.valid_to,
    )


async def countries_of(ctx: Context, party_ids: Collection[UUID]) -> Grouped[CountryView]:
    seen = await sights(ctx, party_ids)
    wanted = seen_fields(seen.values())
    columns: Any = select(
        col(PartyCountry.id),
        col(PartyCountry.party_id),
        col(PartyCountry.kind),
        col(PartyCountry.country),
        worth(wanted, "tax_id", col(PartyCountry.tax_number)),
    )
    rows = columns.where(col(PartyCountry.party_id).in_(seen)).order_by(col(PartyCountry.id))
    return grouped(await ctx.session.execute(rows), seen, _country)


def _country(row: Any, sight: Sight) -> CountryView:
    field = "birth_place" if row.kind == CountryTieKind.BIRTH else "nationality"
    return CountryView(
        id=row.id,
        party_id=row.party_id,
        kind=row.kind,
        country=sight.show(field, row.country),
        tax_number=sight.open("tax_id", ("party_country", "tax_number"), row.id, row.tax_number),
    )
