"""Measures as data: how the records of a month become one figure, its unit, and which direction is better."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording

TARGETS: Final = "engagement/targets"
DIMENSIONS: Final = ("all", "team", "product", "segment")
How = Literal["share", "mean", "median", "ratio"]
Unit = Literal["share", "money", "hours", "score"]
_RANGES: Final[Mapping[Unit, tuple[Decimal, Decimal]]] = {
    "share": (Decimal(0), Decimal(1)),
    "money": (Decimal(0), Decimal(1_000_000_000)),
    "hours": (Decimal(0), Decimal(10_000)),
    "score": (Decimal(-100), Decimal(100)),
}


class Measure(Part):
    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    wording: Wording
    meaning: Wording
    how: How
    unit: Unit
    better: Literal["higher", "lower"]

    @property
    def range(self) -> tuple[Decimal, Decimal]:
        return _RANGES[self.unit]

    def met(self, value: Decimal, goal: Decimal) -> bool:
        return value >= goal if self.better == "higher" else value <= goal


class Recipient(Part):
    address: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    locale: Literal["en", "zh_CN"] = "en"


class Report(Part):
    """`weekday` 0 is Monday."""

    weekday: int = Field(ge=0, le=6)
    recipients: tuple[Recipient, ...] = ()


class TargetRules(RuleSet):
    measures: tuple[Measure, ...] = Field(min_length=1)
    contact_costs: Mapping[str, Decimal]
    thin: int = Field(ge=1)
    settle_days: int = Field(ge=0, le=60)
    report: Report

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        codes = [measure.code for measure in self.measures]
        if len(set(codes)) < len(codes):
            raise ValueError("measures: a code stands twice")
        return self

    def measure(self, code: str) -> Measure | None:
        return next((measure for measure in self.measures if measure.code == code), None)


def target_rules(policies: Policies, day: date) -> Loaded[TargetRules]:
    return policies.book(TARGETS, TargetRules).effective(day)
