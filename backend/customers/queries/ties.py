"""How parties are tied to each other, for many parties at once."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import OwnershipStake, PartyRelationship
from backend.customers.queries.details import Grouped
from backend.customers.queries.sight import Sight, sights
from backend.customers.queries.summaries import many
from backend.customers.views import PartySummary, RelationshipView, StakeView


def _name(known: dict[UUID, PartySummary], party_id: UUID) -> str | None:
    party = known.get(party_id)
    return None if party is None else party.name


async def relationships_of(ctx: Context, party_ids: Collection[UUID]) -> Grouped[RelationshipView]:
    """From either end; a tie between two of the parties stands with both."""
    seen = await sights(ctx, party_ids, "view", "relationship")
    ends = (col(PartyRelationship.from_id), col(PartyRelationship.to_id))
    found = select(PartyRelationship).where(or_(*(end.in_(seen) for end in ends))).order_by(col(PartyRelationship.id))
    rows = (await ctx.session.scalars(found)).all()
    known = await many(ctx, {party for row in rows for party in (row.from_id, row.to_id)})
    views: dict[UUID, list[RelationshipView]] = {party_id: [] for party_id in seen}
    for row in rows:
        for end in (row.from_id, row.to_id):
            if end in views:
                views[end].append(_relationship(row, known))
    return {party_id: tuple(group) for party_id, group in views.items()}


def _relationship(row: PartyRelationship, known: dict[UUID, PartySummary]) -> RelationshipView:
    return RelationshipView(
        id=row.id,
        from_id=row.from_id,
        from_name=_name(known, row.from_id),
        to_id=row.to_id,
        to_name=_name(known, row.to_id),
        kind=row.kind,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


async def stakes_of(ctx: Context, party_ids: Collection[UUID]) -> Grouped[StakeView]:
    """What the parties hold and who holds them, ended stakes included."""
    seen = await sights(ctx, party_ids, "view", "ownership")
    ends = (col(OwnershipStake.owner_id), col(OwnershipStake.owned_id))
    found = select(OwnershipStake).where(or_(*(end.in_(seen) for end in ends))).order_by(col(OwnershipStake.id))
    rows = (await ctx.session.scalars(found)).all()
    known = await many(ctx, {party for row in rows for party in (row.owner_id, row.owned_id)})
    views: dict[UUID, list[StakeView]] = {party_id: [] for party_id in seen}
    for row in rows:
        for end in (row.owner_id, row.owned_id):
            if end in views:
                views[end].append(_stake(row, known, seen[end]))
    return {party_id: tuple(group) for party_id, group in views.items()}


def _stake(row: OwnershipStake, known: dict[UUID, PartySummary], sight: Sight) -> StakeView:
    """A masked share is no number, so it is left out."""
    shown: Any = None if row.fraction is None else sight.show("ownership", str(row.fraction))
    return StakeView(
        id=row.id,
        owner_id=row.owner_id,
        owner_name=_name(known, row.owner_id),
        owned_id=row.owned_id,
        owned_name=_name(known, row.owned_id),
        kind=row.kind,
        fraction=row.fraction if shown == str(row.fraction) else None,
        source=row.source,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
