"""The life of a product review, pure: which verb leads where, who signs, what a decision needs, when the next is due.

    open → in_review → pending_signature → decided
    open | in_review | pending_signature → cancelled (the product is retired)

What is sent back, or joined by a new trigger while it waits for its signature, is in review again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from backend.core.periods import months_later
from backend.product_reviews.errors import (
    ActionMissing,
    ChannelsMissing,
    DecisionNotPossible,
    DecisionReasonUnknown,
    FindingMissing,
    PackMissing,
    ProductReviewStateForbids,
    ProductReviewTaken,
    SecondSignatureMissing,
)
from backend.product_reviews.models import (
    REVIEWED,
    ProductDecision,
    ProductReviewState,
    ProductTrigger,
    Severity,
)
from backend.product_reviews.ruleset import ProductReviewRules
from backend.products.models import ProductRisk, ProductState


class Verb(StrEnum):
    TAKE = "take"
    RELEASE = "release"
    FIND = "find"
    COMPUTE = "compute"
    PROPOSE = "propose"
    SIGN = "sign"
    SEND_BACK = "send_back"
    CANCEL = "cancel"


_S: Final = ProductReviewState
FROM: Final[Mapping[Verb, frozenset[ProductReviewState]]] = {
    Verb.TAKE: frozenset({_S.OPEN, _S.IN_REVIEW}),
    Verb.RELEASE: frozenset({_S.IN_REVIEW}),
    Verb.FIND: frozenset({_S.IN_REVIEW}),
    Verb.COMPUTE: frozenset({_S.OPEN, _S.IN_REVIEW}),
    Verb.PROPOSE: frozenset({_S.IN_REVIEW}),
    Verb.SIGN: frozenset({_S.PENDING_SIGNATURE}),
    Verb.SEND_BACK: frozenset({_S.PENDING_SIGNATURE}),
    Verb.CANCEL: frozenset({_S.OPEN, _S.IN_REVIEW, _S.PENDING_SIGNATURE}),
}
_P: Final = ProductState
STEPS: Final[Mapping[ProductDecision, Mapping[ProductState, tuple[ProductState, ...]]]] = {
    ProductDecision.CONTINUE: {
        _P.ON_SALE: (),
        _P.UNDER_REVIEW: (_P.ON_SALE,),
        _P.REMEDIATION: (_P.UNDER_REVIEW,),
        _P.WITHDRAWN: (),
        _P.RUN_OFF: (),
    },
    ProductDecision.CHANGE: {_P.ON_SALE: (), _P.UNDER_REVIEW: (), _P.REMEDIATION: ()},
    ProductDecision.RESTRICT_CHANNEL: {_P.ON_SALE: (), _P.UNDER_REVIEW: (_P.ON_SALE,)},
    ProductDecision.SUSPEND: {_P.ON_SALE: (_P.UNDER_REVIEW,), _P.UNDER_REVIEW: (), _P.REMEDIATION: ()},
    ProductDecision.REMEDIATE: {
        _P.ON_SALE: (_P.UNDER_REVIEW, _P.REMEDIATION),
        _P.UNDER_REVIEW: (_P.REMEDIATION,),
        _P.REMEDIATION: (),
        _P.WITHDRAWN: (),
        _P.RUN_OFF: (),
    },
    ProductDecision.WITHDRAW: {
        _P.ON_SALE: (_P.WITHDRAWN,),
        _P.UNDER_REVIEW: (_P.WITHDRAWN,),
        _P.REMEDIATION: (_P.WITHDRAWN,),
    },
}
"""Which steps of the product follow from a decision, by the state the product is in; a state not named refuses it."""


PLACES: Final = 10_000


def reviewed(state: ProductState) -> bool:
    return state in REVIEWED


@dataclass(frozen=True, slots=True)
class Position:
    """Where a review stands: what the verbs look at and change."""

    state: ProductReviewState
    assignee_id: UUID | None = None
    proposed_by: UUID | None = None


def allowed(at: Position, verb: Verb) -> None:
    if at.state not in FROM[verb]:
        raise ProductReviewStateForbids(state=at.state.value, verb=verb.value)


def mine(at: Position, verb: Verb, who: UUID) -> None:
    """Whoever took a review works on it, nobody beside."""
    allowed(at, verb)
    if at.assignee_id not in (None, who):
        raise ProductReviewTaken()


def take(at: Position, who: UUID) -> Position:
    mine(at, Verb.TAKE, who)
    return replace(at, state=_S.IN_REVIEW, assignee_id=who)


def release(at: Position, who: UUID) -> Position:
    mine(at, Verb.RELEASE, who)
    return replace(at, state=_S.OPEN, assignee_id=None)


def propose(at: Position, who: UUID) -> Position:
    """The first signature."""
    mine(at, Verb.PROPOSE, who)
    return replace(at, state=_S.PENDING_SIGNATURE, assignee_id=who, proposed_by=who)


def sign(at: Position, who: UUID) -> Position:
    _second(at, who, Verb.SIGN)
    return replace(at, state=_S.DECIDED)


def send_back(at: Position, who: UUID) -> Position:
    _second(at, who, Verb.SEND_BACK)
    return withdrawn(at)


def withdrawn(at: Position) -> Position:
    """What was signed first was signed on facts that have moved since."""
    allowed(at, Verb.SEND_BACK)
    return replace(at, state=_S.IN_REVIEW, proposed_by=None)


def cancel(at: Position) -> Position:
    allowed(at, Verb.CANCEL)
    return replace(at, state=_S.CANCELLED)


def _second(at: Position, who: UUID, verb: Verb) -> None:
    allowed(at, verb)
    if who == at.proposed_by:
        raise SecondSignatureMissing()


@dataclass(frozen=True, slots=True)
class Finding:
    number: int
    severity: Severity
    actions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`reason` is a code of the rule-set; `channels` are those that a restriction closes."""

    decision: ProductDecision
    reason: str
    note: str | None = None
    channels: tuple[str, ...] = ()


