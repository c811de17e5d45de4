"""What may be done to a task now, and its words, opened for whoever may see it and noted as read."""

from collections.abc import Iterable
from typing import Final

from backend.access.context import Context
from backend.casework.tasks import queries, states
from backend.casework.tasks.models import Task, TaskPoint, TaskState, TaskStep
from backend.privacy.errors import DataKeyDestroyed

_BY_STATE: Final[dict[TaskState, tuple[str, ...]]] = {
    TaskState.OPEN: ("take", "hand_over", "change", "cancel"),
    TaskState.IN_PROGRESS: ("complete", "wait", "hand_over", "put_back", "change", "cancel"),
    TaskState.WAITING: ("resume", "complete", "hand_over", "put_back", "change", "cancel"),
    TaskState.DONE: ("reopen",),
    TaskState.CANCELLED: ("reopen",),
}


async def actions(ctx: Context, row: Task) -> tuple[str, ...]:
    """Verbs in the order in which a page offers them."""
    watching = any(each.user_id == ctx.actor.id for each in await queries.watchers(ctx, row.id))
    follow = ("unwatch",) if watching else ("watch",)
    if not ctx.may("work", queries.OBJECT, queries.facts(ctx, row)):
        comments = ctx.may("work", queries.OBJECT, queries.facts(ctx, row, watching=watching))
        return (*(("comment",) if comments else ()), *follow)
    verbs = [verb for verb in _BY_STATE[TaskState(row.state)] if _fits(ctx, row, verb)]
    if row.offered_by is not None and _offered(ctx, row):
        verbs = ["accept", "decline", *verbs]
    check = ("check",) if TaskState(row.state) in states.OPEN else ()
    return (*verbs, *check, "comment", *follow)


def _fits(ctx: Context, row: Task, verb: str) -> bool:
    if verb == "take":
        return row.assignee_id in {None, ctx.actor.id}
    return verb != "hand_over" or row.offered_by is None


def _offered(ctx: Context, row: Task) -> bool:
    served = queries.in_force(ctx).served_by(ctx.actor.roles)
    return row.offered_to == ctx.actor.id or row.offered_department in served


async def open_keys(ctx: Context, rows: Iterable[Task]) -> None:
    """All keys of a page at once."""
    await ctx.vault.load({row.key_id for row in rows})


def words(ctx: Context, row: Task, of: Task | TaskStep | TaskPoint, column: str) -> str | None:
    """Of the task itself or a line of it, its key open; None where there are none, or the key was destroyed."""
    value: bytes | None = getattr(of, column)
    if value is None:
        return None
    table = str(type(of).__tablename__)
    try:
        text = ctx.vault.open(table, column, of.id, row.key_id, value)
    except DataKeyDestroyed:
        return None
    ctx.saw(("task", row.id) if row.party_id is None else ("party", row.party_id), f"{table}_{column}")
    return text
