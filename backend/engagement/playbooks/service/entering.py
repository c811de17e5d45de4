"""Customers are taken up: by a playbook's triggers, or by a person. The lot is drawn and recorded before any step."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.service.loading import party_for
from backend.engagement.playbooks import rules
from backend.engagement.playbooks.errors import (
    AlreadyEnrolled,
    ComplaintBars,
    EnrolmentBarred,
    GoalBars,
    HeldOut,
    NotByHand,
    PlaybookUnknown,
    StageBars,
    WishBars,
)
from backend.engagement.playbooks.models import Arm, EndReason, PlaybookEnrolment, Status
from backend.engagement.playbooks.queries import courses
from backend.engagement.playbooks.queries.courses import OBJECT
from backend.engagement.playbooks.queries.entering import Candidate, candidates
from backend.engagement.playbooks.ruleset import Playbook, playbooks_on
from backend.engagement.playbooks.service.situation import situations

_BY_HAND: Final = "person"
_BARS: Final[Mapping[EndReason, type[EnrolmentBarred]]] = {
    EndReason.COMPLAINT: ComplaintBars,
    EndReason.OPT_OUT: WishBars,
    EndReason.STAGE_LEFT: StageBars,
    EndReason.GOAL: GoalBars,
}


async def take_up(ctx: Context, limit: int = 100, party_ids: Sequence[UUID] | None = None) -> int:
    """For the schedule: how many were taken up; call again while it answers more than 0."""
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    paused, taken = await courses.pauses(ctx), 0
    for code, loaded in playbooks_on(ctx.policies, ctx.now.date()).items():
        if code in paused or taken >= limit:
            continue
        found = await candidates(ctx, loaded.rules, limit=limit - taken, party_ids=party_ids)
        for each in found:
            await _enter(ctx, loaded, each)
        taken += len(found)
    return taken


async def enrol(ctx: Context, party_id: UUID, playbook: str) -> PlaybookEnrolment:
    """By a person, where the playbook lets people; whoever the lot leaves out stays out. Run SERIALIZABLE.

    Raises PlaybookUnknown, NotByHand, EnrolmentBarred, AlreadyEnrolled and HeldOut.
    """
    await party_for(ctx, party_id, "enrol", OBJECT)
    loaded = playbooks_on(ctx.policies, ctx.now.date()).get(playbook)
    if loaded is None:
        raise PlaybookUnknown(playbook=playbook)
    if not loaded.rules.manual:
        raise NotByHand()
    situation = (await situations(ctx, [(party_id, loaded.rules)]))[party_id, loaded.rules.id]
    barred = rules.leaves(loaded.rules, situation)
    if barred is not None:
        raise _BARS.get(barred, EnrolmentBarred)()
    await _not_lately(ctx, loaded.rules, party_id)
    if rules.arm(loaded.sha256, party_id, loaded.rules.holdout_bp) is Arm.CONTROL:
        raise HeldOut()
    source = f"{_BY_HAND}:{ctx.now.isoformat()}"
    return await _enter(ctx, loaded, Candidate(party_id, _BY_HAND, source), by_hand=True)


async def _not_lately(ctx: Context, playbook: Playbook, party_id: UUID) -> None:
    last = await courses.latest_of(ctx, playbook.id, party_id)
    if last is None:
        return
    free_at = last.entered_at + timedelta(days=playbook.entry.again_after_days)
    if last.status == Status.RUNNING or free_at > ctx.now:
        raise AlreadyEnrolled(since=last.entered_at.date().isoformat())


async def _enter(
    ctx: Context, loaded: Loaded[Playbook], found: Candidate, *, by_hand: bool = False
) -> PlaybookEnrolment:
    playbook = loaded.rules
    course = rules.begin(playbook, rules.arm(loaded.sha256, found.party_id, playbook.holdout_bp))
    row = PlaybookEnrolment(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        party_id=found.party_id,
        playbook=playbook.id,
        ruleset=loaded.sha256,
        arm=course.arm,
        by_hand=by_hand,
        trigger=found.trigger,
        source=found.source,
        step=course.step,
        entered_at=ctx.now,
        entered_by=ctx.actor.id,
        observe_until=ctx.now + timedelta(days=playbook.goal.within_days),
    )
    async with ctx.audit("playbook.enrol", ("party", row.party_id), reason=playbook.id, ruleset=loaded.sha256):
        ctx.session.add(row)
    return row
