"""The life of a review, pure: which verb leads where, who signs, what is late, and when the next one is due.

    open → in_review ⇄ awaiting_information → pending_approval → completed
    open | in_review | awaiting_information | pending_approval → cancelled (the relationship ended)

A review that is sent back is in_review again, with who proposed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import numpy as np

from backend.casework.queues import Calendar
from backend.casework.rules import add_office_time
from backend.core.clock import as_utc
from backend.reviews.changes import Change, Signal, Sort
from backend.reviews.errors import AnotherPersonMustSign, ReviewStateForbids, ReviewTaken
from backend.reviews.models import Outcome, ReviewState, TriggerKind
from backend.reviews.ruleset import ReviewRules, Spread
from risk_models.crr_review import months_later

_BASIS: Final = 10_000


class Verb(StrEnum):
    TAKE = "take"
    RELEASE = "release"
    ANSWER = "answer"
    ASK = "ask"
    RECEIVE = "receive"
    PROPOSE = "propose"
    SIGN = "sign"
    SEND_BACK = "send_back"
    COMPLETE = "complete"
    CANCEL = "cancel"


_ALL_ACTIVE: Final = frozenset(ReviewState) - {ReviewState.COMPLETED, ReviewState.CANCELLED}
FROM: Final[Mapping[Verb, frozenset[ReviewState]]] = {
    Verb.TAKE: frozenset({ReviewState.OPEN, ReviewState.IN_REVIEW}),
    Verb.RELEASE: frozenset({ReviewState.IN_REVIEW}),
    Verb.ANSWER: frozenset({ReviewState.IN_REVIEW, ReviewState.AWAITING_INFORMATION}),
    Verb.ASK: frozenset({ReviewState.OPEN, ReviewState.IN_REVIEW}),
    Verb.RECEIVE: frozenset({ReviewState.AWAITING_INFORMATION}),
    Verb.PROPOSE: frozenset({ReviewState.IN_REVIEW, ReviewState.AWAITING_INFORMATION}),
    Verb.SIGN: frozenset({ReviewState.PENDING_APPROVAL}),
    Verb.SEND_BACK: frozenset({ReviewState.PENDING_APPROVAL}),
    Verb.COMPLETE: frozenset({ReviewState.OPEN}),
    Verb.CANCEL: _ALL_ACTIVE,
}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a review stands: what the verbs look at and change."""

    state: ReviewState
    four_eyes: bool
    assignee_id: UUID | None = None
    proposal: Outcome | None = None
    proposed_by: UUID | None = None
    decided_by: UUID | None = None


def allowed(at: Position, verb: Verb) -> None:
    if at.state not in FROM[verb]:
        raise ReviewStateForbids(state=at.state.value, verb=verb.value)


def take(at: Position, who: UUID) -> Position:
    allowed(at, Verb.TAKE)
    _nobody_elses(at, who)
    return replace(at, state=ReviewState.IN_REVIEW, assignee_id=who)


def release(at: Position, who: UUID) -> Position:
    allowed(at, Verb.RELEASE)
    _nobody_elses(at, who)
    return replace(at, state=ReviewState.OPEN, assignee_id=None)


def answer(at: Position, who: UUID) -> Position:
    allowed(at, Verb.ANSWER)
    _nobody_elses(at, who)
    return replace(at, assignee_id=who)


def ask(at: Position, who: UUID) -> Position:
    """The customer is asked; whoever asked keeps the review."""
    allowed(at, Verb.ASK)
    _nobody_elses(at, who)
    return replace(at, state=ReviewState.AWAITING_INFORMATION, assignee_id=who)


def receive(at: Position) -> Position:
    allowed(at, Verb.RECEIVE)
    return replace(at, state=ReviewState.IN_REVIEW)


def propose(at: Position, who: UUID, outcome: Outcome, two_people: bool) -> Position:
    """Final where one person is enough."""
    allowed(at, Verb.PROPOSE)
    _nobody_elses(at, who)
    proposed = replace(at, proposal=outcome, proposed_by=who, assignee_id=who, four_eyes=at.four_eyes or two_people)
    if proposed.four_eyes:
        return replace(proposed, state=ReviewState.PENDING_APPROVAL, assignee_id=None)
    return replace(proposed, state=ReviewState.COMPLETED, decided_by=who)


def sign(at: Position, who: UUID) -> Position:
    _answered(at, who, Verb.SIGN)
    return replace(at, state=ReviewState.COMPLETED, assignee_id=at.proposed_by, decided_by=who)


def send_back(at: Position, who: UUID) -> Position:
    _answered(at, who, Verb.SEND_BACK)
    return withdrawn(at)


def withdrawn(at: Position) -> Position:
    """What was proposed was proposed on facts that have moved since: whoever proposed looks again."""
    allowed(at, Verb.SEND_BACK)
    return replace(at, state=ReviewState.IN_REVIEW, assignee_id=at.proposed_by, proposal=None, proposed_by=None)


