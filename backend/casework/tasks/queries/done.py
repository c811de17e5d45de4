"""What other floors count of tasks: those about a customer that were done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import select as sql
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.casework.tasks.models import Task, TaskState
from backend.casework.tasks.queries import OBJECT


@dataclass(frozen=True, slots=True)
class Done:
    id: UUID
    party_id: UUID
    day: date


async def done_between(ctx: Context, since: date, until: date) -> Sequence[Done]:
    """From `since` on and before `until`, the oldest first. Raises NotAllowed."""
    ctx.require("view", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    begin, end = (datetime.combine(day, time(), UTC) for day in (since, until))
    query = sql(col(Task.id), col(Task.party_id), col(Task.closed_at)).where(
        col(Task.state) == TaskState.DONE,
        col(Task.party_id).is_not(None),
        col(Task.closed_at) >= begin,
        col(Task.closed_at) < end,
    )
    rows = await ctx.session.execute(query.order_by(col(Task.closed_at), col(Task.id)))
    return [Done(row.id, row.party_id, row.closed_at.date()) for row in rows]
