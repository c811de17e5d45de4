"""Clocks, states and retention: pure. Facts and a rule-set in, decisions with their reasons out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from backend.casework.queues import Calendar
from backend.core.periods import months_later
from backend.rights.models import RequestKind, RequestState
from backend.rights.rulesets import Record, RequestRules, RetentionRules, Span
from backend.rights.standing import Ended, Facts

STEPS: Final[Mapping[RequestState, frozenset[RequestState]]] = MappingProxyType(
    {
        RequestState.RECEIVED: frozenset({RequestState.IN_PROGRESS, RequestState.REFUSED, RequestState.WITHDRAWN}),
        RequestState.IN_PROGRESS: frozenset(
            {
                RequestState.DEFERRED,
                RequestState.PENDING_APPROVAL,
                RequestState.FULFILLED,
                RequestState.REFUSED,
                RequestState.WITHDRAWN,
            }
        ),
        RequestState.DEFERRED: frozenset({RequestState.IN_PROGRESS, RequestState.WITHDRAWN}),
        RequestState.PENDING_APPROVAL: frozenset(
            {RequestState.IN_PROGRESS, RequestState.DEFERRED, RequestState.FULFILLED, RequestState.WITHDRAWN}
        ),
        RequestState.FULFILLED: frozenset(),
        RequestState.REFUSED: frozenset(),
        RequestState.WITHDRAWN: frozenset(),
    }
)


def reaches(state: str, target: RequestState) -> bool:
    return target in STEPS[RequestState(state)]


def after(start: date, span: Span, calendar: Calendar | None = None) -> date:
    """The last day of the period; the first day does not count. Working days need a calendar."""
    if span.working_days is None:
        return months_later(start, 12 * (span.years or 0) + (span.months or 0)) + timedelta(days=span.days or 0)
    assert calendar is not None  # noqa: S101 - retention rules refuse working days when they are loaded
    day, left = start, span.working_days
    while left:
        day += timedelta(days=1)
        left -= calendar.works(day)
    return day


def in_words(span: Span) -> str:
    """`5 years`: number and unit, for a catalogue to translate."""
    unit, count = next((unit, value) for unit, value in span.model_dump().items() if value is not None)
    return f"{count} {unit}"


def deadline(rules: RequestRules, kind: RequestKind, received_on: date, calendar: Calendar) -> date:
    return after(received_on, rules.kinds[kind].clock or rules.clock, calendar)


def extended(rules: RequestRules, due_on: date, calendar: Calendar) -> date | None:
    """None where the law knows no extension."""
    return None if rules.extension is None else after(due_on, rules.extension, calendar)


def warn_on(rules: RequestRules, due_on: date) -> date:
    return due_on - timedelta(days=rules.warn_days)


@dataclass(frozen=True, slots=True)
class Term:
    """A period that applies. `until` is its last day, None while it has not begun; `code` names it in the rule-set."""

    code: str
    article: str
    until: date | None

    def as_document(self) -> dict[str, Any]:
        until = None if self.until is None else self.until.isoformat()
        return {"code": self.code, "article": self.article, "until": until}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`free_from` is the first day on which nothing keeps the data any more; None while that day is unknown."""

    terms: tuple[Term, ...]
    keeping: tuple[Term, ...]
    free_from: date | None
    holds: tuple[str, ...] = field(default=())

    @property
    def erasable(self) -> bool:
        return not self.keeping and not self.holds


SHARED_ACCOUNT: Final = "shared_account"
OPEN_CASE: Final = "open_case"


def terms(facts: Facts, rules: RetentionRules) -> tuple[Term, ...]:
    """Every period that applies to the person, as the rule-set words it, and what has no end yet."""
    found = [
        Term(period.code, period.article, _until(start, period.keep))
        for period in rules.periods
        for start in _starts(facts, period.record)
    ]
    if facts.shared_accounts:
        found.append(Term(SHARED_ACCOUNT, "another customer's contract", None))
    if facts.open_work:
        found.append(Term(OPEN_CASE, "a case, complaint or request that is not decided", None))
    return tuple(found)


def judge(facts: Facts, rules: RetentionRules, holds: Iterable[str], today: date) -> Verdict:
    """A hold beats expiry; of several periods the longest counts. The last day of a period is still kept."""
    applying, holding = terms(facts, rules), tuple(sorted(holds))
    keeping = tuple(term for term in applying if term.until is None or term.until >= today)
    ends = [term.until for term in applying]
    known = [end for end in ends if end is not None]
    free_from = None if holding or len(known) < len(ends) or not known else max(known) + timedelta(days=1)
    return Verdict(applying, keeping, free_from, holding)


def _starts(facts: Facts, record: Record) -> Sequence[Ended]:
    """When the period of such records began; empty without any. A prospect has no relationship, tie or refusal."""
    if record is Record.RELATIONSHIP:
        return () if facts.relationship is None else (facts.relationship,)
    if record is Record.ACCOUNTS:
        return () if facts.accounts is None else (facts.accounts,)
    if record is Record.RELATED_PARTY:
        return facts.ties
    if record is Record.DECLINED:
        return () if facts.declined is None else (Ended(facts.declined),)
    nothing_else = facts.relationship is None and facts.declined is None and not facts.ties
    return (Ended(facts.last_activity),) if nothing_else else ()


def _until(start: Ended, keep: Span) -> date | None:
    return None if start.on is None else after(start.on, keep)


def offered(kind: str, state: str, *, extended_before: bool, late: bool, approved: bool) -> tuple[str, ...]:
    """The verbs that the state allows, in the order in which a page offers them; rights come on top."""
    if state == RequestState.RECEIVED:
        verbs = ["identify", "extend", "refuse", "withdraw"]
    elif state == RequestState.IN_PROGRESS:
        verbs = ["propose_erasure" if kind == RequestKind.ERASURE else "fulfil", "extend", "refuse", "withdraw"]
    elif state == RequestState.PENDING_APPROVAL and not approved:
        verbs = ["approve_erasure", "return_erasure", "withdraw"]
    elif state == RequestState.DEFERRED:
        verbs = ["withdraw"]
    else:
        verbs = []
    if extended_before or late:
        verbs = [verb for verb in verbs if verb != "extend"]
    return tuple(verbs)
