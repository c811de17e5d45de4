"""The state machine as data: which verb leads from where to where, by which right; refused when it has a hole."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from backend.access.actions import FOUR_EYES, RIGHTS
from backend.core.rulesets import Part, Policies, RuleSet, Wording
from backend.onboarding.errors import NotInThisState
from backend.onboarding.models import CaseState

DIRECTORY: Final = "onboarding/states"
APPROVED: Final = frozenset({CaseState.APPROVED, CaseState.APPROVED_WITH_CONDITIONS})
_ONE_ALONE: Final = ("onboarding_case", "decide_by_rule")


class Verb(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    START_REVIEW = "start_review"
    RUN_CHECKS = "run_checks"
    RECORD_CHECK = "record_check"
    WAIVE_CHECK = "waive_check"
    WAIVE_REQUIREMENT = "waive_requirement"
    REQUEST_INFORMATION = "request_information"
    RECEIVE_INFORMATION = "receive_information"
    PROPOSE_DECISION = "propose_decision"
    SIGN = "sign"
    DECIDE_BY_RULE = "decide_by_rule"
    REBASE = "rebase"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class State(Part):
    wording: Wording
    queue: str | None = None
    expires_after_days: int | None = Field(default=None, ge=1)
    final: bool = False

    @model_validator(mode="after")
    def _waits_somewhere(self) -> Self:
        if self.final == (self.queue is not None):
            raise ValueError("an open state has a queue and a final one has none")
        return self


class Transition(Part):
    verb: Verb
    wording: Wording
    from_: frozenset[CaseState] = Field(alias="from", min_length=1)
    to: frozenset[CaseState] = frozenset()
    right: str
    event: str | None = None

    @property
    def action(self) -> str:
        return self.right.partition(".")[2]

    @property
    def object(self) -> str:
        return self.right.partition(".")[0]


class StateMachine(RuleSet):
    initial: CaseState
    states: Mapping[CaseState, State]
    transitions: tuple[Transition, ...]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for problem in _problems(self):
            raise ValueError(problem)
        return self

    def transition(self, verb: Verb) -> Transition:
        return next(transition for transition in self.transitions if transition.verb is verb)

    def allowed(self, verb: Verb, state: str, to: CaseState | None = None) -> Transition:
        """Raises NotInThisState."""
        transition = self.transition(verb)
        if state not in transition.from_ or (to is not None and to not in transition.to):
            raise NotInThisState(verb=verb.value, state=state)
        return transition

    def expiry(self, state: str, now: datetime) -> datetime | None:
        days = self.states[CaseState(state)].expires_after_days
        return None if days is None else now + timedelta(days=days)

    def final(self, state: str) -> bool:
        return self.states[CaseState(state)].final


def machine(policies: Policies, on: date) -> StateMachine:
    return policies.book(DIRECTORY, StateMachine).effective(on).rules


def _problems(machine: StateMachine) -> Iterator[str]:
    missing = set(CaseState) - set(machine.states)
    if missing:
        yield f"states are missing: {', '.join(sorted(missing))}"
    verbs = [transition.verb for transition in machine.transitions]
    if sorted(verbs) != sorted(Verb):
        yield "every verb has exactly one transition"
    for transition in machine.transitions:
        yield from _faults(machine, transition)
    unreached = set(machine.states) - _reached(machine)
    if unreached:
        yield f"no way leads to: {', '.join(sorted(unreached))}"
    for state in _dead_ends(machine):
        yield f"no way leads out of {state}"


def _faults(machine: StateMachine, transition: Transition) -> Iterator[str]:
    right = RIGHTS.get((transition.object, transition.action))
    if right is None:
        yield f"{transition.verb} needs “{transition.right}”, which is no right"
        return
    finished = [state for state in transition.from_ if state in machine.states and machine.states[state].final]
    if finished:
        yield f"{transition.verb} leads out of {', '.join(sorted(finished))}, which is final"
    two_persons = right.requires >= FOUR_EYES or (right.object, right.action) == _ONE_ALONE
    if transition.to & APPROVED and not two_persons:
        yield f"{transition.verb} leads to approval by a right that one person could use alone"


def _reached(machine: StateMachine) -> set[CaseState]:
    reached, frontier = {machine.initial}, {machine.initial}
    while frontier:
        frontier = {to for t in machine.transitions if t.from_ & frontier for to in t.to} - reached
        reached |= frontier
    return reached


def _dead_ends(machine: StateMachine) -> list[CaseState]:
    """Open states from which no final state can be reached."""
    ends = {state for state, rule in machine.states.items() if rule.final}
    while more := {s for t in machine.transitions if t.to & ends for s in t.from_} - ends:
        ends |= more
    return sorted(set(machine.states) - ends)
