"""Loyalty as jobs: points that are earned by records or expire, tiers, care placed as work, consent that ended."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.casework import queries as work
from backend.casework import service as casework
from backend.casework.models import WorkItem
from backend.casework.service import Placement
from backend.core.actor import Actor
from backend.customers.queries.sight import facts
from backend.edge.platform import Platform
from backend.loyalty import consents, service
from backend.loyalty.models import LoyaltyCareStep, MemberState
from backend.loyalty.queries import care, ledger, members
from backend.loyalty.ruleset import programme
from backend.loyalty.service.membership import end

Progress = Callable[[str, int, int], None]
QUEUE: Final = "loyalty.care"
SUBJECT: Final = "loyalty_care_step"
_BATCH: Final = 50
_AHEAD: Final = timedelta(days=7)
_UNTIL: Final = time(16, 0)
_CONSENT: Final = "consent_ended"


async def expire_all(platform: Platform, actor: Actor, progress: Progress) -> int:
    """Every point whose last day is over; each batch is a transaction of its own, so a killed run goes on."""
    total = await platform.run(actor, lambda ctx: ledger.count_due(ctx, ctx.now.date()))
    done = 0
    while batch := await platform.run(actor, lambda ctx: service.expire_due(ctx, _BATCH)):
        done += batch
        progress("expire", done, max(total, done))
    return done


async def earn_all(platform: Platform, actor: Actor, progress: Progress) -> tuple[int, int]:
    """How many earnings were booked and reversed; a run that was killed is simply run again."""
    total = await platform.run(actor, members.count_active)
    after, seen, earned, undone = None, 0, 0, 0
    while True:
        done = await platform.run(actor, partial(service.earn_by_records, after=after, limit=_BATCH))
        seen, earned, undone = seen + done.members, earned + done.earned, undone + done.undone
        progress("earn", seen, max(total, seen))
        after = done.last
        if after is None:
            return earned, undone


async def review_all_tiers(platform: Platform, actor: Actor, progress: Progress) -> int:
    """How many tiers changed."""
    total = await platform.run(actor, members.count_active)
    after, seen, changed = None, 0, 0
    while True:
        after, batch, moved = await platform.run(actor, partial(service.review_tiers, after=after, limit=_BATCH))
        seen, changed = seen + batch, changed + moved
        progress("tiers", seen, max(total, seen))
        if after is None:
            return changed


async def place_due(ctx: Context, limit: int) -> int:
    """Steps of care that are due in a week become work of whoever looks after the customer; how many are new."""
    due = await care.steps_due(ctx, (ctx.now + _AHEAD).date(), limit * 10)
    placed = 0
    for step in due:
        if placed < limit and await work.open_of(ctx, step.id) is None:
            await _place(ctx, step)
            placed += 1
    return placed


async def _place(ctx: Context, step: LoyaltyCareStep) -> WorkItem:
    standing = await facts(ctx, step.party_id)
    placement = Placement(
        queue=QUEUE,
        kind=QUEUE,
        owner_id=standing.manager_id,
        team_id=standing.team_id,
        due_at=datetime.combine(step.due_on, _UNTIL, UTC),
    )
    return await casework.open_item(ctx, (SUBJECT, step.id), placement, step.party_id)


async def close_work(ctx: Context, step_id: UUID) -> None:
    """A step that was done or dropped is no work any more."""
    step = await ctx.session.get(LoyaltyCareStep, step_id)
    if step is not None and step.closed_at is not None and await work.open_of(ctx, step_id) is not None:
        await casework.move(ctx, (SUBJECT, step_id), None)


async def follow_consent(ctx: Context, party_id: UUID) -> None:
    """Membership ends with the consent that it rests on, whoever withdrew it and whether or not it ran out."""
    member = await members.member_of(ctx, party_id)
    if member is None or member.state != MemberState.ACTIVE:
        return
    purpose = programme(ctx.policies, ctx.now.date()).rules.purpose
    if party_id not in await consents.registered().given(ctx, [party_id], purpose):
        await end(ctx, party_id, _CONSENT)
