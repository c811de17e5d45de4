"""Warnings of a record that is merged into another: the survivor has their history, and one that is not closed."""

from uuid import UUID

from backend.access.context import Context
from backend.customers.following import move, records_of
from backend.customers.service.relations import customer_of
from backend.engagement.watch import queries
from backend.engagement.watch.models import EarlyWarning, Outcome, WarningStep
from backend.engagement.watch.service import close


async def follow(ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
    """Where both are warned of, the survivor's own goes on; the next day's facts are those of the one customer."""
    standing = await queries.taken_up(ctx, [loser_id, survivor_id])
    if len(standing) > 1:
        await close(ctx, standing[loser_id], Outcome.MERGED)
    relation = await customer_of(ctx, survivor_id)
    warnings = await records_of(ctx, EarlyWarning, loser_id)
    if relation is not None:
        for warning in warnings:
            warning.customer_id = relation.id
    await move(ctx, warnings, loser_id, survivor_id)
    await move(ctx, await records_of(ctx, WarningStep, loser_id), loser_id, survivor_id)
