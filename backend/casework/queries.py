"""Every SELECT of casework, scoped to the actor; lists are keyset pages in the order in which work is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal, null, tuple_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from backend.access.context import Context
from backend.access.scopes import Facts, ScopeColumns
from backend.casework.errors import WorkItemNotFound
from backend.casework.models import WorkItem, WorkState
from backend.casework.queues import Queues, queues_on

OPEN_STATES = (WorkState.OPEN.value, WorkState.CLAIMED.value)


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended."""

    due_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class QueueFigure:
    queue: str
    wording: str
    waiting: int
    claimed: int
    overdue: int
    escalated: int
    next_due_at: datetime | None


def queues(ctx: Context) -> Queues:
    return queues_on(ctx.policies, ctx.now.date())


def facts(ctx: Context, item: WorkItem) -> Facts:
    role = queues(ctx).serving_role(item.queue, ctx.actor.roles)
    return Facts(tenant_id=item.tenant_id, owner_id=item.owner_id, team_id=item.team_id, queue_role=role)


def columns(ctx: Context) -> ScopeColumns:
    return ScopeColumns(
        tenant_id=_column(WorkItem.tenant_id),
        owner_id=_column(WorkItem.owner_id),
        team_id=_column(WorkItem.team_id),
        queue_role=_serving_role(ctx),
    )


def _column(attribute: Any) -> ColumnElement[Any]:
    return cast("ColumnElement[Any]", col(attribute))


def _serving_role(ctx: Context) -> ColumnElement[Any]:
    known = queues(ctx)
    roles = {name: literal(known.serving_role(name, ctx.actor.roles)) for name in known.queues}
    return case(roles, value=col(WorkItem.queue), else_=null())


def _visible(ctx: Context) -> SelectOfScalar[WorkItem]:
    return select(WorkItem).where(ctx.clause("view", "work_item", columns(ctx)))


def _page(query: SelectOfScalar[WorkItem], after: After | None, limit: int) -> SelectOfScalar[WorkItem]:
    place = tuple_(col(WorkItem.due_at), col(WorkItem.id))
    if after is not None:
        query = query.where(place > tuple_(literal(after.due_at), literal(after.id)))
    return query.order_by(col(WorkItem.due_at), col(WorkItem.id)).limit(limit)


async def item(ctx: Context, item_id: UUID) -> WorkItem:
    """Raises WorkItemNotFound, also for an item that the actor may not see."""
    found = (await ctx.session.scalars(_visible(ctx).where(col(WorkItem.id) == item_id))).first()
    if found is None:
        raise WorkItemNotFound(item_id=item_id)
    return found


async def my_work(ctx: Context, *, after: After | None = None, limit: int = 50) -> Sequence[WorkItem]:
    """What the actor has taken or was given, the most urgent first."""
    mine = _visible(ctx).where(col(WorkItem.owner_id) == ctx.actor.id, col(WorkItem.state).in_(OPEN_STATES))
    return (await ctx.session.scalars(_page(mine, after, limit))).all()


async def queue(ctx: Context, name: str, *, after: After | None = None, limit: int = 50) -> Sequence[WorkItem]:
    """Open work of one queue that the actor may see, taken or not."""
    waiting = _visible(ctx).where(col(WorkItem.queue) == name, col(WorkItem.state).in_(OPEN_STATES))
    return (await ctx.session.scalars(_page(waiting, after, limit))).all()


async def by_subjects(ctx: Context, subject_ids: Iterable[UUID]) -> dict[UUID, WorkItem]:
    """The open item of each subject, for those the actor may see."""
    open_ = _visible(ctx).where(col(WorkItem.subject_id).in_(set(subject_ids)), col(WorkItem.state).in_(OPEN_STATES))
    return {found.subject_id: found for found in await ctx.session.scalars(open_)}


async def history(ctx: Context, subject_id: UUID) -> Sequence[WorkItem]:
    query = _visible(ctx).where(col(WorkItem.subject_id) == subject_id).order_by(col(WorkItem.id))
    return (await ctx.session.scalars(query)).all()


async def figures(ctx: Context) -> list[QueueFigure]:
    """One line a queue that holds open work which the actor may see, in the order of the rule-set."""
    open_ = col(WorkItem.state) == WorkState.OPEN.value
    counted = (
        select(  # type: ignore[call-overload]
            WorkItem.queue,
            func.count().filter(open_),
            func.count().filter(~open_),
            func.count().filter(col(WorkItem.due_at) < ctx.now),
            func.count().filter(col(WorkItem.escalation_level) > 0),
            func.min(WorkItem.due_at),
        )
        .where(ctx.clause("view", "work_item", columns(ctx)), col(WorkItem.state).in_(OPEN_STATES))
        .group_by(WorkItem.queue)
    )
    found = {row[0]: row for row in await ctx.session.execute(counted)}
    declared = queues(ctx).queues
    return [
        QueueFigure(name, rule.wording.text(ctx.actor.locale), *found[name][1:])
        for name, rule in declared.items()
        if name in found
    ]


async def open_of(ctx: Context, subject_id: UUID) -> WorkItem | None:
    """For services that act on the subject, whatever the actor may see of queues."""
    query = select(WorkItem).where(col(WorkItem.subject_id) == subject_id, col(WorkItem.state).in_(OPEN_STATES))
    return (await ctx.session.scalars(query.with_for_update())).first()


async def late(ctx: Context, limit: int) -> Sequence[WorkItem]:
    """Open work whose escalation is due; what another worker holds is left to it."""
    query = (
        select(WorkItem)
        .where(col(WorkItem.state).in_(OPEN_STATES), col(WorkItem.escalate_at) <= ctx.now)
        .order_by(col(WorkItem.escalate_at))
        .limit(limit)
    )
    return (await ctx.session.scalars(query.with_for_update(skip_locked=True))).all()
