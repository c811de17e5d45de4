"""Which rule-set rates whom, and how the record is read for it: the institution's own decisions, as data."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from pydantic import Field

from backend.core.rulesets import Part, Policies, RuleSet

DIRECTORY: Final = "rating"
_EVERYWHERE: Final = "*"


class Assignment(Part):
    jurisdictions: frozenset[str]
    kinds: frozenset[str]
    scheme: str

    def fits(self, jurisdiction: str, kind: str) -> bool:
        return kind in self.kinds and bool(self.jurisdictions & {jurisdiction, _EVERYWHERE})


class Translation(Part):
    """`from` names the fact of the record; `codes` are compared without regard to capitals."""

    source: str | None = Field(default=None, alias="from")
    codes: Mapping[str, str] = Field(default_factory=dict)


class RecordRules(RuleSet):
    """`guards`: by fact, the personal field whose visibility decides who sees its value."""

    schemes: tuple[Assignment, ...] = Field(min_length=1)
    guards: Mapping[str, str]
    first_rating_from: date
    facts: Mapping[str, Mapping[str, Translation]]

    def scheme(self, jurisdiction: str, kind: str) -> str | None:
        fitting = (line.scheme for line in self.schemes if line.fits(jurisdiction, kind))
        return next(fitting, None)

    def translation(self, scheme: str, fact: str) -> Translation:
        return self.facts.get(scheme, {}).get(fact, _AS_IT_IS)


_AS_IT_IS: Final = Translation()


def record_rules(policies: Policies, on: date) -> RecordRules:
    return policies.book(DIRECTORY, RecordRules).effective(on).rules
