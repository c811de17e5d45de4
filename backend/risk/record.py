"""What the customer record itself knows: who the party is, where it belongs, which papers are on file.

Values are opened to be compared with a rule-set, not to be shown to anybody.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select as sql_select
from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import (
    AddressKind,
    CountryTieKind,
    Document,
    DocumentStatus,
    Party,
    PartyAddress,
    PartyCountry,
    PartyKind,
)
from backend.risk.facts import register
from backend.risk.rules import Offered

_SEATS: Final = (AddressKind.HOME.value, AddressKind.REGISTERED.value)
_PERSON: Final = "person"


class RecordFacts:
    name: str = "record"

    async def facts(self, ctx: Context, party_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Offered]]:
        await ctx.vault.load(party_ids)
        parties = (await ctx.session.scalars(select(Party).where(col(Party.id).in_(party_ids)))).all()
        seats, papers = await _seats(ctx, party_ids), await _papers(ctx, party_ids)
        nationalities = await _nationalities(ctx, party_ids)
        today = ctx.now.date()
        return {
            party.id: {
                **_common(party, seats.get(party.id)),
                **(_person(ctx, party, today) if party.kind == PartyKind.PERSON else _organisation(party, today)),
                "nationalities": nationalities.get(party.id),
                "papers": papers.get(party.id),
            }
            for party in parties
        }


def _common(party: Party, seat: str | None) -> dict[str, Offered]:
    return {"residence": party.country or seat, "industry": party.industry}


def _person(ctx: Context, party: Party, today: date) -> dict[str, Offered]:
    """A person has no layers of ownership above him, and issues no shares; that is known without asking."""
    born = ctx.vault.open_optional("party", "birth_date", party.id, party.id, party.birth_date)
    return {
        "legal_form": _PERSON,
        "occupation": party.occupation,
        "age_years": None if born is None else months_between(date.fromisoformat(born), today) // 12,
        "ownership_layers": 0,
        "nominee_or_bearer": False,
    }


def _organisation(party: Party, today: date) -> dict[str, Offered]:
    founded = party.founded_on
    months = None if founded is None else months_between(founded, today)
    return {"legal_form": party.legal_form, "months_since_founding": months}


def months_between(start: date, day: date) -> int:
    """Completed months; none before the start."""
    return max(0, (day.year - start.year) * 12 + day.month - start.month - (day.day < start.day))


async def _seats(ctx: Context, party_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The country of the home address or registered office that holds today; of several the first recorded."""
    columns: Any = sql_select(col(PartyAddress.party_id), col(PartyAddress.country), col(PartyAddress.valid_to))
    query = columns.where(col(PartyAddress.party_id).in_(party_ids), col(PartyAddress.kind).in_(_SEATS))
    rows = (await ctx.session.execute(query.order_by(col(PartyAddress.id).desc()))).all()
    today = ctx.now.date()
    return {row.party_id: row.country for row in rows if row.valid_to is None or row.valid_to >= today}


async def _nationalities(ctx: Context, party_ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    query = select(PartyCountry.party_id, PartyCountry.country).where(
        col(PartyCountry.party_id).in_(party_ids), PartyCountry.kind == CountryTieKind.NATIONALITY
    )
    return await _gathered(ctx, query)


async def _papers(ctx: Context, party_ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """The kinds of accepted papers that have not expired."""
    valid = col(Document.expires_on).is_(None) | (col(Document.expires_on) >= ctx.now.date())
    query = select(Document.party_id, Document.type).where(
        col(Document.party_id).in_(party_ids), Document.status == DocumentStatus.ACCEPTED, valid
    )
    return await _gathered(ctx, query)


async def _gathered(ctx: Context, query: Any) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for party_id, code in (await ctx.session.execute(query)).all():
        found[party_id].add(code)
    return {party_id: frozenset(codes) for party_id, codes in found.items()}


register(RecordFacts())
