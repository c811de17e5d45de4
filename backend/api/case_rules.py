"""The words of a case's rule-set: why something is asked, what a reason means."""

from dataclasses import dataclass
from typing import Any

import strawberry

from backend.api.request import Info
from backend.core.i18n import translate
from backend.core.rulesets import Loaded, NoRuleSetEffective
from backend.onboarding.models import OnboardingCase
from backend.onboarding.rules import SIGNATURES
from backend.onboarding.ruleset import OnboardingRules, book, choose
from backend.onboarding.view import SIGNATURES_WORDING, because_in_words


@strawberry.type(description="A version of a rule-set, known by the SHA-256 of its file.")
class RuleSetVersion:
    id: str
    sha256: str
    title: str


@strawberry.type
class Reason:
    code: str
    words: str


@strawberry.type(description="What a form offers: a code of the rule-set, and for which steps it may be used.")
class Choice:
    code: str
    words: str
    uses: list[str]


@strawberry.type
class Because:
    rule: str
    words: str
    source: str
    facts: list[str] = strawberry.field(description="The tests that made it hold, in words; not the facts' values.")


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
        if code == SIGNATURES:
            return translate(self.locale, SIGNATURES_WORDING)
        known = {} if self.loaded is None else self.loaded.rules.requirements
        return known[code].wording.text(self.locale) if code in known else code

    def condition(self, code: str) -> str:
        known = {} if self.loaded is None else self.loaded.rules.conditions
        return known[code].text(self.locale) if code in known else code

    def because(self, given: list[dict[str, Any]]) -> list[Because]:
        if self.loaded is None:
            return [Because(rule=each["rule"], words="", source="", facts=[]) for each in given]
        views = because_in_words(self.loaded.rules, given, self.locale)
        return [Because(rule=v.rule, words=v.wording, source=v.source, facts=list(v.facts)) for v in views]

    def accepts(self, code: str) -> list[str]:
        known = {} if self.loaded is None else self.loaded.rules.requirements
        return list(known[code].accepts) if code in known else []

    def waivable(self, code: str) -> bool:
        known = {} if self.loaded is None else self.loaded.rules.requirements
        return code in known and known[code].waivable

    def reasons(self) -> list[Choice]:
        known = {} if self.loaded is None else self.loaded.rules.reasons
        return [Choice(code=c, words=r.wording.text(self.locale), uses=sorted(r.use)) for c, r in known.items()]

    def conditions(self) -> list[Choice]:
        known = {} if self.loaded is None else self.loaded.rules.conditions
        return [Choice(code=c, words=w.text(self.locale), uses=[]) for c, w in known.items()]


def words(info: Info, case: OnboardingCase) -> Words:
    """In the version the case was submitted under; a draft follows the one that is effective today."""
    policies, actor = info.context.platform.policies_of(info.context.actor), info.context.actor
    try:
        if case.ruleset is not None:
            return Words(book(policies).by_hash(case.ruleset), actor.locale)
        today = info.context.platform.clock().date()
        return Words(choose(policies, case.jurisdiction, case.purpose, today), actor.locale)
    except NoRuleSetEffective:
        return Words(None, actor.locale)
