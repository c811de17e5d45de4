"""Work on a task: taken, waiting, commented, ticked off, ended, opened again; watched by whoever wants to know."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from backend.access.context import Context
from backend.casework.tasks import queries, rules
from backend.casework.tasks.errors import DueInPast, PointsOpen, TaskTaken
from backend.casework.tasks.models import Task, TaskPoint, TaskState
from backend.casework.tasks.queries import OBJECT
from backend.casework.tasks.service import people, telling
from backend.casework.tasks.service.loading import add_watchers, place, said, step, task_for, tell
from backend.casework.tasks.service.setting import URGENT


async def take(ctx: Context, task_id: UUID) -> Task:
    """Out of the department's open tasks, or begin the own. Raises TaskTaken."""
    row = await task_for(ctx, task_id)
    if row.assignee_id not in {None, ctx.actor.id}:
        raise TaskTaken()
    await people.holder(ctx, row, ctx.actor.id, "assignee_id")
    async with ctx.audit("task.take" if row.assignee_id is None else "task.start", (OBJECT, row.id)):
        row.state, row.touched_at = rules.reached(row.state, TaskState.IN_PROGRESS), ctx.now
        row.assignee_id = ctx.actor.id
        step(ctx, row, "started")
    await tell(ctx, row, "started")
    return row


async def wait(ctx: Context, task_id: UUID, words: str) -> Task:
    """For what, in words."""
    row = await task_for(ctx, task_id)
    why = said(words)
    told = await people.mentioned(ctx, row, why)
    async with ctx.audit("task.wait", (OBJECT, row.id)):
        row.state, row.touched_at = rules.reached(row.state, TaskState.WAITING), ctx.now
        step(ctx, row, "waiting", words=why, mentions=told)
        await add_watchers(ctx, row, told)
    telling.tell(ctx, row, "mentioned", told)
    await tell(ctx, row, "waiting")
    return row


async def resume(ctx: Context, task_id: UUID) -> Task:
    row = await task_for(ctx, task_id)
    async with ctx.audit("task.start", (OBJECT, row.id)):
        row.state, row.touched_at = rules.reached(row.state, TaskState.IN_PROGRESS), ctx.now
        step(ctx, row, "resumed")
    await tell(ctx, row, "started")
    return row


async def put_back(ctx: Context, task_id: UUID, words: str) -> Task:
    """Into the department, for somebody else to take; why, in words."""
    row = await task_for(ctx, task_id)
    why = said(words)
    async with ctx.audit("task.change", (OBJECT, row.id), reason="put_back"):
        row.state, row.assignee_id, row.touched_at = rules.reached(row.state, TaskState.OPEN), None, ctx.now
        row.offered_to = row.offered_department = row.offered_by = None
        step(ctx, row, "put_back", words=why)
    telling.tell(ctx, row, "put_back", await telling.concerned(ctx, row))
    await tell(ctx, row, "put_back")
    return row


async def comment(ctx: Context, task_id: UUID, words: str) -> Task:
    """Whoever is named after an @ is told, and watches from now on."""
    row = await task_for(ctx, task_id, watching=True)
    clean = said(words)
    told = await people.mentioned(ctx, row, clean)
    async with ctx.audit("task.comment", (OBJECT, row.id)):
        row.touched_at = ctx.now
        step(ctx, row, "comment", words=clean, mentions=told)
        await add_watchers(ctx, row, told)
    telling.tell(ctx, row, "mentioned", told)
    others = [each for each in await telling.concerned(ctx, row) if each not in told]
    telling.tell(ctx, row, "commented", others)
    return row


async def check(ctx: Context, point_id: UUID, *, done: bool) -> TaskPoint:
    point = await queries.point(ctx, point_id)
    row = await task_for(ctx, point.task_id)
    rules.standing(row.state)
    async with ctx.audit("task.check", (OBJECT, row.id)):
        point.done_at, point.done_by = (ctx.now, ctx.actor.id) if done else (None, None)
        row.touched_at = ctx.now
    return point


async def change(ctx: Context, task_id: UUID, *, due_at: datetime | None = None, priority: int | None = None) -> Task:
    """Another day starts the escalation anew. Raises DueInPast."""
    row = await task_for(ctx, task_id)
    rules.standing(row.state)
    if due_at is not None and due_at <= ctx.now:
        raise DueInPast(field="due_at")
    async with ctx.audit("task.change", (OBJECT, row.id)):
        if due_at is not None:
            row.escalation_level = 0
            place(ctx, row, due_at=due_at)
        if priority is not None:
            row.priority = max(0, min(URGENT, priority))
        row.touched_at = ctx.now
        step(ctx, row, "changed", to=row.due_at.date().isoformat())
    telling.tell(ctx, row, "changed", await telling.concerned(ctx, row))
    return row


async def complete(ctx: Context, task_id: UUID, words: str | None = None) -> Task:
    """Raises PointsOpen while the checklist is not ticked off."""
    row = await task_for(ctx, task_id)
    left = [each for each in (await queries.points(ctx, [row.id])).get(row.id, []) if each.done_at is None]
    if left:
        raise PointsOpen(count=len(left))
    return await _end(ctx, row, TaskState.DONE, "task.complete", (words or "").strip() or None)


async def cancel(ctx: Context, task_id: UUID, words: str) -> Task:
    row = await task_for(ctx, task_id)
    return await _end(ctx, row, TaskState.CANCELLED, "task.cancel", said(words))


async def drop(ctx: Context, party_ids: Collection[UUID]) -> int:
    """For the platform, of people who were erased: how many open tasks about them were cancelled."""
    found = await queries.open_about(ctx, party_ids)
    for row in found:
        await _end(ctx, row, TaskState.CANCELLED, "task.cancel", None)
    return len(found)


async def _end(ctx: Context, row: Task, state: TaskState, action: str, words: str | None) -> Task:
    async with ctx.audit(action, (OBJECT, row.id)):
        row.state, row.touched_at = rules.reached(row.state, state), ctx.now
        row.closed_at, row.closed_by, row.escalate_at = ctx.now, ctx.actor.id, None
        row.offered_to = row.offered_department = row.offered_by = None
        step(ctx, row, state.value, words=words)
    telling.tell(ctx, row, state.value, await telling.concerned(ctx, row))
    await tell(ctx, row, state.value)
    return row


async def reopen(ctx: Context, task_id: UUID, words: str) -> Task:
    """Due as a new one of its department would be."""
    row = await task_for(ctx, task_id)
    why = said(words)
    async with ctx.audit("task.reopen", (OBJECT, row.id)):
        row.state, row.touched_at = rules.reached(row.state, TaskState.OPEN), ctx.now
        row.closed_at = row.closed_by = None
        row.escalation_level = 0
        place(ctx, row, due_at=None)
        step(ctx, row, "reopened", words=why)
    telling.tell(ctx, row, "reopened", await telling.concerned(ctx, row))
    await tell(ctx, row, "reopened")
    return row


async def watch(ctx: Context, task_id: UUID) -> Task:
    """By whoever may see it."""
    row = await queries.task(ctx, task_id, lock=True)
    async with ctx.audit("task.watch", (OBJECT, row.id)):
        await add_watchers(ctx, row, [ctx.actor.id])
    return row


async def unwatch(ctx: Context, task_id: UUID) -> Task:
    row = await queries.task(ctx, task_id, lock=True)
    async with ctx.audit("task.watch", (OBJECT, row.id), reason="no_longer"):
        for each in await queries.watchers(ctx, row.id):
            if each.user_id == ctx.actor.id:
                each.active = False
    return row
