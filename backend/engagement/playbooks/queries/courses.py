"""Courses through playbooks: what is due, what is open about a customer, who is where."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, or_, tuple_
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import Customer, Party, PartyStatus
from backend.customers.queries import allowed_ids
from backend.engagement.playbooks.errors import EnrolmentNotFound
from backend.engagement.playbooks.models import Arm, Outcome, PlaybookEnrolment, PlaybookPause, PlaybookStep, Status

OBJECT: Final = "playbook"


@dataclass(frozen=True, slots=True)
class After:
    """Where a page of enrolments ended; the newest come first."""

    entered_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a course goes on: the customer's stage now, and who looks after them."""

    stage: str | None
    manager_id: UUID | None
    erased: bool


async def enrolment(ctx: Context, enrolment_id: UUID, *, lock: bool = False) -> PlaybookEnrolment:
    """Raises EnrolmentNotFound, also for a customer whom the actor may not see."""
    query = _visible(ctx).where(col(PlaybookEnrolment.id) == enrolment_id)
    row: PlaybookEnrolment | None = await ctx.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise EnrolmentNotFound()
    return row


def _visible(ctx: Context) -> Any:
    return select(PlaybookEnrolment).where(col(PlaybookEnrolment.party_id).in_(allowed_ids(ctx, "view")))


async def by_ids(ctx: Context, ids: Collection[UUID]) -> dict[UUID, PlaybookEnrolment]:
    query = _visible(ctx).where(col(PlaybookEnrolment.id).in_(set(ids)))
    return {row.id: row for row in await ctx.session.scalars(query)}


async def of_playbook(
    ctx: Context,
    playbook: str,
    *,
    limit: int,
    after: After | None = None,
    step: str | None = None,
    running: bool | None = None,
) -> Sequence[PlaybookEnrolment]:
    """Of customers whom the actor may see, the newest first."""
    query = _visible(ctx).where(col(PlaybookEnrolment.playbook) == playbook)
    place = tuple_(col(PlaybookEnrolment.entered_at), col(PlaybookEnrolment.id))
    if after is not None:
        query = query.where(place < tuple_(after.entered_at, after.id))
    if step is not None:
        query = query.where(col(PlaybookEnrolment.step) == step)
    if running is not None:
        is_running = col(PlaybookEnrolment.status) == Status.RUNNING
        query = query.where(is_running if running else ~is_running)
    query = query.order_by(col(PlaybookEnrolment.entered_at).desc(), col(PlaybookEnrolment.id).desc())
    return list(await ctx.session.scalars(query.limit(limit)))


async def of_party(ctx: Context, party_id: UUID) -> Sequence[PlaybookEnrolment]:
    """The newest first."""
    query = _visible(ctx).where(col(PlaybookEnrolment.party_id) == party_id)
    return list(await ctx.session.scalars(query.order_by(col(PlaybookEnrolment.entered_at).desc())))


async def due(ctx: Context, paused: Collection[str], limit: int) -> Sequence[PlaybookEnrolment]:
    """Courses whose next step may be taken; what another worker holds is left to it."""
    query = (
        select(PlaybookEnrolment)
        .where(
            col(PlaybookEnrolment.status) == Status.RUNNING,
            col(PlaybookEnrolment.arm) == Arm.TREATED,
            or_(col(PlaybookEnrolment.wake_at).is_(None), col(PlaybookEnrolment.wake_at) <= ctx.now),
            col(PlaybookEnrolment.playbook).not_in(paused),
        )
        .order_by(col(PlaybookEnrolment.wake_at), col(PlaybookEnrolment.id))
        .limit(limit)
    )
    return list(await ctx.session.scalars(query.with_for_update(skip_locked=True)))


async def running_of(ctx: Context, party_id: UUID) -> Sequence[PlaybookEnrolment]:
    """Locked, for whatever happened to the customer to be heeded."""
    query = select(PlaybookEnrolment).where(
        col(PlaybookEnrolment.party_id) == party_id, col(PlaybookEnrolment.status) == Status.RUNNING
    )
    return list(await ctx.session.scalars(query.with_for_update()))


