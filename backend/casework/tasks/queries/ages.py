"""What the platform and the ageing report read of every department: what is late, and how old everything is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, literal
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import StaffUser
from backend.casework.models import WorkItem
from backend.casework.queries import OPEN_STATES
from backend.casework.tasks.models import Task
from backend.casework.tasks.states import OPEN


@dataclass(frozen=True, slots=True)
class Lasting:
    """A task or a piece of work that is not over; `place` is its department or queue."""

    place: str
    since: datetime
    touched_at: datetime
    due_at: datetime
    owner_id: UUID | None


async def active_ids(ctx: Context) -> set[UUID]:
    return set(await ctx.session.scalars(sql(col(StaffUser.id)).where(col(StaffUser.active))))


async def late(ctx: Context, limit: int) -> Sequence[Task]:
    """For the platform: open tasks whose escalation is due; what another worker holds is left to it."""
    query = select(Task).where(col(Task.state).in_(OPEN), col(Task.escalate_at) <= ctx.now)
    ripe = query.order_by(col(Task.escalate_at), col(Task.id)).limit(limit)
    return (await ctx.session.scalars(ripe.with_for_update(skip_locked=True))).all()


async def lasting_tasks(ctx: Context) -> list[Lasting]:
    """Every open task of the institution, without its words; whoever asks was allowed to see ages."""
    query = sql(
        col(Task.department), col(Task.created_at), col(Task.touched_at), col(Task.due_at), col(Task.assignee_id)
    ).where(col(Task.state).in_(OPEN))
    return [Lasting(*row) for row in await ctx.session.execute(query)]


async def lasting_work(ctx: Context) -> list[Lasting]:
    """The same of casework: every open piece of work of every queue; what somebody holds is being worked on."""
    query = sql(
        col(WorkItem.queue),
        col(WorkItem.opened_at),
        case((col(WorkItem.owner_id).is_(None), col(WorkItem.opened_at)), else_=literal(ctx.now)),
        col(WorkItem.due_at),
        col(WorkItem.owner_id),
    ).where(col(WorkItem.state).in_(OPEN_STATES))
    return [Lasting(*row) for row in await ctx.session.execute(query)]
