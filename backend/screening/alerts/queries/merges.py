"""Records that were merged, as far as alerts are concerned."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import Party
from backend.screening.alerts.models import ScreeningAlert, ScreeningMerge


async def formers_to_carry(ctx: Context, party_id: UUID) -> Sequence[UUID]:
    """Records that were merged into the party, however many times, whose alerts are still to go over."""
    tree = select(col(Party.id)).where(col(Party.merged_into_id) == party_id).cte("formers", recursive=True)
    tree = tree.union(select(col(Party.id)).join(tree, col(Party.merged_into_id) == tree.c.id))
    carried = select(col(ScreeningMerge.former_id))
    wanted = select(tree.c.id).where(tree.c.id.not_in(carried)).order_by(tree.c.id)
    return (await ctx.session.scalars(wanted)).all()


async def merges_into(ctx: Context, party_id: UUID) -> Sequence[ScreeningMerge]:
    wanted = select(ScreeningMerge).where(col(ScreeningMerge.party_id) == party_id).order_by(col(ScreeningMerge.id))
    return (await ctx.session.scalars(wanted)).all()


async def merges_to_look_at(ctx: Context, party_id: UUID) -> Sequence[ScreeningMerge]:
    return [merge for merge in await merges_into(ctx, party_id) if merge.looked_at is None]


async def joined_of(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, list[ScreeningAlert]]:
    """Of each alert that the actor was shown, those on the same pair of records merged into its customer's."""
    mine, former = aliased(ScreeningAlert), aliased(ScreeningAlert)
    wanted = (
        select(mine.id, former)
        .join(ScreeningMerge, col(ScreeningMerge.party_id) == mine.party_id)
        .join(former, col(ScreeningMerge.former_id) == former.party_id)
        .where(col(mine.id).in_(set(alert_ids)), former.list_id == mine.list_id, former.entity_ref == mine.entity_ref)
        .order_by(col(former.id))
    )
    found: dict[UUID, list[ScreeningAlert]] = defaultdict(list)
    for alert_id, other in await ctx.session.execute(wanted):
        found[alert_id].append(other)
    return found
