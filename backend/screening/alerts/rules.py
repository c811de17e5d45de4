"""The life of an alert, pure: which verb leads where, and who may not be the second person.

    open ⇄ in_review → escalated → true_match | false_positive | inconclusive → (reopened) open
    open | in_review | escalated → obsolete → (found again) open
    any → obsolete, when the record was merged and another record has the same pair

An alert is escalated when it waits for another person: because somebody handed it up, or because a decision is
proposed that needs two people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from backend.screening.alerts.errors import (
    AlertStateForbids,
    AlertTaken,
    AnotherPersonMustDecide,
    NothingProposed,
    NotYourAlert,
    WaitsForSecondPerson,
)
from backend.screening.alerts.models import ACTIVE, DECIDED, AlertState, Outcome


class Verb(StrEnum):
    TAKE = "take"
    ASSIGN = "assign"
    RELEASE = "release"
    ESCALATE = "escalate"
    DECIDE = "decide"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    VOID = "void"
    LAPSE = "lapse"
    JOIN = "join"


FROM: Final[Mapping[Verb, frozenset[AlertState]]] = {
    Verb.TAKE: frozenset(ACTIVE),
    Verb.ASSIGN: frozenset(ACTIVE),
    Verb.RELEASE: frozenset({AlertState.IN_REVIEW, AlertState.ESCALATED}),
    Verb.ESCALATE: frozenset({AlertState.OPEN, AlertState.IN_REVIEW}),
    Verb.DECIDE: frozenset(ACTIVE),
    Verb.CONFIRM: frozenset({AlertState.ESCALATED}),
    Verb.SEND_BACK: frozenset({AlertState.ESCALATED}),
    Verb.REOPEN: frozenset({*DECIDED, AlertState.OBSOLETE}),
    Verb.VOID: frozenset({AlertState.ESCALATED}),
    Verb.LAPSE: frozenset(ACTIVE),
    Verb.JOIN: frozenset(AlertState),
}


@dataclass(frozen=True, slots=True)
class Position:
    """Where an alert stands: what the verbs look at and change."""

    state: AlertState
    four_eyes: bool
    assignee_id: UUID | None = None
    escalated_by: UUID | None = None
    proposal: Outcome | None = None
    proposed_by: UUID | None = None
    decided_by: UUID | None = None

    @property
    def makers(self) -> frozenset[UUID]:
        """Who has already had a say while it waits for another person."""
        return frozenset(who for who in (self.escalated_by, self.proposed_by) if who is not None)


def take(at: Position, who: UUID) -> Position:
    _allowed(at, Verb.TAKE)
    if at.assignee_id not in (None, who):
        raise AlertTaken()
    return assigned(at, who)


def assigned(at: Position, to: UUID) -> Position:
    """Raises AnotherPersonMustDecide for who has had a say in what now waits for another person."""
    _allowed(at, Verb.ASSIGN)
    if at.state is not AlertState.ESCALATED:
        return replace(at, state=AlertState.IN_REVIEW, assignee_id=to)
    _another_than_makers(at, to)
    return replace(at, assignee_id=to)


def release(at: Position, who: UUID) -> Position:
    _allowed(at, Verb.RELEASE)
    if at.assignee_id != who:
        raise NotYourAlert()
    state = AlertState.OPEN if at.state is AlertState.IN_REVIEW else at.state
    return replace(at, state=state, assignee_id=None)


def escalate(at: Position, who: UUID) -> Position:
    _allowed(at, Verb.ESCALATE)
    _nobody_elses(at, who)
    return replace(at, state=AlertState.ESCALATED, assignee_id=None, escalated_by=who)


def decide(at: Position, who: UUID, outcome: Outcome) -> Position:
    """Final where one person is enough; otherwise a proposal that waits for the second."""
    _allowed(at, Verb.DECIDE)
    if at.proposal is not None:
        raise WaitsForSecondPerson()
    _another_than_makers(at, who)
    _nobody_elses(at, who)
    if at.four_eyes:
        return replace(at, state=AlertState.ESCALATED, assignee_id=None, proposal=outcome, proposed_by=who)
    return _final(at, who, outcome)


def confirm(at: Position, who: UUID) -> Position:
    outcome = _answered(at, who, Verb.CONFIRM)
    return _final(at, who, outcome)


def send_back(at: Position, who: UUID) -> Position:
    """The proposal is gone, and who made it looks again."""
    _answered(at, who, Verb.SEND_BACK)
    return Position(AlertState.IN_REVIEW, at.four_eyes, assignee_id=at.proposed_by)


def reopen(at: Position) -> Position:
    _allowed(at, Verb.REOPEN)
    return Position(AlertState.OPEN, at.four_eyes)


def void(at: Position) -> Position:
    """What was proposed was proposed on facts that have changed since: it begins anew."""
    _allowed(at, Verb.VOID)
    return Position(AlertState.OPEN, at.four_eyes)


def lapse(at: Position) -> Position:
    _allowed(at, Verb.LAPSE)
    return Position(AlertState.OBSOLETE, at.four_eyes)


def give_up(at: Position) -> Position:
    """The pair goes on as another record's."""
    return Position(AlertState.OBSOLETE, at.four_eyes)


def join(mine: Position, theirs: Position) -> Position:
    """Where the pair stands for a customer of whom two records had it: decided only if nothing speaks against.

    What waits goes on waiting; two decisions that differ, or one beside an alert that waits, are looked at again. A
    proposal falls if the other record's alert was decided otherwise.
    """
    if theirs.state is AlertState.OBSOLETE:
        return mine
    at = replace(mine, four_eyes=mine.four_eyes or theirs.four_eyes)
    if mine.state in ACTIVE:
        contradicted = theirs.state in DECIDED and mine.proposal not in (None, Outcome(theirs.state.value))
        return void(at) if contradicted else at
    return mine if mine.state is theirs.state and mine.four_eyes == at.four_eyes else reopen(at)


def _final(at: Position, who: UUID, outcome: Outcome) -> Position:
    return replace(at, state=AlertState(outcome.value), assignee_id=None, proposal=None, decided_by=who)


def _answered(at: Position, who: UUID, verb: Verb) -> Outcome:
    _allowed(at, verb)
    if at.proposal is None:
        raise NothingProposed()
    if who == at.proposed_by:
        raise AnotherPersonMustDecide()
    _nobody_elses(at, who)
    return at.proposal


def _allowed(at: Position, verb: Verb) -> None:
    if at.state not in FROM[verb]:
        raise AlertStateForbids(state=at.state.value, verb=verb.value)


def _another_than_makers(at: Position, who: UUID) -> None:
    if at.state is AlertState.ESCALATED and who in at.makers:
        raise AnotherPersonMustDecide()


def _nobody_elses(at: Position, who: UUID) -> None:
    if at.assignee_id not in (None, who):
        raise AlertTaken()
