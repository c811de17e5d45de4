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


_NOTHING: Final = Decimal(0)
_MINUTES: Final = Decimal(60)


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


class Report(Part):
    """`weekday` 0 is Monday; `roles`: whoever holds one of them and may see targets is sent it."""

    weekday: int = Field(ge=0, le=6)
    roles: frozenset[str] = frozenset()


class Service(Part):
    """What serving a customer costs: minutes of work at the rate of an hour, and `outlay` for what is bought besides.

    Contacts count by their channel, apart for those that came `inbound` and those that went `outbound`.
    """

    hour: Decimal = Field(ge=0)
    inbound: Mapping[str, Decimal]
    outbound: Mapping[str, Decimal]
    outlay: Mapping[str, Decimal]
    task: Decimal = Field(ge=0)
    complaint: Decimal = Field(ge=0)

    def contact(self, direction: str, channel: str) -> Decimal:
        minutes = self.inbound if direction == "inbound" else self.outbound
        outlay = self.outlay.get(channel, _NOTHING) if direction == "outbound" else _NOTHING
        return self.work(minutes.get(channel, _NOTHING)) + outlay

    def work(self, minutes: Decimal) -> Decimal:
        return self.hour * minutes / _MINUTES


class TargetRules(RuleSet):
    measures: tuple[Measure, ...] = Field(min_length=1)
    service: Service
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
