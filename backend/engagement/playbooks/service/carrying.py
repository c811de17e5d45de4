"""What the rules decided is done: the course is written, steps recorded, messages sent, work placed and ended.

All of it is one transaction. A process that is killed leaves nothing half done, and a message has a reference by which
contact sends it once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.casework import service as casework
from backend.casework.service import Placement
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.ids import new_id
from backend.engagement import contact
from backend.engagement.playbooks.models import Arm, EndReason, Outcome, PlaybookEnrolment, PlaybookStep, Status
from backend.engagement.playbooks.rules import Action, Advance, Course, Place, Send, Settle
from backend.engagement.playbooks.ruleset import Playbook

SUBJECT: Final = "playbook_step"
_WORK: Final = "playbook.step"


def course_of(row: PlaybookEnrolment, steps: Iterable[PlaybookStep]) -> Course:
    known = list(steps)
    return Course(
        arm=Arm(row.arm),
        step=row.step,
        status=Status(row.status),
        opened_at=row.opened_at,
        wake_at=row.wake_at,
        end_reason=None if row.end_reason is None else EndReason(row.end_reason),
        outcomes={each.step: each.outcome for each in known if each.outcome != Outcome.OPEN},
        sent=tuple(each.begun_at for each in known if each.outcome == Outcome.SENT),
    )


async def carry_out(
    ctx: Context,
    row: PlaybookEnrolment,
    playbook: Playbook,
    steps: Sequence[PlaybookStep],
    moved: Advance,
    *,
    action: str = "playbook.step",
    manager_id: UUID | None = None,
) -> None:
    """Writes nothing when nothing moved."""
    known = {each.step: each for each in steps}
    sent = {each.step: await _send(ctx, row, playbook, each) for each in moved.actions if isinstance(each, Send)}
    ended = moved.course.status is not Status.RUNNING
    name = "playbook.end" if ended and moved.course.status is Status.STOPPED else action
    async with ctx.audit(name, ("party", row.party_id), reason=playbook.id, ruleset=row.ruleset):
        _write(ctx, row, moved.course)
        touched = [_recorded(ctx, row, playbook, each, known, sent) for each in moved.actions]
    for each, step in zip(moved.actions, touched, strict=True):
        if isinstance(each, Place):
            owner_id = manager_id if playbook.owner == "manager" else None
            placement = Placement(queue=each.queue, kind=_WORK, owner_id=owner_id, due_at=each.due_at)
            await casework.open_item(ctx, (SUBJECT, step.id), placement, row.party_id)
        elif isinstance(each, Settle) and step.kind != "message":
            await casework.move(ctx, (SUBJECT, step.id), None)


@dataclass(frozen=True, slots=True)
class _Sent:
    """`refused` is why contact did not take it: a template that is not approved stops one step, not everybody's."""

    interaction_id: UUID | None = None
    refused: str | None = None


async def _send(ctx: Context, row: PlaybookEnrolment, playbook: Playbook, each: Send) -> _Sent:
    reference = f"playbook:{row.id}:{each.step}"
    try:
        interaction_id = await contact.send(
            ctx, row.party_id, each.template, purpose=playbook.purpose, channel=each.channel, reference=reference
        )
    except (Invalid, NotFound, Conflict) as refusal:
        return _Sent(refused=refusal.code)
    return _Sent(interaction_id)


def _write(ctx: Context, row: PlaybookEnrolment, course: Course) -> None:
    row.status, row.step, row.opened_at, row.wake_at = course.status, course.step, course.opened_at, course.wake_at
    if course.status is not Status.RUNNING and row.ended_at is None:
        row.ended_at, row.end_reason, row.out_reason = ctx.now, course.end_reason, course.out_reason
    if course.end_reason is EndReason.GOAL and row.goal_at is None:
        row.goal_at = ctx.now


def _recorded(
    ctx: Context,
    row: PlaybookEnrolment,
    playbook: Playbook,
    each: Action,
    known: dict[str, PlaybookStep],
    sent: dict[str, _Sent],
) -> PlaybookStep:
    """The step's row as it is after the action: a new one, or the open one ended."""
    found = known.get(each.step)
    if found is None:
        found = PlaybookStep(
            id=new_id(),
            tenant_id=row.tenant_id,
            enrolment_id=row.id,
            party_id=row.party_id,
            step=each.step,
            kind=playbook.steps[each.step].kind,
            outcome=Outcome.OPEN,
            begun_at=ctx.now,
        )
        ctx.session.add(found)
        known[each.step] = found
    if isinstance(each, Send):
        told = sent[each.step]
        found.outcome = Outcome.SENT if told.refused is None else Outcome.REFUSED
        found.ended_at, found.interaction_id, found.reasons = ctx.now, told.interaction_id, told.refused
    elif isinstance(each, Settle):
        found.outcome, found.ended_at = each.outcome, ctx.now
        found.reasons = " ".join(each.reasons) or None
        found.answered_by = None if ctx.actor.type == "system" else ctx.actor.id
    return found
