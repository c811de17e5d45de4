"""Every SELECT of tasks, scoped to the actor: whoever set, holds, watches or is offered a task, and its department."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, null, or_, tuple_
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import StaffUser
from backend.access.scopes import Facts, ScopeColumns
from backend.casework.tasks.errors import TaskNotFound
from backend.casework.tasks.models import Task, TaskNotice, TaskPoint, TaskStep, TaskWatcher
from backend.casework.tasks.ruleset import TaskRules, task_rules
from backend.casework.tasks.states import OPEN
from backend.customers.queries.sight import allowed_ids

OBJECT: Final = "task"
NOBODY: Final = UUID(int=0)


class Shelf(StrEnum):
    """Where somebody looks for tasks."""

    MINE = "mine"
    DEPARTMENT = "department"
    OFFERED = "offered"
    WATCHED = "watched"
    SET = "set"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended; what is due first comes first."""

    due_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Figures:
    """Open tasks of the actor: held, late among them, waiting in the own departments for somebody, offered, untold."""

    mine: int
    overdue: int
    waiting: int
    offered: int
    notices: int


def in_force(ctx: Context) -> TaskRules:
    return task_rules(ctx.policies, ctx.now.date()).rules


def _watching(user_id: UUID) -> ColumnElement[bool]:
    return exists().where(
        col(TaskWatcher.task_id) == col(Task.id), col(TaskWatcher.user_id) == user_id, col(TaskWatcher.active)
    )


def _concerned(me: UUID) -> ColumnElement[bool]:
    return or_(col(Task.assignee_id) == me, col(Task.created_by) == me, col(Task.offered_to) == me, _watching(me))


def _columns(ctx: Context) -> ScopeColumns:
    me, served = ctx.actor.id, in_force(ctx).served_by(ctx.actor.roles)
    roles = [
        (column == department, literal(role))
        for department, role in served.items()
        for column in (col(Task.department), col(Task.offered_department))
    ]
    return ScopeColumns(
        tenant_id=_column(Task.tenant_id),
        owner_id=case((_concerned(me), literal(me)), else_=literal(NOBODY)),
        queue_role=case(*roles, else_=null()) if roles else None,
    )


def _column(attribute: Any) -> ColumnElement[Any]:
    expression: ColumnElement[Any] = attribute
    return expression


def facts(ctx: Context, row: Task, *, watching: bool = False) -> Facts:
    """As a right on the task is decided: by whether it concerns the actor, or a department that the actor serves."""
    served = in_force(ctx).served_by(ctx.actor.roles)
    mine = watching or ctx.actor.id in {row.assignee_id, row.created_by, row.offered_to}
    role = served.get(row.department) or served.get(row.offered_department or "")
    return Facts(tenant_id=row.tenant_id, owner_id=ctx.actor.id if mine else NOBODY, queue_role=role)


def _visible(ctx: Context) -> Any:
    """A task about a customer is open to a department only as far as the customer is open to whoever asks."""
    sight = or_(
        col(Task.party_id).is_(None), _concerned(ctx.actor.id), col(Task.party_id).in_(allowed_ids(ctx, "view"))
    )
    return select(Task).where(ctx.clause("view", OBJECT, _columns(ctx)), sight)


async def task(ctx: Context, task_id: UUID, *, lock: bool = False) -> Task:
    """Raises TaskNotFound, also for what the actor may not see."""
    query = _visible(ctx).where(col(Task.id) == task_id)
    found: Task | None = await ctx.session.scalar(query.with_for_update(of=Task) if lock else query)
    if found is None:
        raise TaskNotFound()
    return found


async def tasks(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Task]:
    rows = await ctx.session.scalars(_visible(ctx).where(col(Task.id).in_(set(ids))))
    return {row.id: row for row in rows}


async def listed(
    ctx: Context,
    shelf: Shelf,
    *,
    department: str | None = None,
    is_open: bool = True,
    after: After | None = None,
    limit: int = 50,
) -> Sequence[Task]:
    """`department`: only what stands in it."""
    place = tuple_(col(Task.due_at), col(Task.id))
    states = col(Task.state).in_(OPEN)
    query = _visible(ctx).where(states if is_open else ~states, _on(ctx, shelf))
    if department is not None:
        query = query.where(col(Task.department) == department)
    if after is not None:
        query = query.where(place > tuple_(literal(after.due_at), literal(after.id)))
    found: Sequence[Task] = (await ctx.session.scalars(query.order_by(*place).limit(limit))).all()
    return found


def _on(ctx: Context, shelf: Shelf) -> ColumnElement[bool]:
    me, served = ctx.actor.id, in_force(ctx).served_by(ctx.actor.roles)
    return {
        Shelf.MINE: col(Task.assignee_id) == me,
        Shelf.DEPARTMENT: col(Task.department).in_(served),
        Shelf.OFFERED: or_(col(Task.offered_to) == me, col(Task.offered_department).in_(served)),
        Shelf.WATCHED: _watching(me),
        Shelf.SET: col(Task.created_by) == me,
        Shelf.ALL: literal(True),
    }[shelf]


