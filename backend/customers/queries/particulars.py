"""What the page of a party shows beside its summary, for many parties at once; every personal field apart.

So that a reader who asks for one of them reads, and is noted as having read, that one alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from backend.access.context import Context
from backend.core.tables import metadata
from backend.customers.models import Party
from backend.customers.queries.sight import SCOPE, sights, standing


@dataclass(frozen=True, slots=True)
class Particulars:
    """Nothing in it is personal; every right to view the party shows it."""

    ver: int
    gender: str | None
    industry: str | None
    legal_form: str | None
    founded_on: date | None
    source: str
    source_ref: str | None
    created_at: datetime
    created_by: UUID


async def particulars_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Particulars]:
    """Parties that the actor may not see are left out."""
    columns: Any = select(col(Party.id), *(getattr(Party, name) for name in Particulars.__slots__))
    rows = await ctx.session.execute(
        standing(columns).where(col(Party.id).in_(party_ids), ctx.clause("view", "customer", SCOPE))
    )
    return {row.id: Particulars(**{name: getattr(row, name) for name in Particulars.__slots__}) for row in rows}


async def occupations_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, str | None]:
    return await _shown(ctx, party_ids, "occupation", col(Party.occupation))


async def regions_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, str | None]:
    return await _shown(ctx, party_ids, "city", col(Party.region))


async def correspondence_languages_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, str | None]:
    """As recorded; None where nobody said, who is written to by country (backend.customers.languages)."""
    return await _shown(ctx, party_ids, "language", col(Party.correspondence_language))


async def _shown(ctx: Context, party_ids: Collection[UUID], field: str, column: Any) -> dict[UUID, str | None]:
    """Read only of the parties of which the actor sees the field."""
    seen = {party_id: sight for party_id, sight in (await sights(ctx, party_ids)).items() if sight.sees(field)}
    if not seen:
        return {}
    rows = await ctx.session.execute(select(col(Party.id), column.label("value")).where(col(Party.id).in_(seen)))
    return {row.id: seen[row.id].show(field, row.value) for row in rows}


async def part_ids(ctx: Context, table: str, party_id: UUID) -> set[UUID]:
    """The rows of a table that hang on the party now; without any check of access."""
    columns = metadata.tables[table].c
    return set(await ctx.session.scalars(select(columns.id).where(columns.party_id == party_id)))
