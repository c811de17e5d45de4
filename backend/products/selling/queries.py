"""Every SELECT of sales."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.customers.queries import allowed_ids, facts
from backend.products.selling.errors import SaleNotFound
from backend.products.selling.models import Sale, SaleState

OBJECT: Final = "sale"


async def sale(ctx: Context, sale_id: UUID, *, lock: bool = False) -> Sale:
    """Raises SaleNotFound, also for what the actor may not see."""
    query = _visible(ctx).where(col(Sale.id) == sale_id)
    found: Sale | None = await ctx.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise SaleNotFound()
    return found


async def access(ctx: Context, row: Sale) -> Facts:
    """Where the sale stands; its maker is whoever sold."""
    return replace(await facts(ctx, row.party_id), maker_id=row.sold_by, owner_id=row.sold_by)


async def by_ids(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Sale]:
    return {row.id: row for row in await ctx.session.scalars(_visible(ctx).where(col(Sale.id).in_(set(ids))))}


async def of_parties(ctx: Context, party_ids: Collection[UUID], limit: int = 200) -> dict[UUID, list[Sale]]:
    """The newest first, refused attempts among them."""
    query = _visible(ctx).where(col(Sale.party_id).in_(set(party_ids))).order_by(col(Sale.id).desc()).limit(limit)
    found: dict[UUID, list[Sale]] = defaultdict(list)
    for row in await ctx.session.scalars(query):
        found[row.party_id].append(row)
    return dict(found)


async def waiting(ctx: Context, limit: int = 100) -> Sequence[Sale]:
    """Sales that wait for a second person, the oldest first."""
    query = _visible(ctx).where(col(Sale.state) == SaleState.PROPOSED).order_by(col(Sale.id)).limit(limit)
    found: Sequence[Sale] = (await ctx.session.scalars(query)).all()
    return found


def _visible(ctx: Context) -> Any:
    return select(Sale).where(col(Sale.party_id).in_(allowed_ids(ctx, "view", OBJECT)))
