"""A customer's course through a playbook. Pure: where it stands and what happened in, where it stands then and what is
to be done out. Whoever was left out by lot never gets anything to be done.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from backend.engagement.playbooks.models import Arm, EndReason, Outcome, OutReason, Status
from backend.engagement.playbooks.ruleset import Branch, Errand, Message, Playbook, Wait

_LOT: Final = 10_000


def arm(sha256: str, party_id: UUID, holdout_bp: int) -> Arm:
    """By lot, and the same however often it is drawn: HMAC-SHA256 of the customer under the version's hash."""
    drawn = hmac.new(bytes.fromhex(sha256), party_id.bytes, hashlib.sha256).digest()
    return Arm.CONTROL if int.from_bytes(drawn[:8]) % _LOT < holdout_bp else Arm.TREATED


@dataclass(frozen=True, slots=True)
class Course:
    """`outcomes` of the steps that are over; `sent`: when messages of this playbook went to the customer."""

    arm: Arm
    step: str | None
    status: Status = Status.RUNNING
    opened_at: datetime | None = None
    wake_at: datetime | None = None
    end_reason: EndReason | None = None
    out_reason: OutReason | None = None
    outcomes: Mapping[str, str] = field(default_factory=dict)
    sent: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Permission:
    """What contact said about this customer now: `not_before` is a refusal for now alone."""

    allowed: bool
    reasons: tuple[str, ...] = ()
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went by. `permission` was asked for where `asks_contact` said so; without one no message is sent."""

    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    step: str
    answer: str


@dataclass(frozen=True, slots=True)
class Left:
    """Something ended it: the goal was reached, an exit, or a colleague, for a reason of their own."""

    reason: EndReason
    out: OutReason | None = None


Event = Tick | Answered | Left


@dataclass(frozen=True, slots=True)
class Send:
    step: str
    template: str
    channel: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Work for a person, until `due_at`."""

    step: str
    queue: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Settle:
    """The step is over with this outcome; open work on it ends."""

    step: str
    outcome: str
    reasons: tuple[str, ...] = ()


Action = Send | Place | Settle


@dataclass(frozen=True, slots=True)
class Advance:
    course: Course
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """What may end a course, as it is now."""

    stage: str | None
    erased: bool = False
    complains: bool = False
    opted_out: bool = False


def leaves(playbook: Playbook, now: Situation) -> EndReason | None:
    """Erasure always ends a course, the goal too; the rest where the playbook says so."""
    if now.erased:
        return EndReason.ERASED
    if now.stage in playbook.goal.stages:
        return EndReason.GOAL
    held = (
        (EndReason.COMPLAINT, now.complains),
        (EndReason.OPT_OUT, now.opted_out),
        (EndReason.STAGE_LEFT, bool(playbook.home) and now.stage not in playbook.home),
    )
    return next((reason for reason, holds in held if holds and reason in playbook.exits), None)


def begin(playbook: Playbook, drawn: Arm) -> Course:
    return Course(drawn, playbook.start if drawn is Arm.TREATED else None)


def upcoming_message(playbook: Playbook, course: Course, now: datetime) -> str | None:
    """The message that would go out now if contact allows it; steps that take no time are gone through before."""
    through = _walked(playbook, course, None, now).course
    name = _due(through, now)
    return name if name is not None and isinstance(playbook.steps[name], Message) else None


def _due(course: Course, now: datetime) -> str | None:
    if course.status is not Status.RUNNING or course.arm is Arm.CONTROL or course.step is None:
        return None
    return course.step if course.wake_at is None or course.wake_at <= now else None


def advance(playbook: Playbook, course: Course, event: Event, now: datetime) -> Advance:
    """Whatever has ended stays as it is, whatever happens to it."""
    if course.status is not Status.RUNNING:
        return Advance(course)
    if isinstance(event, Left):
        return _stopped(playbook, course, event)
    if course.arm is Arm.CONTROL:
        return Advance(course)
    if isinstance(event, Answered):
        return _answered(playbook, course, event, now)
    return _walked(playbook, course, event.permission, now)