async def about(
    ctx: Context, *, party_id: UUID | None = None, subject_id: UUID | None = None, limit: int = 50
) -> Sequence[Task]:
    """Tasks about a party or another record, the open ones first."""
    column, wanted = (col(Task.party_id), party_id) if party_id is not None else (col(Task.subject_id), subject_id)
    query = _visible(ctx).where(column == wanted)
    ordered = query.order_by(~col(Task.state).in_(OPEN), col(Task.due_at), col(Task.id)).limit(limit)
    found: Sequence[Task] = (await ctx.session.scalars(ordered)).all()
    return found


async def open_about(ctx: Context, party_ids: Collection[UUID]) -> Sequence[Task]:
    """For the platform, whoever sees them."""
    query = select(Task).where(col(Task.party_id).in_(set(party_ids)), col(Task.state).in_(OPEN))
    return (await ctx.session.scalars(query.order_by(col(Task.id)).with_for_update())).all()


async def figures(ctx: Context) -> Figures:
    is_open = col(Task.state).in_(OPEN)
    mine = _on(ctx, Shelf.MINE)
    counted = (
        _visible(ctx)
        .where(is_open)
        .with_only_columns(
            func.count().filter(mine),
            func.count().filter(and_(mine, col(Task.due_at) < ctx.now)),
            func.count().filter(and_(_on(ctx, Shelf.DEPARTMENT), col(Task.assignee_id).is_(None))),
            func.count().filter(_on(ctx, Shelf.OFFERED)),
        )
    )
    mine_open, overdue, waiting, offered = (await ctx.session.execute(counted)).one()
    unread = sql(func.count()).where(col(TaskNotice.user_id) == ctx.actor.id, col(TaskNotice.read_at).is_(None))
    return Figures(mine_open, overdue, waiting, offered, int(await ctx.session.scalar(unread) or 0))


async def steps(ctx: Context, task_ids: Collection[UUID]) -> dict[UUID, list[TaskStep]]:
    """In the order in which they happened."""
    query = select(TaskStep).where(col(TaskStep.task_id).in_(set(task_ids)))
    found: dict[UUID, list[TaskStep]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(TaskStep.at), col(TaskStep.id))):
        found[row.task_id].append(row)
    return dict(found)


async def points(ctx: Context, task_ids: Collection[UUID]) -> dict[UUID, list[TaskPoint]]:
    query = select(TaskPoint).where(col(TaskPoint.task_id).in_(set(task_ids)))
    found: dict[UUID, list[TaskPoint]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(TaskPoint.position))):
        found[row.task_id].append(row)
    return dict(found)


async def point(ctx: Context, point_id: UUID) -> TaskPoint:
    """Raises TaskNotFound; whether the actor may see it is asked of its task."""
    found = (await ctx.session.scalars(select(TaskPoint).where(col(TaskPoint.id) == point_id))).first()
    if found is None:
        raise TaskNotFound()
    return found


async def watchers(ctx: Context, task_id: UUID, *, active: bool = True) -> list[TaskWatcher]:
    query = select(TaskWatcher).where(col(TaskWatcher.task_id) == task_id)
    rows = await ctx.session.scalars(query.where(col(TaskWatcher.active)) if active else query)
    return list(rows)


async def watchers_of(ctx: Context, task_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    query = select(TaskWatcher).where(col(TaskWatcher.task_id).in_(set(task_ids)), col(TaskWatcher.active))
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(TaskWatcher.id))):
        found[row.task_id].append(row.user_id)
    return dict(found)


async def notices(ctx: Context, *, unread: bool = True, limit: int = 50) -> Sequence[TaskNotice]:
    """What the actor is told of, the newest first."""
    query = select(TaskNotice).where(col(TaskNotice.user_id) == ctx.actor.id)
    if unread:
        query = query.where(col(TaskNotice.read_at).is_(None))
    return (
        await ctx.session.scalars(query.order_by(col(TaskNotice.at).desc(), col(TaskNotice.id).desc()).limit(limit))
    ).all()


async def by_login(ctx: Context, logins: Collection[str]) -> dict[str, StaffUser]:
    """Colleagues at work here, by user name in lower case."""
    query = select(StaffUser).where(func.lower(StaffUser.login).in_(list(logins)), col(StaffUser.active))
    return {row.login.lower(): row for row in await ctx.session.scalars(query)}


async def at_work(ctx: Context) -> Sequence[StaffUser]:
    """Colleagues by name, for whoever gives a task to one."""
    ctx.require("create", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    query = select(StaffUser).where(col(StaffUser.active)).order_by(col(StaffUser.display_name), col(StaffUser.id))
    return (await ctx.session.scalars(query)).all()