async def over(ctx: Context, limit: int) -> Sequence[PlaybookEnrolment]:
    """Those who were left alone, once nothing more is looked for."""
    query = (
        select(PlaybookEnrolment)
        .where(
            col(PlaybookEnrolment.status) == Status.RUNNING,
            col(PlaybookEnrolment.arm) == Arm.CONTROL,
            col(PlaybookEnrolment.observe_until) <= ctx.now,
        )
        .order_by(col(PlaybookEnrolment.id))
        .limit(limit)
    )
    return list(await ctx.session.scalars(query.with_for_update(skip_locked=True)))


async def latest_of(ctx: Context, playbook: str, party_id: UUID) -> PlaybookEnrolment | None:
    query = select(PlaybookEnrolment).where(
        col(PlaybookEnrolment.playbook) == playbook, col(PlaybookEnrolment.party_id) == party_id
    )
    found: PlaybookEnrolment | None = await ctx.session.scalar(query.order_by(col(PlaybookEnrolment.entered_at).desc()))
    return found


async def steps_of(ctx: Context, enrolment_ids: Collection[UUID]) -> dict[UUID, list[PlaybookStep]]:
    """The oldest first."""
    query = select(PlaybookStep).where(col(PlaybookStep.enrolment_id).in_(set(enrolment_ids)))
    found: dict[UUID, list[PlaybookStep]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(PlaybookStep.begun_at), col(PlaybookStep.id))):
        found[row.enrolment_id].append(row)
    return found


async def open_steps(ctx: Context, ids: Collection[UUID]) -> dict[UUID, PlaybookStep]:
    """By the step's own id: what a piece of work is about."""
    query = select(PlaybookStep).where(col(PlaybookStep.id).in_(set(ids)), col(PlaybookStep.outcome) == Outcome.OPEN)
    return {row.id: row for row in await ctx.session.scalars(query)}


async def step(ctx: Context, step_id: UUID) -> PlaybookStep | None:
    return await ctx.session.get(PlaybookStep, step_id)


async def standings(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Standing]:
    query = (
        sql(col(Party.id), col(Customer.stage), col(Customer.manager_id), col(Party.status))
        .outerjoin(Customer, col(Customer.party_id) == col(Party.id))
        .where(col(Party.id).in_(set(party_ids)))
    )
    rows = await ctx.session.execute(query)
    return {id_: Standing(stage, manager, status != PartyStatus.ACTIVE) for id_, stage, manager, status in rows}


async def pauses(ctx: Context) -> dict[str, PlaybookPause]:
    """Those that are open, by playbook."""
    rows = await ctx.session.scalars(select(PlaybookPause).where(col(PlaybookPause.until).is_(None)))
    return {row.playbook: row for row in rows}


async def pauses_of(ctx: Context, playbook: str) -> Sequence[PlaybookPause]:
    """The newest first."""
    query = select(PlaybookPause).where(col(PlaybookPause.playbook) == playbook)
    return list(await ctx.session.scalars(query.order_by(col(PlaybookPause.since).desc())))


async def outcomes(ctx: Context, playbook: str) -> dict[str, dict[str, int]]:
    """How often each step came to what, of everybody."""
    query = (
        sql(col(PlaybookStep.step), col(PlaybookStep.outcome), func.count())
        .join(PlaybookEnrolment, col(PlaybookEnrolment.id) == col(PlaybookStep.enrolment_id))
        .where(col(PlaybookEnrolment.playbook) == playbook)
        .group_by(col(PlaybookStep.step), col(PlaybookStep.outcome))
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for name, outcome, count in await ctx.session.execute(query):
        found[name][outcome] = count
    return found


async def whereabouts(ctx: Context, playbook: str) -> dict[str, int]:
    """How many of those who are under way stand at which step."""
    query = (
        sql(col(PlaybookEnrolment.step), func.count())
        .where(
            col(PlaybookEnrolment.playbook) == playbook,
            col(PlaybookEnrolment.status) == Status.RUNNING,
            col(PlaybookEnrolment.step).is_not(None),
        )
        .group_by(col(PlaybookEnrolment.step))
    )
    return {str(name): count for name, count in await ctx.session.execute(query)}
