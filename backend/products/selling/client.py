"""A customer as selling sees her: facts of the record and of her assessments, what is valid, what stands against it.

Values are opened to be compared with a target market, not to be shown to anybody.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select as sql_select
from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import AddressKind, Party, PartyAddress
from backend.products.selling import bars
from backend.products.selling.rules import Bar, Client, Standing
from backend.products.suitability import queries, record
from backend.products.suitability.models import Assessment, AssessmentState
from backend.products.suitability.questionnaire import Kind

_SEATS: Final = (AddressKind.HOME.value, AddressKind.REGISTERED.value)


async def clients(
    ctx: Context, party_ids: Collection[UUID], on: date, without: Collection[str] = ()
) -> dict[UUID, Client]:
    """Four queries and those of the bars, however many customers; those who are not recorded are missing."""
    rows = (await ctx.session.scalars(select(Party).where(col(Party.id).in_(set(party_ids))))).all()
    parties = {row.id: row for row in rows}
    await ctx.vault.load(parties)
    taken = await queries.standing(ctx, parties)
    seats = await _seats(ctx, list(parties), on)
    barred = await bars.gather(ctx, list(parties), without)
    return {
        party_id: _client(ctx, party, taken.get(party_id, []), seats.get(party_id), on, barred[party_id])
        for party_id, party in parties.items()
    }


def _client(
    ctx: Context, party: Party, taken: Sequence[Assessment], seat: str | None, on: date, barred: tuple[Bar, ...]
) -> Client:
    """Of two assessments that say the same fact the later one is believed; one that ran out says nothing."""
    facts = _recorded(ctx, party, seat, on)
    valid = [row for row in taken if row.state == AssessmentState.IN_FORCE and row.valid_until >= on]
    for row in sorted(valid, key=lambda row: row.id):
        facts |= facts_of(row)
    vulnerable = any(row.vulnerable for row in valid)
    if valid:
        facts["vulnerable"] = vulnerable
    standing = {row.questionnaire: Standing(row.id, row.grade, row.valid_until) for row in taken}
    return Client(standing, facts, vulnerable, barred)


def facts_of(row: Assessment) -> dict[str, Any]:
    """What an assessment says under the names that target markets use; lists are sets."""
    said: Mapping[str, Any] = (row.result or {}).get("facts", {})
    facts = {name: frozenset(value) if isinstance(value, list) else value for name, value in said.items()}
    if row.kind == Kind.SUITABILITY:
        facts["risk_grade"] = row.grade
    return facts


def _recorded(ctx: Context, party: Party, seat: str | None, on: date) -> dict[str, Any]:
    age = record.known(ctx, party, on).get("age")
    return {"party_type": party.kind, "residence": party.country or seat, "age": age}


async def _seats(ctx: Context, party_ids: Sequence[UUID], on: date) -> dict[UUID, str]:
    """The country of the home address or registered office that holds on the day; of several the first recorded."""
    query = sql_select(col(PartyAddress.party_id), col(PartyAddress.country), col(PartyAddress.valid_to)).where(
        col(PartyAddress.party_id).in_(party_ids), col(PartyAddress.kind).in_(_SEATS)
    )
    rows = (await ctx.session.execute(query.order_by(col(PartyAddress.id).desc()))).all()
    return {party_id: country for party_id, country, until in rows if until is None or until >= on}
