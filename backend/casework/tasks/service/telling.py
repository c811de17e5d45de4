"""Whoever a task concerns is told inside the application; nobody is told of what they did themselves."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from backend.access.context import Context
from backend.casework.tasks import queries
from backend.casework.tasks.models import Task, TaskNotice
from backend.core.actor import SYSTEM_ID
from backend.core.ids import new_id


def tell(ctx: Context, row: Task, kind: str, people: Iterable[UUID | None]) -> None:
    for user_id in dict.fromkeys(people):
        if user_id in {None, ctx.actor.id, SYSTEM_ID}:
            continue
        notice = TaskNotice(
            id=new_id(),
            tenant_id=row.tenant_id,
            user_id=user_id,
            task_id=row.id,
            kind=kind,
            by=ctx.actor.id,
            at=ctx.now,
        )
        ctx.session.add(notice)


async def concerned(ctx: Context, row: Task) -> list[UUID | None]:
    """Who holds it, who set it, who watches it."""
    watching = await queries.watchers(ctx, row.id)
    return [row.assignee_id, row.created_by, *(each.user_id for each in watching)]


async def mark_read(ctx: Context, task_id: UUID | None = None) -> int:
    """The actor's own notices, of one task or all; how many there were."""
    mine = update(TaskNotice).where(col(TaskNotice.user_id) == ctx.actor.id, col(TaskNotice.read_at).is_(None))
    if task_id is not None:
        mine = mine.where(col(TaskNotice.task_id) == task_id)
    done = await ctx.session.execute(mine.values(read_at=ctx.now))
    return int(getattr(done, "rowcount", 0))
