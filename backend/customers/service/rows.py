"""Inputs become rows: checked, normalised, sealed under the party's key. Nothing is stored here."""

from datetime import date
from typing import Final, NoReturn
from uuid import UUID

from backend.access.context import Context
from backend.core.errors import Invalid
from backend.core.ids import new_id
from backend.customers import contacts, names
from backend.customers.errors import (
    DateInFuture,
    IdentifierCheckDigit,
    IdentifierComponent,
    IdentifierContradicts,
    IdentifierCountry,
    IdentifierCountryMissing,
    IdentifierFormat,
    IdentifierLength,
    IdentifierNotForKind,
    IdentifierTypeUnknown,
)
from backend.customers.identifiers import TYPES, Checked, IdentifierType, Reason, Verdict, check
from backend.customers.indexes import EMAIL, IDENTIFIER, PHONE
from backend.customers.inputs import AddressInput, ContactInput, CountryInput, IdentifierInput, NameInput
from backend.customers.models import (
    ContactKind,
    PartyAddress,
    PartyContact,
    PartyCountry,
    PartyIdentifier,
    PartyKind,
    PartyName,
)

_WRONG: Final[dict[Reason, type[Invalid]]] = {
    Reason.LENGTH: IdentifierLength,
    Reason.FORMAT: IdentifierFormat,
    Reason.CHECK_DIGIT: IdentifierCheckDigit,
    Reason.COMPONENT: IdentifierComponent,
}


def name_row(ctx: Context, party_id: UUID, kind: PartyKind, given: NameInput) -> PartyName:
    """The parts of a person's Chinese name are found where they were not given."""
    row_id, vault = new_id(), ctx.vault
    parts = (given.family_name, given.given_name)
    if kind is PartyKind.PERSON and parts == (None, None):
        parts = names.split_han(given.full_name) or parts
    family, first = parts
    return PartyName(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        kind=given.kind,
        script=names.script_of(given.full_name),
        full_name=vault.seal("party_name", "full_name", row_id, party_id, given.full_name),
        given_name=vault.seal_optional("party_name", "given_name", row_id, party_id, first),
        family_name=vault.seal_optional("party_name", "family_name", row_id, party_id, family),
    )


def checked_identifier(given: IdentifierInput, kind: PartyKind, field: str) -> tuple[Checked, str | None]:
    """The normal form with its verdict, and the country that issued it. Raises what is wrong with it."""
    type_ = TYPES.get(given.type)
    if type_ is None:
        raise IdentifierTypeUnknown(field=f"{field}type", type=given.type)
    if kind not in type_.kinds:
        raise IdentifierNotForKind(field=f"{field}type", type=type_.code, kind=kind.value)
    country = _country(type_, given.country, field)
    checked = check(type_, given.value)
    if checked.verdict is Verdict.INVALID or not checked.normal:
        _refuse(type_, checked.reason or Reason.FORMAT, f"{field}value")
    return checked, country


def _country(type_: IdentifierType, given: str | None, field: str) -> str | None:
    if type_.country is not None and given not in {None, type_.country}:
        raise IdentifierCountry(field=f"{field}country", type=type_.code, country=type_.country)
    if type_.country is None and given is None and not type_.worldwide:
        raise IdentifierCountryMissing(field=f"{field}country", type=type_.code)
    return type_.country or given


def _refuse(type_: IdentifierType, reason: Reason, field: str) -> NoReturn:
    raise _WRONG[reason](field=field, type=type_.code)


def agree(checked: Checked, type_: str, birth_date: date | None, gender: str | None, field: str) -> None:
    """A birth number states birth date and gender: it and the record cannot both be right when they differ."""
    says = checked.says
    stated = ((says.birth_date if says.certain else None, birth_date, "birth date"), (says.gender, gender, "gender"))
    for from_number, from_record, what in stated:
        if from_number is not None and from_record is not None and from_number != from_record:
            raise IdentifierContradicts(field=f"{field}value", type=type_, what=what)


def identifier_row(
    ctx: Context, party_id: UUID, given: IdentifierInput, checked: Checked, country: str | None
) -> PartyIdentifier:
    row_id = new_id()
    return PartyIdentifier(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        type=given.type,
        country=country,
        issuer=given.issuer,
        value=ctx.vault.seal("party_identifier", "value", row_id, party_id, checked.normal),
        value_tag=ctx.vault.search.tag(IDENTIFIER, checked.normal),
        issued_on=given.issued_on,
        expires_on=given.expires_on,
        checked=checked.verdict is Verdict.VALID,
    )


def address_row(ctx: Context, party_id: UUID, given: AddressInput) -> PartyAddress:
    row_id = new_id()
    return PartyAddress(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        kind=given.kind,
        text=ctx.vault.seal("party_address", "text", row_id, party_id, given.text),
        country=given.country,
        region=given.region,
        valid_from=given.valid_from,
    )


def contact_row(ctx: Context, party_id: UUID, given: ContactInput, region: str | None, field: str) -> PartyContact:
    row_id = new_id()
    value = contacts.normal(given.kind, given.value, given.region or region, f"{field}value")
    index = EMAIL if given.kind is ContactKind.EMAIL else PHONE
    return PartyContact(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        kind=given.kind,
        value=ctx.vault.seal("party_contact", "value", row_id, party_id, value),
        value_tag=ctx.vault.search.tag(index, value),
        preferred=given.preferred,
    )


def country_row(ctx: Context, party_id: UUID, given: CountryInput) -> PartyCountry:
    row_id = new_id()
    return PartyCountry(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        kind=given.kind,
        country=given.country,
        tax_number=ctx.vault.seal_optional("party_country", "tax_number", row_id, party_id, given.tax_number),
    )


def past(day: date | None, today: date, field: str) -> None:
    if day is not None and day > today:
        raise DateInFuture(field=field)
