"""What a case needs, and what follows for it: pure, from facts, evidence and a rule-set.

Two cases whose facts answer every test of the rule-set alike are the same case to it; that assessment is computed
once and shared, which is what makes a bank's whole book a matter of a fraction of a second.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from backend.onboarding.facts import FACTS, NO_EVIDENCE, CaseFacts, Evidence, Paper, Value
from backend.onboarding.models import CaseState, CheckStatus, Decision, DueDiligence, RequirementKind, RequirementStatus
from backend.onboarding.predicates import Predicate, Test
from backend.onboarding.ruleset import Ask, OnboardingRules, RequirementType, Rule

_KEPT: Final = 8192
SIGNATURES: Final = "signatures"


@dataclass(frozen=True, slots=True)
class Because:
    """A rule that held, and the tests of facts that made it hold (never the values of personal facts)."""

    rule: str
    grounds: tuple[tuple[Test, bool], ...]

    def as_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "facts": [test.as_json(held) for test, held in self.grounds]}


@dataclass(frozen=True, slots=True)
class Requirement:
    """`blocks`: approval waits for it. Otherwise it becomes `condition`, or stands `deferred` for a reason."""

    code: str
    kind: RequirementKind
    status: RequirementStatus
    because: tuple[Because, ...]
    reason: str
    blocks: bool
    condition: str | None = None
    within_days: int | None = None
    deferred_for: str | None = None
    satisfied_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class ConditionDue:
    code: str
    due_on: date


@dataclass(frozen=True, slots=True)
class WorkNeed:
    queue: str
    kind: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """`outcome` is what the rule-set alone would decide; only a rule-set with `decides_by_rule` may be followed."""

    requirements: tuple[Requirement, ...]
    due_diligence: DueDiligence
    due_diligence_because: tuple[Because, ...]
    risk_points: int
    risk_level: str
    risk_because: tuple[tuple[Because, int], ...]
    signatures: int
    signatures_because: tuple[Because, ...]
    outcome: CaseState
    reasons: tuple[str, ...]
    conditions: tuple[ConditionDue, ...]
    work: WorkNeed | None

    @property
    def due(self) -> dict[str, date]:
        return {condition.code: condition.due_on for condition in self.conditions}

    @property
    def proposal(self) -> Decision:
        """What the rule-set proposes to the people who decide a case that it refers."""
        return Decision.APPROVE_WITH_CONDITIONS if self.conditions else Decision.APPROVE

    @property
    def blocking(self) -> tuple[Requirement, ...]:
        return tuple(r for r in self.requirements if r.blocks and r.status is RequirementStatus.OPEN)


def assess(facts: CaseFacts, rules: OnboardingRules, today: date, evidence: Evidence = NO_EVIDENCE) -> Assessment:
    """The whole answer for one case. Shared between cases that the rule-set cannot tell apart; it is immutable."""
    table = _table(rules)
    answers = tuple(test.holds(getattr(facts, test.fact)) for test in table.tests)
    rating = (facts.rated_level, facts.rated_points)
    if evidence is NO_EVIDENCE:
        return _remembered(table, answers, rating, today)
    return _assess(table, answers, rating, today, evidence)


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """A rule-set and its distinct tests of given facts, in one order; hashed by identity."""

    rules: OnboardingRules
    tests: tuple[Test, ...]
    derived: tuple[Test, ...]


_tables: dict[int, _Table] = {}


def _table(rules: OnboardingRules) -> _Table:
    known = _tables.get(id(rules))
    if known is None or known.rules is not rules:
        predicates = [rule.when for rule in rules.all_rules()]
        predicates += [type_.met for type_ in rules.requirements.values() if type_.met is not None]
        tests = dict.fromkeys(test for predicate in predicates for test in predicate.tests())
        given = tuple(test for test in tests if not FACTS[test.fact].derived)
        known = _tables[id(rules)] = _Table(rules, given, tuple(test for test in tests if FACTS[test.fact].derived))
    return known


Rating = tuple[str | None, int | None]


@lru_cache(maxsize=_KEPT)
def _remembered(table: _Table, answers: tuple[bool, ...], rating: Rating, today: date) -> Assessment:
    return _assess(table, answers, rating, today, NO_EVIDENCE)


def _assess(table: _Table, answers: tuple[bool, ...], rating: Rating, today: date, evidence: Evidence) -> Assessment:
    rules = table.rules
    truths = dict(zip(table.tests, answers, strict=True))
    risk = tuple((_because(rule, truths), rule.points) for rule in rules.risk if rule.when.holds(truths))
    points = rating[1] if rating[1] is not None else max(0, sum(points for _, points in risk))
    level = rating[0] or risk_level(points, rules)
    given: dict[str, Value] = {"risk_points": points, "risk_level": level}
    truths |= {t: t.holds(given.get(t.fact)) for t in table.derived}
    diligence, diligence_because = _due_diligence(rules, truths)
    truths |= {t: t.holds(diligence.value) for t in table.derived if t.fact == "due_diligence"}
    approvals = [rule for rule in rules.approvals if rule.when.holds(truths)]
    signatures = max((rule.signatures for rule in approvals), default=0)
    signatures_because = tuple(_because(rule, truths) for rule in approvals)
    asked = tuple(requirements(truths, rules, today, evidence))
    if signatures:
        asked = (*asked, _signed(signatures, signatures_because, approvals[0].reason, evidence))
    conditions = _conditions(asked, today)
    referrals = [rule.reason for rule in approvals]
    referrals += [rule.reason for rule in rules.referrals if rule.when.holds(truths)]
    outcome, reasons = _outcome(rules, asked, conditions, referrals)
    return Assessment(
        asked, diligence, diligence_because, points, level, risk, signatures, signatures_because, outcome, reasons,
        conditions, _work(rules, outcome),
    )  # fmt: skip


def risk_level(points: int, rules: OnboardingRules) -> str:
    return [level.level for level in rules.risk_levels if level.at_least <= points][-1]


def requirements(
    truths: Mapping[Test, bool], rules: OnboardingRules, today: date, evidence: Evidence
) -> Iterable[Requirement]:
    """One per code, in the order of the file; where several rules ask for it, the strictest says what if it is open."""
    asked: dict[str, list[tuple[Ask, Because]]] = {}
    for rule in rules.rules:
        if rule.when.holds(truths):
            because = _because(rule, truths)
            for ask in rule.asks:
                asked.setdefault(ask.requirement, []).append((ask, because))
    for code, asks in asked.items():
        type_ = rules.requirements[code]
        met, paper = evaluate(code, type_, truths, today, evidence)
        strictest = min((ask for ask, _ in asks), key=_strictness)
        yield _requirement(code, type_, met, paper, strictest, tuple(because for _, because in asks))


def evaluate(
    code: str, type_: RequirementType, truths: Mapping[Test, bool], today: date, evidence: Evidence
) -> tuple[RequirementStatus, UUID | None]:
    """Satisfied, waived or open, and the document that satisfies it where one does."""
    if code in evidence.waived:
        return RequirementStatus.WAIVED, None
    paper: UUID | None = None
    match type_.kind:
        case RequirementKind.DOCUMENT:
            paper = next((p.id for p in evidence.papers if acceptable(p, type_, today)), None)
            met = paper is not None
        case RequirementKind.CHECK:
            outcome = evidence.checks.get(type_.check or "", CheckStatus.OPEN)
            met = outcome in {CheckStatus.PASSED, CheckStatus.WAIVED}
        case _:
            met = type_.met is not None and type_.met.holds(truths)
    return (RequirementStatus.SATISFIED if met else RequirementStatus.OPEN), paper


def acceptable(paper: Paper, type_: RequirementType, today: date) -> bool:
    """Accepted at review, of a kind that is asked for, not expired and, where age counts, of known and recent date."""
    if paper.status != "accepted" or paper.type not in type_.accepts:
        return False
    if paper.expires_on is not None and paper.expires_on < today:
        return False
    if type_.max_age_months is None:
        return True
    return paper.issued_on is not None and months_before(today, type_.max_age_months) <= paper.issued_on <= today


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


def _requirement(
    code: str,
    type_: RequirementType,
    status: RequirementStatus,
    paper: UUID | None,
    ask: Ask,
    because: tuple[Because, ...],
) -> Requirement:
    if status is RequirementStatus.OPEN and ask.defer is not None:
        status = RequirementStatus.DEFERRED
    later = ask.later
    return Requirement(
        code=code,
        kind=type_.kind,
        status=status,
        because=because,
        reason=ask.reason,
        blocks=later is None and ask.defer is None,
        condition=None if later is None else later.condition,
        within_days=None if later is None else later.within_days,
        deferred_for=ask.defer,
        satisfied_by=paper,
    )


def _strictness(ask: Ask) -> tuple[int, int]:
    if ask.defer is not None:
        return (2, 0)
    return (0, 0) if ask.later is None else (1, ask.later.within_days)


def _signed(needed: int, because: tuple[Because, ...], reason: str, evidence: Evidence) -> Requirement:
    """Never blocks a proposal: it is what a proposal asks for."""
    status = RequirementStatus.SATISFIED if evidence.signatures >= needed else RequirementStatus.OPEN
    return Requirement(SIGNATURES, RequirementKind.APPROVAL, status, because, reason, blocks=False)


def _because(rule: Rule, truths: Mapping[Test, bool]) -> Because:
    return Because(rule.id, _grounds(rule.when, truths))


def _grounds(predicate: Predicate, truths: Mapping[Test, bool]) -> tuple[tuple[Test, bool], ...]:
    return tuple(dict.fromkeys(predicate.grounds(truths)))


def _due_diligence(rules: OnboardingRules, truths: Mapping[Test, bool]) -> tuple[DueDiligence, tuple[Because, ...]]:
    """Enhanced beats standard beats simplified among the rules that hold; standard where none does."""
    holding = [rule for rule in rules.due_diligence if rule.when.holds(truths)]
    for level in (DueDiligence.ENHANCED, DueDiligence.STANDARD, DueDiligence.SIMPLIFIED):
        because = tuple(_because(rule, truths) for rule in holding if rule.level is level)
        if because:
            return level, because
    return DueDiligence.STANDARD, ()


def _conditions(asked: Iterable[Requirement], today: date) -> tuple[ConditionDue, ...]:
    """One per code, due at the earliest day that a requirement sets."""
    due: dict[str, date] = {}
    for need in asked:
        if need.condition is not None and need.within_days is not None and need.status is RequirementStatus.OPEN:
            day = today + timedelta(days=need.within_days)
            due[need.condition] = min(day, due.get(need.condition, day))
    return tuple(ConditionDue(code, day) for code, day in due.items())


def _outcome(
    rules: OnboardingRules,
    asked: tuple[Requirement, ...],
    conditions: tuple[ConditionDue, ...],
    referrals: list[str],
) -> tuple[CaseState, tuple[str, ...]]:
    """What is missing is asked first, then people decide what needs people, then the rule-set decides the rest."""
    missing = [need.reason for need in asked if need.blocks and need.status is RequirementStatus.OPEN]
    if missing:
        return CaseState.AWAITING_INFORMATION, _distinct(missing)
    if referrals:
        return CaseState.PENDING_APPROVAL, _distinct(referrals)
    if conditions:
        open_ = [need.reason for need in asked if need.condition is not None and need.status is RequirementStatus.OPEN]
        return CaseState.APPROVED_WITH_CONDITIONS, _distinct([rules.approved_with_conditions_reason, *open_])
    return CaseState.APPROVED, (rules.approved_reason,)


def _work(rules: OnboardingRules, outcome: CaseState) -> WorkNeed | None:
    queue = rules.queues.get(outcome.value)
    return None if queue is None else WorkNeed(queue, f"onboarding.{outcome.value}")


def _distinct(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
