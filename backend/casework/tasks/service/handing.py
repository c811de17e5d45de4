"""Hand-over: offered with a reason, and accepted or declined; until then it stays where it is, so nothing falls."""

from uuid import UUID

from backend.access.context import Context
from backend.casework.tasks import queries, rules
from backend.casework.tasks.errors import HandOverTarget, NotOffered, OfferOpen
from backend.casework.tasks.models import Task, TaskState
from backend.casework.tasks.queries import OBJECT
from backend.casework.tasks.service import people, telling
from backend.casework.tasks.service.loading import said, step, task_for, tell


async def hand_over(
    ctx: Context, task_id: UUID, words: str, *, to: UUID | None = None, department: str | None = None
) -> Task:
    """To a colleague or to a department. Raises HandOverTarget, OfferOpen, PersonUnfit,
    DepartmentUnfit."""
    row = await task_for(ctx, task_id)
    rules.standing(row.state)
    why = said(words)
    if row.offered_by is not None:
        raise OfferOpen()
    if (to is None) == (department is None) or to == row.assignee_id is not None or department == row.department:
        raise HandOverTarget(field="to")
    if to is not None:
        await people.holder(ctx, row, to, "to")
    if department is not None:
        await people.require_department(ctx, row, department)
    async with ctx.audit("task.hand_over", (OBJECT, row.id), reason=department):
        row.offered_to, row.offered_department, row.offered_by = to, department, ctx.actor.id
        row.touched_at = ctx.now
        step(ctx, row, "handed_over", words=why, to=department or str(to))
    telling.tell(ctx, row, "offered", [to])
    await tell(ctx, row, "handed_over")
    return row


async def accept(ctx: Context, task_id: UUID) -> Task:
    """By whoever it was offered to; of a department, by the first who takes it. Raises NotOffered."""
    row = await task_for(ctx, task_id)
    _require_offered(ctx, row)
    await people.holder(ctx, row, ctx.actor.id, "to")
    before, offered_by = row.assignee_id, row.offered_by
    async with ctx.audit("task.accept", (OBJECT, row.id)):
        row.department = row.offered_department or _department_of(ctx, row)
        row.assignee_id, row.state, row.touched_at = ctx.actor.id, TaskState.IN_PROGRESS, ctx.now
        row.offered_to = row.offered_department = row.offered_by = None
        step(ctx, row, "accepted")
    telling.tell(ctx, row, "accepted", [before, offered_by, row.created_by])
    await tell(ctx, row, "accepted")
    return row


async def decline(ctx: Context, task_id: UUID, words: str) -> Task:
    """Why, in words; the task stays with who held it. Raises NotOffered."""
    row = await task_for(ctx, task_id)
    _require_offered(ctx, row)
    why, offered_by = said(words), row.offered_by
    async with ctx.audit("task.decline", (OBJECT, row.id)):
        row.offered_to = row.offered_department = row.offered_by = None
        row.touched_at = ctx.now
        step(ctx, row, "declined", words=why)
    telling.tell(ctx, row, "declined", [row.assignee_id, offered_by])
    await tell(ctx, row, "declined")
    return row


def _require_offered(ctx: Context, row: Task) -> None:
    served = queries.in_force(ctx).served_by(ctx.actor.roles)
    if row.offered_by is None or (row.offered_to != ctx.actor.id and row.offered_department not in served):
        raise NotOffered()


def _department_of(ctx: Context, row: Task) -> str:
    """A colleague of another department takes the task along; one who serves several leaves it where it was."""
    served = list(queries.in_force(ctx).served_by(ctx.actor.roles))
    return row.department if row.department in served or not served else served[0]
