"""Tasks about a record that is merged into another are about the survivor from then on, with their whole course."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.casework.tasks.models import Task, TaskPoint, TaskStep
from backend.customers.following import move, records_of


async def follow(ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
    tasks = await records_of(ctx, Task, loser_id)
    ids = [task.id for task in tasks]
    for rows in (tasks, await _parts(ctx, TaskStep, ids), await _parts(ctx, TaskPoint, ids)):
        await move(ctx, rows, loser_id, survivor_id)


async def _parts(ctx: Context, model: Any, task_ids: list[UUID]) -> list[Any]:
    query = select(model).where(col(model.task_id).in_(task_ids)).order_by(col(model.id))
    return list(await ctx.session.scalars(query))
