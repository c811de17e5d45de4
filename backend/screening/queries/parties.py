"""Parties of the record as screening reads them: without a check of access, in sets."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import Party, PartyStatus


async def active_parties(ctx: Context, party_ids: Collection[UUID]) -> Sequence[Party]:
    """Those of them that were neither merged nor erased."""
    wanted = select(Party).where(col(Party.id).in_(party_ids), Party.status == PartyStatus.ACTIVE)
    return (await ctx.session.scalars(wanted.order_by(col(Party.id)))).all()


async def details_of(ctx: Context, model: Any, party_ids: Collection[UUID]) -> Mapping[UUID, list[Any]]:
    """By party, the rows of a table that has a `party_id`."""
    grouped: dict[UUID, list[Any]] = defaultdict(list)
    for row in await ctx.session.scalars(select(model).where(model.party_id.in_(party_ids)).order_by(model.id)):
        grouped[row.party_id].append(row)
    return grouped
