"""Recording a party, and changing what is known of it."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlmodel import select

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers import inputs
from backend.customers.errors import ContactRepeated, DateTooEarly, FieldNotForKind, IdentifierRepeated, SourceTaken
from backend.customers.identifiers import TYPES, check
from backend.customers.inputs import PartyChanges, PartyInput
from backend.customers.models import NameKind, Party, PartyIdentifier, PartyKind
from backend.customers.service import rows
from backend.customers.service.candidates import note_duplicates
from backend.customers.service.loading import new_party_facts, party_for, tag_names
from backend.customers.service.relations import open_relation

OLDEST: Final = 130
_SEALED: Final = "birth_date"


async def record_party(ctx: Context, given: PartyInput) -> Party:
    """Written as a whole or not at all; records that may be the same party are noted for people to judge."""
    relation = given.relation
    manager = ctx.actor.id if relation is None else relation.manager_id
    team = ctx.actor.team_id if relation is None else relation.team_id
    ctx.require("create", "customer", new_party_facts(ctx, manager, team))
    _check_dates(ctx, given.birth_date, given.founded_on)
    await _refuse_known_source(ctx, given.source_ref)
    party_id = new_id()
    await ctx.vault.create([party_id])
    party = _party(ctx, party_id, given)
    parts = _parts(ctx, party_id, given)
    async with ctx.audit("customer.create", ("party", party_id)):
        ctx.session.add(party)
        await ctx.session.flush()
        ctx.session.add_all(parts)
        await ctx.session.flush()
        await tag_names(ctx, party_id)
        if relation is not None:
            open_relation(ctx, party_id, relation)
    await ctx.emit("party.recorded", party_id, {"kind": given.kind.value, "source": given.source})
    await note_duplicates(ctx, party_id)
    return party


def _party(ctx: Context, party_id: UUID, given: PartyInput) -> Party:
    legal = next(name for name in given.names if name.kind is NameKind.LEGAL)
    actor = ctx.actor
    return Party(
        id=party_id,
        tenant_id=actor.tenant_id,
        kind=given.kind,
        name=ctx.vault.seal("party", "name", party_id, party_id, legal.full_name),
        birth_date=_sealed_day(ctx, party_id, given.birth_date),
        gender=given.gender,
        occupation=given.occupation,
        industry=given.industry,
        legal_form=given.legal_form,
        founded_on=given.founded_on,
        country=given.country,
        region=given.region,
        correspondence_language=given.correspondence_language,
        source=given.source,
        source_ref=given.source_ref,
        referred_by=actor.id if actor.type == "partner" else None,
        created_by=actor.id,
        created_at=ctx.now,
    )


def _sealed_day(ctx: Context, party_id: UUID, day: date | None) -> bytes | None:
    text = None if day is None else day.isoformat()
    return ctx.vault.seal_optional("party", _SEALED, party_id, party_id, text)


def _parts(ctx: Context, party_id: UUID, given: PartyInput) -> list[Any]:
    parts: list[Any] = [rows.name_row(ctx, party_id, given.kind, name) for name in given.names]
    parts += _identifiers(ctx, party_id, given)
    parts += [rows.address_row(ctx, party_id, address) for address in given.addresses]
    parts += _contacts(ctx, party_id, given)
    parts += [rows.country_row(ctx, party_id, tie) for tie in given.countries]
    return parts


def _identifiers(ctx: Context, party_id: UUID, given: PartyInput) -> list[PartyIdentifier]:
    made: list[PartyIdentifier] = []
    seen: set[tuple[str, str | None, str]] = set()
    for place, identifier in enumerate(given.identifiers):
        field = f"identifiers.{place}."
        checked, country = rows.checked_identifier(identifier, given.kind, field)
        rows.agree(checked, identifier.type, given.birth_date, given.gender, field)
        key = (identifier.type, country, checked.normal)
        if key in seen:
            raise IdentifierRepeated(field=f"{field}value")
        seen.add(key)
        made.append(rows.identifier_row(ctx, party_id, identifier, checked, country))
    return made


def _contacts(ctx: Context, party_id: UUID, given: PartyInput) -> list[Any]:
    made: dict[bytes | None, Any] = {}
    for place, contact in enumerate(given.contacts):
        field = f"contacts.{place}."
        row = rows.contact_row(ctx, party_id, contact, given.country, field)
        if row.value_tag in made:
            raise ContactRepeated(field=f"{field}value")
        made[row.value_tag] = row
    return list(made.values())


async def edit_party(ctx: Context, party_id: UUID, changes: PartyChanges) -> Party:
    """Only what was given and differs is changed, so repeating an edit writes nothing."""
    party = await party_for(ctx, party_id)
    foreign = inputs.foreign_field(changes, PartyKind(party.kind))
    if foreign is not None:
        raise FieldNotForKind(field=foreign, kind=party.kind)
    _check_dates(ctx, changes.birth_date, changes.founded_on)
    given = {name: getattr(changes, name) for name in changes.model_fields_set}
    await _refuse_contradiction(ctx, party, given)
    changed = {name: value for name, value in given.items() if value != _current(ctx, party, name)}
    if not changed:
        return party
    async with ctx.audit("customer.edit", ("party", party_id)):
        for name, value in changed.items():
            setattr(party, name, _sealed_day(ctx, party_id, value) if name == _SEALED else value)
    await ctx.emit("party.changed", party_id, {"fields": sorted(changed)})
    if _SEALED in changed:
        await note_duplicates(ctx, party_id)
    return party


def _current(ctx: Context, party: Party, name: str) -> Any:
    if name != _SEALED:
        return getattr(party, name)
    text = ctx.vault.open_optional("party", _SEALED, party.id, party.id, party.birth_date)
    return None if text is None else date.fromisoformat(text)


async def _refuse_contradiction(ctx: Context, party: Party, given: dict[str, Any]) -> None:
    """Against the birth numbers that the record holds already."""
    if not given.keys() & {"birth_date", "gender"}:
        return
    held = await ctx.session.scalars(select(PartyIdentifier).where(PartyIdentifier.party_id == party.id))
    for row in held:
        value = ctx.vault.open("party_identifier", "value", row.id, party.id, row.value)
        type_ = TYPES.get(row.type)
        if type_ is None:
            continue
        day, gender = given.get("birth_date"), given.get("gender")
        rows.agree(check(type_, value), row.type, day, gender, "birth_date." if day else "gender.")


def _check_dates(ctx: Context, born: date | None, founded: date | None) -> None:
    today = ctx.now.date()
    rows.past(born, today, "birth_date")
    rows.past(founded, today, "founded_on")
    if born is not None and born.year < today.year - OLDEST:
        raise DateTooEarly(field="birth_date", years=OLDEST)


async def _refuse_known_source(ctx: Context, source_ref: str | None) -> None:
    if source_ref is None:
        return
    known = await ctx.session.scalar(select(Party.id).where(Party.source_ref == source_ref))
    if known is not None:
        raise SourceTaken(field="source_ref")
