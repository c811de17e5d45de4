"""Which rule-set rates whom, and how the record is read for it: the institution's own decisions, as data."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from pydantic import Field, field_validator

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
    """`from` names facts of the record, the best evidence first; `codes` are compared without regard to capitals."""

    sources: tuple[str, ...] = Field(default=(), alias="from")
    codes: Mapping[str, str] = Field(default_factory=dict)

    @field_validator("sources", mode="before")
    @classmethod
    def _several(cls, given: object) -> object:
        return (given,) if isinstance(given, str) else given


class Clearing(Part):
    """Banks whose code has this form are in this country."""

    form: str
    country: str

    @field_validator("form")
    @classmethod
    def _readable(cls, form: str) -> str:
        re.compile(form)
        return form


class MovementRules(Part):
    """How a year of movements becomes facts.

    `per_euro`: units of a currency for one euro, for the bands of turnover only. `income`: purposes of credits that say
    where money comes from, when there were `income_times` of them in the year.
    """

    days: int = Field(ge=30, le=366)
    cash_operations: frozenset[str]
    not_own_purposes: frozenset[str]
    per_euro: Mapping[str, Decimal]
    income: Mapping[str, str]
    income_times: int = Field(ge=1)
    clearings: tuple[Clearing, ...] = ()
    patterns_hold_days: int = Field(ge=1)

    def country(self, bank: str) -> str | None:
        return next((each.country for each in self.clearings if re.fullmatch(each.form, bank)), None)


class RecordRules(RuleSet):
    """`guards`: by fact, the personal field whose visibility decides who sees its value."""

    schemes: tuple[Assignment, ...] = Field(min_length=1)
    guards: Mapping[str, str]
    first_rating_from: date
    searches_hold_days: int = Field(ge=1)
    movements: MovementRules
    facts: Mapping[str, Mapping[str, Translation]]

    def scheme(self, jurisdiction: str, kind: str) -> str | None:
        fitting = (line.scheme for line in self.schemes if line.fits(jurisdiction, kind))
        return next(fitting, None)

    def translation(self, scheme: str, fact: str) -> Translation:
        return self.facts.get(scheme, {}).get(fact, _AS_IT_IS)


_AS_IT_IS: Final = Translation()


def record_rules(policies: Policies, on: date) -> RecordRules:
    return policies.book(DIRECTORY, RecordRules).effective(on).rules
