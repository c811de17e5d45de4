"""What takes a customer up, as a rule-set says it."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from backend.core.rulesets import Part
from backend.customers.models import Stage
from backend.engagement.playbooks.happenings import KNOWN

Days = Annotated[int, Field(ge=1, le=730)]


class StageReached(Part):
    """The customer came into one of the stages at most `within_days` ago; `first`: for the first time, and with no
    contract that is older."""

    when: Literal["stage"]
    first: bool = False
    stages: frozenset[Stage] = Field(min_length=1)
    within_days: Days


class SegmentEntered(Part):
    """The customer came into one of the segments at most `within_days` ago."""

    when: Literal["segment"]
    segments: frozenset[str] = Field(min_length=1)
    within_days: Days


class Warned(Part):
    """The customer came on the watch list at most `within_days` ago, by one of the signals; empty is any."""

    when: Literal["warned"]
    signals: frozenset[str] = frozenset()
    within_days: Days


class Anniversary(Part):
    """`every_months` after the relationship began, noticed for `within_days`."""

    when: Literal["anniversary"]
    every_months: Annotated[int, Field(ge=1, le=120)]
    within_days: Days


class Happened(Part):
    """One of the events happened to the customer at most `within_days` ago."""

    when: Literal["event"]
    events: frozenset[str] = Field(min_length=1)
    within_days: Days

    @field_validator("events")
    @classmethod
    def _told(cls, events: frozenset[str]) -> frozenset[str]:
        """An event that nobody tells would never take anybody up, and nobody would notice."""
        if unknown := events - KNOWN:
            known = ", ".join(sorted(KNOWN))
            raise ValueError(f"no event about a customer: {', '.join(sorted(unknown))}; known are {known}")
        return events


Trigger = Annotated[StageReached | SegmentEntered | Warned | Anniversary | Happened, Field(discriminator="when")]