def complete(at: Position) -> Position:
    """By rule, before anybody has begun."""
    allowed(at, Verb.COMPLETE)
    return replace(at, state=ReviewState.COMPLETED, proposal=Outcome.KEEP)


def cancel(at: Position) -> Position:
    allowed(at, Verb.CANCEL)
    return replace(at, state=ReviewState.CANCELLED, assignee_id=None)


def _answered(at: Position, who: UUID, verb: Verb) -> None:
    allowed(at, verb)
    if who == at.proposed_by:
        raise AnotherPersonMustSign()


def _nobody_elses(at: Position, who: UUID) -> None:
    if at.assignee_id not in (None, who):
        raise ReviewTaken()


def goes_through(
    rules: ReviewRules, level: str | None, kinds: Collection[TriggerKind], changes: Sequence[Change]
) -> bool:
    """Whether a review ends by rule: its level may, only the calendar asked for it, and nothing material moved."""
    only_calendar = set(kinds) == {TriggerKind.PERIODIC}
    return rules.level(level).straight_through and only_calendar and not any(c.sort in rules.material for c in changes)


def signals(rules: ReviewRules, changes: Iterable[Change]) -> list[Signal]:
    """Which changes ask for a review; the others only stand in its file."""
    found: dict[tuple[UUID, TriggerKind, str], Signal] = {}
    for change in changes:
        kind = _asks(rules, change)
        if kind is not None:
            signal = Signal(change.party_id, kind, change.source, change.at.date(), dict(change.figures))
            found.setdefault((signal.party_id, kind, signal.source), signal)
    return list(found.values())


def _asks(rules: ReviewRules, change: Change) -> TriggerKind | None:
    if change.sort is Sort.RATING:
        rose = rules.rank(change.code) > rules.rank(change.figures.get("was"))
        return TriggerKind.FACTOR_MOVED if rose and change.figures.get("cause") != "review" else None
    if change.sort is Sort.ALERT:
        adverse = change.figures.get("list") == "other"
        listed = TriggerKind.ADVERSE_INFORMATION if adverse else TriggerKind.LIST_HIT
        return listed if change.code == "true_match" else None
    if change.sort is Sort.DOCUMENT:
        return TriggerKind.DOCUMENT_EXPIRED if change.code == "expired" else None
    if change.sort is Sort.FINDING:
        return None if change.code == "none" else TriggerKind.ADVERSE_INFORMATION
    return _ALWAYS.get(change.sort)


_ALWAYS: Final[Mapping[Sort, TriggerKind]] = {
    Sort.OVERRIDE: TriggerKind.ASSESSMENT_EXPIRED,
    Sort.BEHAVIOUR: TriggerKind.BEHAVIOUR,
    Sort.PRODUCT: TriggerKind.PRODUCT_CHANGED,
    Sort.OWNER: TriggerKind.OWNERS_CHANGED,
}


def due_at(rules: ReviewRules, kind: TriggerKind, noted_at: datetime, planned: date, calendar: Calendar) -> datetime:
    """The periodic review is due when its day ends (on the last working day up to it); others count office time."""
    within = rules.triggers[kind].due
    if within is not None:
        return add_office_time(noted_at, within, calendar)
    return closing(_working_day(planned, calendar), calendar)


def closing(day: date, calendar: Calendar) -> datetime:
    return as_utc(datetime.combine(day, calendar.closes, calendar.zone))


def _working_day(day: date, calendar: Calendar) -> date:
    while not calendar.works(day):
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class Clock:
    """What the time has to say about an active review."""

    escalate: bool
    restrict: bool


def clock(rules: ReviewRules, level: str | None, due: datetime, now: datetime) -> Clock:
    """Late from the moment it was due; restricted so many calendar days later."""
    rule, late = rules.level(level), now > due
    after = rule.restrict_after_days
    return Clock(late, late and after is not None and now >= due + timedelta(days=after))


def reminders_due(rules: ReviewRules, information_due: datetime, now: datetime) -> int:
    """How many of the reminders have their time behind them."""
    days = rules.information.remind_days_before
    return sum(now >= information_due - timedelta(days=each) for each in days)


def next_review_on(on: date, months: int) -> date:
    return date.fromisoformat(str(months_later(np.array([on], dtype="datetime64[D]"), np.array([months]))[0]))


def planned_on(due_on: date, first_rated_on: date, cohort: int, place: int, spread: Spread) -> date:
    """The day of a first review. `cohort`: how many were first rated on that day; `place`: 0 to 9,999, its own.

    A customer of a take-over is called within the interval, never after its end; any other on its last day.
    """
    interval = (due_on - first_rated_on).days
    if cohort < spread.takeover_from or interval <= 0:
        return due_on
    earliest = interval * spread.earliest // _BASIS
    return first_rated_on + timedelta(days=earliest + (interval - earliest) * (place + 1) // _BASIS)
