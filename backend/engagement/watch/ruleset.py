"""The shape of policies/engagement/watch: which signals warn of a customer who may leave, and what can be done."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from backend.core.rulesets import Loaded, Policies, RuleSet, Wording
from backend.engagement.conditions import Condition

DIRECTORY: Final = "engagement/watch"
Code = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Unit(StrEnum):
    """How the figure of a signal is read: that of its first condition."""

    COUNT = "count"
    SHARE = "share"
    MONEY = "money"
    MONTHS = "months"


class Signal(Wording):
    code: Code
    severity: Severity
    unit: Unit
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]


class Act(Wording):
    """Something a person does about a warning."""

    code: Code


class WatchPolicy(RuleSet):
    """`several`: a warning with that many signals is as severe as the next severity up."""

    signals: Annotated[tuple[Signal, ...], Field(min_length=1, max_length=40)]
    acts: Annotated[tuple[Act, ...], Field(min_length=1)]
    several: Annotated[int, Field(ge=2)]
    longest_snooze_days: Annotated[int, Field(gt=0)]
    note_characters: Annotated[int, Field(ge=100, le=20_000)]

    @model_validator(mode="after")
    def _closed(self) -> Self:
        for of in (self.signals, self.acts):
            codes = [each.code for each in of]
            if len(set(codes)) < len(codes):
                raise ValueError("two signals or two acts have the same code")
        return self

    def signal(self, code: str) -> Signal | None:
        return next((signal for signal in self.signals if signal.code == code), None)

    def words(self, code: str, locale: str) -> str:
        """A signal's name, also of one that a later version no longer knows."""
        found = self.signal(code)
        return code if found is None else found.text(locale)

    def act(self, code: str) -> Act | None:
        return next((act for act in self.acts if act.code == code), None)


def watch_policy(policies: Policies, day: date) -> Loaded[WatchPolicy]:
    return policies.book(DIRECTORY, WatchPolicy).effective(day)
