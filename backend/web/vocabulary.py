"""The words of the rule-sets that a form offers for choice: reasons, conditions, kinds of documents and checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.core.i18n import translate
from backend.core.rulesets import NoRuleSetEffective, Policies
from backend.customers.identifiers import TYPES, IdentifierType
from backend.customers.rulesets import DocumentRules, Term
from backend.onboarding.models import RequirementKind
from backend.onboarding.ruleset import OnboardingRules, Use, book
from backend.web.formats import country

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DocumentWords:
    types: list[Choice]
    revision: list[Choice]
    rejection: list[Choice]

    @classmethod
    def on(cls, policies: Policies, day: date, locale: str) -> "DocumentWords":
        rules = policies.book("customers/documents", DocumentRules).effective(day).rules
        return cls(_terms(rules.types, locale), _terms(rules.revision, locale), _terms(rules.rejection, locale))

    def type(self, code: str) -> str:
        return dict(self.types).get(code, code)

    def reason(self, code: str) -> str:
        """Why a document was sent back; the same code never stands in both lists."""
        return (dict(self.revision) | dict(self.rejection)).get(code, code)


@dataclass(frozen=True, slots=True)
class CaseWords:
    """What may be chosen in the forms of one case, in the version of the rules it runs on."""

    rules: OnboardingRules | None
    locale: str

    @classmethod
    def of(cls, policies: Policies, ruleset: Mapping[str, Any] | None, locale: str) -> "CaseWords":
        if ruleset is None:
            return cls(None, locale)
        try:
            return cls(book(policies).by_hash(ruleset["sha256"]).rules, locale)
        except NoRuleSetEffective:
            return cls(None, locale)

    def reasons(self, *uses: Use) -> list[Choice]:
        known = {} if self.rules is None else self.rules.reasons
        return [(code, reason.wording.text(self.locale)) for code, reason in known.items() if reason.use & set(uses)]

    @property
    def conditions(self) -> list[Choice]:
        known = {} if self.rules is None else self.rules.conditions
        return [(code, wording.text(self.locale)) for code, wording in known.items()]

    @property
    def checks(self) -> list[Choice]:
        known = {} if self.rules is None else self.rules.requirements
        return [
            (asked.check, asked.wording.text(self.locale))
            for asked in known.values()
            if asked.kind is RequirementKind.CHECK and asked.check is not None
        ]

    def waivable(self, open_codes: set[str]) -> list[Choice]:
        known = {} if self.rules is None else self.rules.requirements
        return [
            (code, asked.wording.text(self.locale))
            for code, asked in known.items()
            if asked.waivable and code in open_codes
        ]


def identifier_types(kind: str, locale: str) -> list[Choice]:
    """The identifiers that a person, or an organisation, can have; a country's own with its name beside them."""
    return [(code, _identifier(type_, locale)) for code, type_ in TYPES.items() if kind in type_.kinds]


def _identifier(type_: IdentifierType, locale: str) -> str:
    meaning = translate(locale, type_.meaning)
    return meaning if type_.country is None else f"{meaning} ({country(locale, type_.country)})"


def jurisdictions(policies: Policies, purpose: str, day: date) -> list[str]:
    """Where a case may be opened for a purpose on a day."""
    rules = (version.rules for version in book(policies).versions if version.rules.covers(day))
    return sorted({each for rule in rules if purpose in rule.applies.purposes for each in rule.applies.jurisdictions})


def _terms(terms: tuple[Term, ...], locale: str) -> list[Choice]:
    return [(term.code, term.text(locale)) for term in terms]
