"""The rule-set of alerts (`policies/screening/alerts`): severity, second pair of eyes, memory, reasons, batches."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from typing import Annotated, Final, Self

from pydantic import Field, field_validator, model_validator

from backend.access.context import Context
from backend.core.rulesets import Loaded, Part, RuleSet, Wording
from backend.screening.alerts.models import Outcome, Severity
from backend.screening.lists.entity import Entity

DIRECTORY: Final = "screening/alerts"
KINDS: Final = frozenset({"sanctions", "pep", "internal", "other"})
_IDENTITY: Final = frozenset({"id", "source"})
_FIELDS: Final = frozenset(field.name for field in fields(Entity)) - _IDENTITY
PerCent = Annotated[int, Field(ge=0, le=100)]


class Step(Part):
    """From this score on, in per cent."""

    from_: PerCent = Field(alias="from")
    severity: Severity


class KindRules(Part):
    """`four_eyes_from`: the score from which two people decide (0: always; absent: one is enough)."""

    severities: tuple[Step, ...] = Field(min_length=1)
    four_eyes_from: PerCent | None = None

    @field_validator("severities")
    @classmethod
    def _descends_to_zero(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        starts = [step.from_ for step in steps]
        if starts != sorted(set(starts), reverse=True) or starts[-1] != 0:
            raise ValueError("severities go from the highest score down to 0, each score once")
        return steps

    def severity(self, score: int) -> Severity:
        return next(step.severity for step in self.severities if score >= step.from_)

    def four_eyes(self, score: int) -> bool:
        return self.four_eyes_from is not None and score >= self.four_eyes_from


class Reason(Part):
    wording: Wording
    outcomes: frozenset[Outcome] = Field(min_length=1)


class Batch(Part):
    """What may be decided for many alerts at once, and how many."""

    most: int = Field(ge=1, le=500)
    outcomes: frozenset[Outcome]


class Queues(Part):
    """Where the work waits: by severity, and for the second person."""

    by_severity: Mapping[Severity, str]
    second_person: str

    @field_validator("by_severity")
    @classmethod
    def _complete(cls, queues: Mapping[Severity, str]) -> Mapping[Severity, str]:
        if missing := set(Severity) - queues.keys():
            raise ValueError(f"no queue for: {', '.join(sorted(missing))}")
        return queues


class AlertRules(RuleSet):
    """`remembered_days`: how long a decision of each outcome stands on unchanged facts (absent: without end).
    `material`: fields of an entry whose change reopens what was decided.
    """

    kinds: Mapping[str, KindRules]
    remembered_days: Mapping[Outcome, Annotated[int, Field(ge=1)]]
    material: frozenset[str] = Field(min_length=1)
    reasons: Mapping[str, Reason]
    batch: Batch
    queues: Queues
    comment_characters: int = Field(ge=100, le=20_000)

    @model_validator(mode="after")
    def _closed(self) -> Self:
        if self.kinds.keys() != KINDS:
            raise ValueError(f"kinds of lists missing or unknown: {', '.join(sorted(self.kinds.keys() ^ KINDS))}")
        if unknown := self.material - _FIELDS:
            raise ValueError(f"an entry has no field: {', '.join(sorted(unknown))}")
        if bare := set(Outcome) - {outcome for reason in self.reasons.values() for outcome in reason.outcomes}:
            raise ValueError(f"no reason for: {', '.join(sorted(bare))}")
        return self

    def allows(self, reason: str, outcome: Outcome) -> bool:
        return reason in self.reasons and outcome in self.reasons[reason].outcomes

    def remembered_until(self, outcome: Outcome, today: date) -> date | None:
        days = self.remembered_days.get(outcome)
        return None if days is None else today + timedelta(days=days)


def in_force(ctx: Context) -> Loaded[AlertRules]:
    return ctx.policies.book(DIRECTORY, AlertRules).effective(ctx.now.date())
