"""The rule-set of onboarding, as compliance people write it in `policies/onboarding/requirements/`.

Every rule names its source and says in both languages why it asks. Conditions are parsed into frozen predicates when
the file is loaded; names that the file does not declare are refused there, not when a customer waits.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from backend.core.rulesets import Loaded, NoRuleSetEffective, Part, Policies, RuleBook, RuleSet, Wording
from backend.onboarding.facts import FACTS
from backend.onboarding.models import DueDiligence, RequirementKind
from backend.onboarding.predicates import ALWAYS, Predicate, parse

DIRECTORY: Final = "onboarding/requirements"
Condition = Annotated[Predicate, BeforeValidator(parse)]
Use = Literal["approve", "approve_with_conditions", "reject", "return", "request", "waive", "withdraw", "defer"]


class _Part(Part):
    """Conditions are parsed into predicates of our own."""

    model_config = ConfigDict(arbitrary_types_allowed=True)


class RequirementType(_Part):
    """What can be asked. Data is met by a predicate, a document by accepted papers, a check by its outcome.

    A check that is not `by_hand` is answered by its capability alone, and no person can pass it.
    """

    kind: RequirementKind
    wording: Wording
    met: Condition | None = None
    accepts: tuple[str, ...] = ()
    max_age_months: int | None = None
    check: str | None = None
    waivable: bool = False
    by_hand: bool = True

    @model_validator(mode="after")
    def _says_how_it_is_met(self) -> Self:
        given = {"met": self.met is not None, "accepts": bool(self.accepts), "check": self.check is not None}
        wanted = {
            RequirementKind.DATA: {"met"},
            RequirementKind.DOCUMENT: {"accepts"},
            RequirementKind.CHECK: {"check"},
            RequirementKind.APPROVAL: set[str](),
        }[self.kind]
        if {name for name, present in given.items() if present} != wanted:
            raise ValueError(f"a requirement of kind {self.kind} is met by {', '.join(wanted) or 'signatures alone'}")
        return self


class Later(_Part):
    """Approval may come first; what is missing becomes a condition with a due date."""

    condition: str
    within_days: int = Field(ge=1)


class Ask(_Part):
    """`later` and `defer` say what happens when it is open at the decision; with neither it blocks approval."""

    requirement: str
    reason: str
    later: Later | None = None
    defer: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.later is not None and self.defer is not None:
            raise ValueError(f"{self.requirement} is either a condition or deferred, not both")
        return self


class Rule(_Part):
    id: str
    source: str
    wording: Wording
    when: Condition = ALWAYS


class AskRule(Rule):
    asks: tuple[Ask, ...] = Field(min_length=1)


class RiskRule(Rule):
    points: int


class DueDiligenceRule(Rule):
    level: DueDiligence


class ApprovalRule(Rule):
    """How many further people sign, beside submitter and proposer; the right is onboarding_case.approve."""

    signatures: int = Field(ge=1, le=3)
    reason: str


class ReferralRule(Rule):
    """Sends the case to a person when it is decided by rule. No rule alone rejects anybody (GDPR article 22)."""

    reason: str


class RiskLevel(_Part):
    """Reached from `at_least` points on (the lower side is closed)."""

    level: str
    at_least: int


class Reason(_Part):
    use: frozenset[Use]
    wording: Wording


class Applies(_Part):
    jurisdictions: frozenset[str]
    purposes: frozenset[str]


class Ownership(_Part):
    """How much of the whole may stay unexplained; who is a beneficial owner stands in policies/customers/ownership."""

    unexplained_per_cent: int = Field(ge=0, le=100)
    source: str


class OnboardingRules(RuleSet):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    title: Wording
    applies: Applies
    lists: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    requirements: Mapping[str, RequirementType]
    conditions: Mapping[str, Wording]
    reasons: Mapping[str, Reason]
    rules: tuple[AskRule, ...]
    risk: tuple[RiskRule, ...]
    risk_levels: tuple[RiskLevel, ...] = Field(min_length=1)
    due_diligence: tuple[DueDiligenceRule, ...]
    approvals: tuple[ApprovalRule, ...]
    referrals: tuple[ReferralRule, ...] = ()
    ownership: Ownership
    information_days: int = Field(ge=1)
    decides_by_rule: bool = False
    approved_reason: str
    approved_with_conditions_reason: str
    queues: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _fill_lists(cls, data: Any) -> Any:
        """`$name` in a condition stands for the list of that name in the same file."""
        return _filled(data, data.get("lists") or {}) if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _closed(self) -> Self:
        for problem in _problems(self):
            raise ValueError(problem)
        return self

    def all_rules(self) -> Iterator[Rule]:
        yield from (*self.risk, *self.due_diligence, *self.rules, *self.approvals, *self.referrals)

    def rule(self, id_: str) -> Rule:
        return next(rule for rule in self.all_rules() if rule.id == id_)

    def reason_text(self, code: str, locale: str) -> str:
        return self.reasons[code].wording.text(locale) if code in self.reasons else code


def choose(policies: Policies, jurisdiction: str, purpose: str, on: date) -> Loaded[OnboardingRules]:
    """The version for a case of this jurisdiction and purpose; raises NoRuleSetEffective when there is none."""
    for version in book(policies).versions:
        applies = version.rules.applies
        if version.rules.covers(on) and jurisdiction in applies.jurisdictions and purpose in applies.purposes:
            return version
    raise NoRuleSetEffective(directory=f"{DIRECTORY} ({jurisdiction}, {purpose})", day=on.isoformat())


def book(policies: Policies) -> RuleBook[OnboardingRules]:
    return policies.book(DIRECTORY, OnboardingRules)


def _filled(data: Any, lists: Mapping[str, Any]) -> Any:
    if isinstance(data, dict):
        return {key: _filled(value, lists) for key, value in data.items()}
    if isinstance(data, list):
        return [_filled(value, lists) for value in data]
    if isinstance(data, str) and data.startswith("$"):
        if data[1:] not in lists:
            raise ValueError(f"there is no list “{data[1:]}” in this file")
        return lists[data[1:]]
    return data


def _problems(rules: OnboardingRules) -> Iterator[str]:
    yield from _repeated("rule", (rule.id for rule in rules.all_rules()))
    for ask_rule in rules.rules:
        yield from _undeclared(rules, ask_rule)
    decided: tuple[tuple[Use, str], ...] = (
        ("approve", rules.approved_reason),
        ("approve_with_conditions", rules.approved_with_conditions_reason),
        *(("request", ask.reason) for rule in rules.rules for ask in rule.asks),
        *(("defer", ask.defer) for rule in rules.rules for ask in rule.asks if ask.defer is not None),
        *(("request", rule.reason) for rule in rules.approvals),
        *(("request", rule.reason) for rule in rules.referrals),
    )
    for use, code in decided:
        if code not in rules.reasons or use not in rules.reasons[code].use:
            yield f"reason “{code}” is not declared for {use}"
    floors = [level.at_least for level in rules.risk_levels]
    if floors != sorted(set(floors)) or floors[0] != 0:
        yield "risk_levels begin at 0 and rise"
    yield from _misplaced(rules)


def _undeclared(rules: OnboardingRules, rule: AskRule) -> Iterator[str]:
    for ask in rule.asks:
        if ask.requirement not in rules.requirements:
            yield f"{rule.id} asks for “{ask.requirement}”, which is not declared"
        if ask.later is not None and ask.later.condition not in rules.conditions:
            yield f"{rule.id} names the condition “{ask.later.condition}”, which is not declared"


def _misplaced(rules: OnboardingRules) -> Iterator[str]:
    """Risk is computed first, due diligence from it, the rest from both: no rule may ask about what comes later."""
    for rule in rules.risk:
        if any(FACTS[test.fact].derived for test in rule.when.tests()):
            yield f"{rule.id} gives risk points and may not depend on derived facts"
    for level_rule in rules.due_diligence:
        if any(test.fact == "due_diligence" for test in level_rule.when.tests()):
            yield f"{level_rule.id} gives the level of due diligence and may not depend on it"


def _repeated(noun: str, ids: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for id_ in ids:
        if id_ in seen:
            yield f"{noun} “{id_}” is declared twice"
        seen.add(id_)