def _stopped(playbook: Playbook, course: Course, left: Left) -> Advance:
    """Work that is open on an errand is withdrawn; of a wait nothing is left."""
    ended = replace(course, status=Status.STOPPED, end_reason=left.reason, out_reason=left.out)
    ended = replace(ended, step=None, opened_at=None, wake_at=None)
    if course.step is None or course.opened_at is None or not isinstance(playbook.steps[course.step], Errand):
        return Advance(ended)
    return Advance(ended, (Settle(course.step, Outcome.WITHDRAWN),))


def _answered(playbook: Playbook, course: Course, event: Answered, now: datetime) -> Advance:
    """An answer to what is not asked any more changes nothing."""
    step = playbook.steps.get(event.step)
    if event.step != course.step or course.opened_at is None or not isinstance(step, Errand):
        return Advance(course)
    if event.answer not in step.answers:
        return Advance(course)
    after = _walked(playbook, _past(course, event.step, event.answer, step.next), None, now)
    return Advance(after.course, (Settle(event.step, event.answer), *after.actions))


def _walked(playbook: Playbook, course: Course, permission: Permission | None, now: datetime) -> Advance:
    """As many steps as can be taken now; at most one message, for which the permission was given."""
    actions: list[Action] = []
    while (name := _due(course, now)) is not None:
        step = playbook.steps[name]
        if isinstance(step, Message):
            if permission is None:
                break
            taken, permission = _message(playbook, course, name, step, permission, now), None
        elif isinstance(step, Errand):
            taken = _errand(course, name, step, now)
        elif isinstance(step, Wait):
            taken = _wait(course, name, step, now)
        else:
            taken = Advance(_past(course, name, Outcome.PASSED, _chosen(step, course)))
        course, actions = taken.course, [*actions, *taken.actions]
    if course.step is None and course.status is Status.RUNNING:
        course = replace(course, status=Status.FINISHED)
    return Advance(course, tuple(actions))


def _message(
    playbook: Playbook, course: Course, name: str, step: Message, permission: Permission, now: datetime
) -> Advance:
    free_at = _capped_until(playbook, course, now)
    if free_at is not None:
        return Advance(replace(course, wake_at=free_at))
    if permission.allowed:
        moved = _past(course, name, Outcome.SENT, step.next)
        return Advance(replace(moved, sent=(*course.sent, now)), (Send(name, step.template, step.channel),))
    if permission.not_before is not None and permission.not_before > now:
        return Advance(replace(course, wake_at=permission.not_before))
    refused = Settle(name, Outcome.REFUSED, permission.reasons)
    return Advance(_past(course, name, Outcome.REFUSED, step.next), (refused,))


def _capped_until(playbook: Playbook, course: Course, now: datetime) -> datetime | None:
    """When the next message may go out; None: now."""
    window = timedelta(days=playbook.caps.days)
    recent = sorted(at for at in course.sent if at > now - window)
    if len(recent) < playbook.caps.messages:
        return None
    return recent[-playbook.caps.messages] + window


def _errand(course: Course, name: str, step: Errand, now: datetime) -> Advance:
    if course.opened_at is None:
        due = now + timedelta(days=step.patience_days)
        return Advance(replace(course, opened_at=now, wake_at=due), (Place(name, step.queue, due),))
    return Advance(_past(course, name, Outcome.UNANSWERED, step.next), (Settle(name, Outcome.UNANSWERED),))


def _wait(course: Course, name: str, step: Wait, now: datetime) -> Advance:
    if course.opened_at is None:
        return Advance(replace(course, opened_at=now, wake_at=now + timedelta(days=step.days)))
    return Advance(_past(course, name, Outcome.PASSED, step.next))


def _chosen(step: Branch, course: Course) -> str | None:
    return step.cases.get(course.outcomes.get(step.of, ""), step.next)


def _past(course: Course, name: str, outcome: str, following: str | None) -> Course:
    return replace(
        course, step=following, opened_at=None, wake_at=None, outcomes={**course.outcomes, name: str(outcome)}
    )
