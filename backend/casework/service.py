"""Work that waits for people: queued, taken, given, put back, escalated, ended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.access import queries as directory
from backend.access.context import Context
from backend.audit.trail import Subject
from backend.casework import queries, rules, taking
from backend.casework.errors import (
    AlreadyOpen,
    DoesNotServe,
    WorkClosed,
    WorkClosesWithCase,
    WorkNotForYou,
    WorkNotTaken,
    WorkTaken,
)
from backend.casework.models import WorkItem, WorkState
from backend.core.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a subject's work goes next; `due_at` replaces the queue's own period (a date the customer was given)."""

    queue: str
    kind: str
    owner_id: UUID | None = None
    excluded_id: UUID | None = None
    team_id: UUID | None = None
    priority: int = 0
    due_at: datetime | None = None


async def open_item(ctx: Context, subject: Subject, placement: Placement, party_id: UUID | None = None) -> WorkItem:
    """Part of a use case on the subject, whose right was required there. Raises AlreadyOpen."""
    if await queries.open_of(ctx, subject[1]) is not None:
        raise AlreadyOpen(subject_id=subject[1])
    times = rules.deadlines(queries.queues(ctx), placement.queue, ctx.now)
    item = WorkItem(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        queue=placement.queue,
        kind=placement.kind,
        subject_type=subject[0],
        subject_id=subject[1],
        party_id=party_id,
        state=WorkState.OPEN if placement.owner_id is None else WorkState.CLAIMED,
        priority=placement.priority,
        owner_id=placement.owner_id,
        team_id=placement.team_id,
        excluded_id=placement.excluded_id,
        opened_at=ctx.now,
        due_at=placement.due_at or times.due_at,
        escalate_at=max(times.escalate_at, placement.due_at or times.escalate_at),
    )
    async with ctx.audit("work.open", ("work_item", item.id), reason=placement.queue):
        ctx.session.add(item)
    return item


async def move(
    ctx: Context, subject: Subject, placement: Placement | None, party_id: UUID | None = None
) -> WorkItem | None:
    """End the subject's open work, if there is any, and queue what comes next; None when nothing does."""
    current = await queries.open_of(ctx, subject[1])
    if current is not None:
        await _end(ctx, current, WorkState.DONE, "work.complete")
    return None if placement is None else await open_item(ctx, subject, placement, party_id)


async def take_over(ctx: Context, subject: Subject, owner_id: UUID) -> WorkItem | None:
    """The open item of the subject goes to who now acts on it, as part of that use case."""
    item = await queries.open_of(ctx, subject[1])
    if item is None or item.owner_id == owner_id:
        return item
    async with ctx.audit("work.claim", ("work_item", item.id)):
        _give(item, owner_id)
    return item


async def claim(ctx: Context, item_id: UUID) -> WorkItem:
    item = await _open(ctx, item_id)
    ctx.require("claim", "work_item", queries.facts(ctx, item))
    _refuse_excluded(item, ctx.actor.id)
    if item.owner_id is not None:
        raise WorkTaken(item_id=item_id)
    async with ctx.audit("work.claim", ("work_item", item.id)):
        _give(item, ctx.actor.id)
    await taking.follow(ctx, item)
    return item


async def assign(ctx: Context, item_id: UUID, owner_id: UUID) -> WorkItem:
    item = await _open(ctx, item_id)
    ctx.require("assign", "work_item", queries.facts(ctx, item))
    _refuse_excluded(item, owner_id)
    await _refuse_stranger(ctx, item, owner_id)
    async with ctx.audit("work.assign", ("work_item", item.id)):
        _give(item, owner_id)
    await taking.follow(ctx, item)
    return item


async def release(ctx: Context, item_id: UUID) -> WorkItem:
    """Back into its queue; due time and escalation stay as they were."""
    item = await _open(ctx, item_id)
    ctx.require("release", "work_item", queries.facts(ctx, item))
    if item.owner_id is None:
        raise WorkNotTaken(item_id=item_id)
    async with ctx.audit("work.release", ("work_item", item.id)):
        item.owner_id, item.state = None, WorkState.OPEN
    return item


async def escalate(ctx: Context, item_id: UUID) -> WorkItem:
    item = await _open(ctx, item_id)
    ctx.require("escalate", "work_item", queries.facts(ctx, item))
    await _escalate(ctx, item, "by_hand")
    return item


async def escalate_due(ctx: Context, limit: int = 100) -> int:
    """For the schedule: how many items were escalated; call again while it answers `limit`."""
    late = await queries.late(ctx, limit)
    for item in late:
        ctx.require("escalate", "work_item", queries.facts(ctx, item))
        await _escalate(ctx, item, "overdue")
    return len(late)


async def complete(ctx: Context, item_id: UUID) -> WorkItem:
    return await _end_by_hand(ctx, item_id, WorkState.DONE, "work.complete")


async def cancel(ctx: Context, item_id: UUID) -> WorkItem:
    return await _end_by_hand(ctx, item_id, WorkState.CANCELLED, "work.cancel")


async def _end_by_hand(ctx: Context, item_id: UUID, state: WorkState, action: str) -> WorkItem:
    item = await _open(ctx, item_id)
    ctx.require("complete", "work_item", queries.facts(ctx, item))
    if rules.known(queries.queues(ctx), item.queue).closes_with == "subject":
        raise WorkClosesWithCase(item_id=item_id)
    await _end(ctx, item, state, action)
    return item


async def _end(ctx: Context, item: WorkItem, state: WorkState, action: str) -> None:
    async with ctx.audit(action, ("work_item", item.id)):
        item.state, item.closed_at, item.closed_by, item.escalate_at = state, ctx.now, ctx.actor.id, None


async def _escalate(ctx: Context, item: WorkItem, reason: str) -> None:
    """One level up: to the queue that the rule-set names, or, at the top, again to the same. It stays due as it was."""
    queues = queries.queues(ctx)
    target = rules.known(queues, item.queue).escalates_to or item.queue
    async with ctx.audit("work.escalate", ("work_item", item.id), reason=reason):
        item.queue, item.owner_id, item.state = target, None, WorkState.OPEN
        item.escalation_level += 1
        item.escalate_at = rules.deadlines(queues, target, ctx.now).escalate_at
    payload = {"queue": target, "level": item.escalation_level, "subject": str(item.subject_id)}
    await ctx.emit("work.escalated", item.id, payload)


async def _open(ctx: Context, item_id: UUID) -> WorkItem:
    item = await queries.item(ctx, item_id)
    if item.state not in queries.OPEN_STATES:
        raise WorkClosed(item_id=item_id)
    return item


async def _refuse_stranger(ctx: Context, item: WorkItem, person: UUID) -> None:
    """Work is given to who holds, by grant or inheritance, a role that serves its queue today."""
    granted = await directory.roles_of(ctx.session, person, ctx.now)
    held = {role for name in granted for role in ctx.policy.roles.known[name].inherits}
    if held.isdisjoint(rules.known(queries.queues(ctx), item.queue).roles):
        raise DoesNotServe(queue=item.queue, field="owner_id")


def _give(item: WorkItem, owner_id: UUID) -> None:
    item.owner_id, item.state = owner_id, WorkState.CLAIMED


def _refuse_excluded(item: WorkItem, person: UUID) -> None:
    if item.excluded_id == person:
        raise WorkNotForYou(item_id=item.id)
