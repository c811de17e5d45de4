"""The words of a case's rule-set: why something is asked, what a reason means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import strawberry

from backend.api.request import Info
from backend.core.rulesets import Loaded, NoRuleSetEffective
from backend.onboarding.models import OnboardingCase
from backend.onboarding.ruleset import OnboardingRules, book, choose


@strawberry.type(description="A version of a rule-set, known by the SHA-256 of its file.")
class RuleSetVersion:
    id: str
    sha256: str
    title: str


@strawberry.type
class Reason:
    code: str
    words: str


@strawberry.type(description="A test of a fact that made a rule hold: the test and not the fact's value.")
class Ground:
    fact: str
    operator: str
    operand: list[str]
    held: bool


@strawberry.type
class Because:
    rule: str
    words: str
    source: str
    facts: list[Ground]


@dataclass(frozen=True, slots=True)
class Words:
    """A rule-set that is no longer in the book leaves its codes without words."""

    loaded: Loaded[OnboardingRules] | None
    locale: str

    @property
    def version(self) -> RuleSetVersion | None:
        if self.loaded is None:
            return None
        rules = self.loaded.rules
        return RuleSetVersion(id=rules.id, sha256=self.loaded.sha256, title=rules.title.text(self.locale))

    def reason(self, code: str) -> Reason:
        words = code if self.loaded is None else self.loaded.rules.reason_text(code, self.locale)
        return Reason(code=code, words=words)

    def requirement(self, code: str) -> str:
        known = {} if self.loaded is None else self.loaded.rules.requirements
        return known[code].wording.text(self.locale) if code in known else code

    def condition(self, code: str) -> str:
        known = {} if self.loaded is None else self.loaded.rules.conditions
        return known[code].text(self.locale) if code in known else code

    def because(self, given: Mapping[str, Any]) -> Because:
        rules = () if self.loaded is None else self.loaded.rules.all_rules()
        rule = next((rule for rule in rules if rule.id == given["rule"]), None)
        return Because(
            rule=given["rule"],
            words=given["rule"] if rule is None else rule.wording.text(self.locale),
            source="" if rule is None else rule.source,
            facts=[_ground(fact) for fact in given["facts"]],
        )


def _ground(given: Mapping[str, Any]) -> Ground:
    operand = given["operand"]
    several = operand if isinstance(operand, list) else [] if operand is None else [operand]
    shown = [str(value).lower() if isinstance(value, bool) else str(value) for value in several]
    return Ground(fact=given["fact"], operator=given["operator"], operand=shown, held=given["held"])


def words(info: Info, case: OnboardingCase) -> Words:
    """In the version the case was submitted under; a draft follows the one that is effective today."""
    policies, actor = info.context.platform.policies, info.context.actor
    try:
        if case.ruleset is not None:
            return Words(book(policies).by_hash(case.ruleset), actor.locale)
        today = info.context.platform.clock().date()
        return Words(choose(policies, case.jurisdiction, case.purpose, today), actor.locale)
    except NoRuleSetEffective:
        return Words(None, actor.locale)
