"""Names, identifiers, addresses, contacts and countries of a party: added and ended, each change a version."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.core.tables import Audited
from backend.customers.errors import (
    ContactRepeated,
    CountryTieRepeated,
    EndsBeforeStart,
    IdentifierRepeated,
    LegalNameNeeded,
)
from backend.customers.inputs import AddressInput, ContactInput, CountryInput, IdentifierInput, NameInput
from backend.customers.models import (
    NameKind,
    Party,
    PartyAddress,
    PartyContact,
    PartyCountry,
    PartyIdentifier,
    PartyKind,
    PartyName,
)
from backend.customers.service import rows
from backend.customers.service.candidates import note_duplicates
from backend.customers.service.loading import party_for, record, remove, tag_names
from backend.customers.tagging import tags_of


async def add_name(ctx: Context, party_id: UUID, given: NameInput) -> PartyName:
    """A new legal name ends the old one today and becomes the name of the record."""
    party = await party_for(ctx, party_id)
    row = rows.name_row(ctx, party_id, PartyKind(party.kind), given)
    async with ctx.audit("customer.edit", ("party", party_id)):
        if given.kind is NameKind.LEGAL:
            await _end_legal_names(ctx, party_id)
            party.name = ctx.vault.seal("party", "name", party_id, party_id, given.full_name)
        ctx.session.add(row)
        await ctx.session.flush()
        await tag_names(ctx, party_id)
    await _changed(ctx, party_id, "names")
    return row


async def _end_legal_names(ctx: Context, party_id: UUID) -> None:
    current = select(PartyName).where(
        PartyName.party_id == party_id, PartyName.kind == NameKind.LEGAL, col(PartyName.valid_to).is_(None)
    )
    for former in await ctx.session.scalars(current):
        former.valid_to = ctx.now.date()


async def end_name(ctx: Context, name_id: UUID, on: date) -> PartyName:
    row = await record(ctx, PartyName, name_id, "name")
    await party_for(ctx, row.party_id)
    if row.kind == NameKind.LEGAL and row.valid_to is None:
        raise LegalNameNeeded()
    await _end(ctx, row, "valid_to", on)
    return row


async def add_identifier(ctx: Context, party_id: UUID, given: IdentifierInput) -> PartyIdentifier:
    party = await party_for(ctx, party_id)
    checked, country = rows.checked_identifier(given, PartyKind(party.kind), "")
    rows.agree(checked, given.type, _born(ctx, party), party.gender, "")
    row = rows.identifier_row(ctx, party_id, given, checked, country)
    same = select(PartyIdentifier.id).where(
        PartyIdentifier.party_id == party_id,
        PartyIdentifier.type == row.type,
        col(PartyIdentifier.value_tag).in_(tags_of(ctx, row)),
        col(PartyIdentifier.country).is_not_distinct_from(country),
    )
    if await ctx.session.scalar(same) is not None:
        raise IdentifierRepeated(field="value")
    await _add(ctx, party_id, row, "identifiers")
    return row


def _born(ctx: Context, party: Party) -> date | None:
    text = ctx.vault.open_optional("party", "birth_date", party.id, party.id, party.birth_date)
    return None if text is None else date.fromisoformat(text)


async def end_identifier(ctx: Context, identifier_id: UUID, on: date) -> PartyIdentifier:
    """It expires on that day; it stays in the record, and people are still found by it."""
    row = await record(ctx, PartyIdentifier, identifier_id, "identifier")
    await party_for(ctx, row.party_id)
    if row.issued_on is not None and on < row.issued_on:
        raise EndsBeforeStart(field="on")
    await _end(ctx, row, "expires_on", on)
    return row


async def add_address(ctx: Context, party_id: UUID, given: AddressInput) -> PartyAddress:
    await party_for(ctx, party_id)
    row = rows.address_row(ctx, party_id, given)
    await _add(ctx, party_id, row, "addresses")
    return row


async def end_address(ctx: Context, address_id: UUID, on: date) -> PartyAddress:
    row = await record(ctx, PartyAddress, address_id, "address")
    await party_for(ctx, row.party_id)
    if row.valid_from is not None and on < row.valid_from:
        raise EndsBeforeStart(field="on")
    await _end(ctx, row, "valid_to", on)
    return row


async def add_contact(ctx: Context, party_id: UUID, given: ContactInput) -> PartyContact:
    party = await party_for(ctx, party_id)
    row = rows.contact_row(ctx, party_id, given, party.country, "")
    same = select(PartyContact.id).where(
        PartyContact.party_id == party_id,
        col(PartyContact.value_tag).in_(tags_of(ctx, row)),
        PartyContact.kind == row.kind,
        col(PartyContact.valid_to).is_(None),
    )
    if await ctx.session.scalar(same) is not None:
        raise ContactRepeated(field="value")
    await _add(ctx, party_id, row, "contacts")
    return row


async def end_contact(ctx: Context, contact_id: UUID, on: date) -> PartyContact:
    row = await record(ctx, PartyContact, contact_id, "contact")
    await party_for(ctx, row.party_id)
    await _end(ctx, row, "valid_to", on)
    return row


async def add_country(ctx: Context, party_id: UUID, given: CountryInput) -> PartyCountry:
    await party_for(ctx, party_id)
    same = select(PartyCountry.id).where(
        PartyCountry.party_id == party_id, PartyCountry.kind == given.kind, PartyCountry.country == given.country
    )
    if await ctx.session.scalar(same) is not None:
        raise CountryTieRepeated(field="country")
    row = rows.country_row(ctx, party_id, given)
    await _add(ctx, party_id, row, "countries")
    return row


async def remove_country(ctx: Context, country_id: UUID) -> None:
    """The row goes, its versions stay."""
    row = await record(ctx, PartyCountry, country_id, "country")
    await party_for(ctx, row.party_id)
    async with ctx.audit("customer.edit", ("party", row.party_id)) as entry:
        await remove(ctx, row, entry)
    await ctx.emit("party.changed", row.party_id, {"fields": ["countries"]})


async def _add(ctx: Context, party_id: UUID, row: Audited, what: str) -> None:
    async with ctx.audit("customer.edit", ("party", party_id)):
        ctx.session.add(row)
    await _changed(ctx, party_id, what)


async def _end(ctx: Context, row: Any, column: str, on: date) -> None:
    """An end can be brought forward; a later one than is recorded would revive what has ended."""
    ended = getattr(row, column)
    if ended is not None and ended <= on:
        return
    async with ctx.audit("customer.edit", ("party", row.party_id)):
        setattr(row, column, on)
    await ctx.emit("party.changed", row.party_id, {"fields": [str(row.__tablename__)]})


async def _changed(ctx: Context, party_id: UUID, what: str) -> None:
    await ctx.emit("party.changed", party_id, {"fields": [what]})
    await note_duplicates(ctx, party_id)