def steps(decision: ProductDecision, state: ProductState) -> tuple[ProductState, ...]:
    """Raises DecisionNotPossible."""
    found = STEPS[decision].get(state)
    if found is None:
        raise DecisionNotPossible(state=state.value)
    return found


def decidable(
    rules: ProductReviewRules,
    verdict: Verdict,
    state: ProductState,
    findings: Sequence[Finding],
    channels: Collection[str],
    *,
    packed: bool,
) -> None:
    """Raises what stands in the way of proposing a decision; `channels` are those the product is sold through."""
    if not packed:
        raise PackMissing()
    if not rules.allows(verdict.reason, verdict.decision):
        raise DecisionReasonUnknown(reason=verdict.reason, field="reason")
    steps(verdict.decision, state)
    if verdict.decision is not ProductDecision.CONTINUE and not findings:
        raise FindingMissing()
    for finding in findings:
        if finding.severity is Severity.HIGH and not finding.actions:
            raise ActionMissing(number=finding.number)
    restricts = verdict.decision is ProductDecision.RESTRICT_CHANNEL
    if restricts != bool(verdict.channels) or not set(verdict.channels) <= set(channels):
        raise ChannelsMissing(field="channels")


def due_at(rules: ProductReviewRules, kind: ProductTrigger, noted_at: datetime) -> datetime:
    return noted_at + timedelta(days=rules.triggers[kind].due_days)


def planned_on(rules: ProductReviewRules, risk: ProductRisk, since: date) -> date:
    """The day of the next review after one that was decided, or after the first day of sale."""
    return months_later(since, rules.frequency[risk].months)


def first_on(rules: ProductReviewRules, risk: ProductRisk, opened_on: date, recorded_on: date, place: int) -> date:
    """The day of the first review; `place`: 0 to 9,999, the product's own.

    What was due before the product was recorded here waits its turn within the months of a take-over.
    """
    due = planned_on(rules, risk, opened_on)
    if due >= recorded_on:
        return due
    days = (months_later(recorded_on, rules.frequency[risk].takeover_months) - recorded_on).days
    return recorded_on + timedelta(days=days * (place + 1) // PLACES)


def opens_on(rules: ProductReviewRules, risk: ProductRisk, planned: date) -> date:
    return planned - timedelta(days=rules.frequency[risk].lead_days)


def period(rules: ProductReviewRules, on: date) -> tuple[date, date]:
    """The whole months before the month of `on`."""
    until = on.replace(day=1)
    return months_later(until, -rules.lookback_months), until


def reminders_due(rules: ProductReviewRules, due_on: date, today: date) -> int:
    """How many of an action's reminders have their day behind them."""
    return sum(today >= due_on - timedelta(days=days) for days in rules.actions.remind_days_before)
