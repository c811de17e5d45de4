"""Queues as data: which roles serve them, how long work may take, and where it goes when it takes longer."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from functools import cached_property
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from backend.core.rulesets import Part, Policies, RuleSet, Wording

DIRECTORY = "casework/queues"


class Calendar(Part):
    """Office hours in one time zone; weekdays count from Monday 0."""

    timezone: str
    weekdays: frozenset[int]
    opens: time
    closes: time
    holidays: frozenset[date] = frozenset()

    @model_validator(mode="after")
    def _has_hours(self) -> Self:
        if not self.weekdays or not self.weekdays <= set(range(7)) or self.opens >= self.closes:
            raise ValueError("a calendar has at least one weekday (0 to 6) and opens before it closes")
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def end_of(self, day: date) -> datetime:
        """When the office closes on it."""
        return datetime.combine(day, self.closes, self.zone)

    def works(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays


class Within(Part):
    """A period of office time: exactly one of working hours or working days."""

    working_hours: int | None = Field(default=None, ge=1)
    working_days: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.working_hours is None) == (self.working_days is None):
            raise ValueError("a period is given in working_hours or in working_days")
        return self


class Queue(Part):
    """`escalates_to` None keeps late work where it is and only raises its level; `closes_with` says who ends it."""

    wording: Wording
    roles: tuple[str, ...] = Field(min_length=1)
    due: Within
    escalate_after: Within
    escalates_to: str | None = None
    closes_with: Literal["subject", "hand"] = "hand"


class Queues(RuleSet):
    calendar: Calendar
    queues: Mapping[str, Queue]

    @field_validator("queues")
    @classmethod
    def _escalation_ends(cls, queues: Mapping[str, Queue]) -> Mapping[str, Queue]:
        for name in queues:
            seen, target = {name}, queues[name].escalates_to
            while target is not None:
                if target not in queues:
                    raise ValueError(f"{name} escalates to “{target}”, which is not declared")
                if target in seen:
                    raise ValueError(f"the escalation of {name} comes back to {target}")
                seen.add(target)
                target = queues[target].escalates_to
        return queues

    def serving_role(self, queue: str, roles: Iterable[str]) -> str | None:
        """The role of the actor that serves the queue, else the first that does; None for an unknown queue."""
        if queue not in self.queues:
            return None
        serving = self.queues[queue].roles
        held = set(roles)
        return next((role for role in serving if role in held), serving[0])


def queues_on(policies: Policies, day: date) -> Queues:
    """An institution's own queues; those that a later release brought are as delivered until it decides on them."""
    own = policies.book(DIRECTORY, Queues).effective(day).rules
    brought = policies.delivered.book(DIRECTORY, Queues).effective(day).rules.queues
    if brought.keys() <= own.queues.keys():
        return own
    return own.model_copy(update={"queues": {**brought, **own.queues}})
