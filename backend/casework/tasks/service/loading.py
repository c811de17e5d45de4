"""What the verbs work on: found, allowed, its key open; and the course that each of them writes on."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from backend.access.context import Context
from backend.casework.queries import queues
from backend.casework.tasks import queries, rules
from backend.casework.tasks.errors import WordsMissing
from backend.casework.tasks.models import Task, TaskStep, TaskWatcher
from backend.core.ids import new_id


async def task_for(ctx: Context, task_id: UUID, *, watching: bool = False) -> Task:
    """Locked, its key open. `watching`: also for whoever only watches it. Raises TaskNotFound, NotAllowed."""
    row = await queries.task(ctx, task_id, lock=True)
    watches = watching and any(each.user_id == ctx.actor.id for each in await queries.watchers(ctx, row.id))
    ctx.require("work", queries.OBJECT, queries.facts(ctx, row, watching=watches))
    await ctx.vault.load([row.key_id])
    return row


def step(
    ctx: Context,
    row: Task,
    kind: str,
    *,
    words: str | None = None,
    to: str | None = None,
    mentions: Iterable[UUID] = (),
) -> TaskStep:
    """One line of the course; within an entry of the log."""
    step_id = new_id()
    line = TaskStep(
        id=step_id,
        tenant_id=row.tenant_id,
        task_id=row.id,
        key_id=row.key_id,
        kind=kind,
        words=ctx.vault.seal_optional("task_step", "words", step_id, row.key_id, words),
        to=to,
        mentions=[str(each) for each in mentions],
        at=ctx.now,
        by=ctx.actor.id,
    )
    ctx.session.add(line)
    return line


async def add_watchers(ctx: Context, row: Task, people: Iterable[UUID]) -> None:
    """Also those who stopped watching before; within an entry of the log."""
    known = {each.user_id: each for each in await queries.watchers(ctx, row.id, active=False)}
    for user_id in dict.fromkeys(people):
        if user_id in known:
            known[user_id].active = True
        else:
            ctx.session.add(TaskWatcher(id=new_id(), tenant_id=row.tenant_id, task_id=row.id, user_id=user_id))


def place(ctx: Context, row: Task, *, due_at: datetime | None) -> None:
    """Due then, or as a new task of its department would be; its escalation begins anew."""
    department = queries.in_force(ctx).department(row.department)
    found = rules.deadlines(department, None, queues(ctx).calendar, ctx.now, due_at)
    row.due_at, row.escalate_at = found.due_at, found.escalate_at


def said(words: str | None) -> str:
    """Raises WordsMissing."""
    clean = (words or "").strip()
    if not clean:
        raise WordsMissing(field="words")
    return clean


async def tell(ctx: Context, row: Task, what: str) -> None:
    payload = {"task": str(row.id), "department": row.department, "state": row.state}
    await ctx.emit(f"task.{what}", row.id, payload)
