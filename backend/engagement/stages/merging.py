"""Steps of a relationship go where the relationship goes; those of one that was closed stay with its record, and the
survivor's history shows them (queries.history)."""

from uuid import UUID

from backend.access.context import Context
from backend.customers.following import move, records_of
from backend.customers.service.relations import customer_of
from backend.engagement.stages.models import StageTransition


async def follow(ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
    relation = await customer_of(ctx, survivor_id)
    rows = await records_of(ctx, StageTransition, loser_id)
    going = [row for row in rows if relation is not None and row.customer_id == relation.id]
    await move(ctx, going, loser_id, survivor_id)
