"""Periods of the law and the days on which people work, as rule-sets write them."""

from datetime import date, timedelta
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from backend.core.periods import months_later
from backend.core.rulesets import Part


class WorkCalendar(Part):
    """Weekdays count from Monday 0; `workdays` are days of a weekend on which people work to make up for a holiday."""

    timezone: str
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError("a calendar has at least one weekday (0 to 6)")
        if self.holidays & self.workdays:
            raise ValueError("a day is a holiday or a working day, not both")
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def works(self, day: date) -> bool:
        return day in self.workdays or (day.weekday() in self.weekdays and day not in self.holidays)

    def later(self, day: date, working_days: int) -> date:
        """The day that many working days after; the first day does not count."""
        while working_days:
            day += timedelta(days=1)
            working_days -= self.works(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; none where `end` is not later."""
        return sum(self.works(start + timedelta(days=each)) for each in range(1, (end - start).days + 1))

    def rolled(self, day: date) -> date:
        """The day itself, or the next one on which people work."""
        while not self.works(day):
            day += timedelta(days=1)
        return day


class Span(Part):
    """A period of exactly one unit."""

    days: int | None = Field(default=None, ge=1)
    working_days: int | None = Field(default=None, ge=1)
    weeks: int | None = Field(default=None, ge=1)
    months: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.days, self.working_days, self.weeks, self.months)) != 1:
            raise ValueError("a period has exactly one of days, working_days, weeks and months")
        return self

    def after(self, start: date, calendar: WorkCalendar) -> date:
        """The last day of the period; the first day does not count."""
        if self.working_days is not None:
            return calendar.later(start, self.working_days)
        days = (self.days or 0) + 7 * (self.weeks or 0)
        return months_later(start, self.months or 0) + timedelta(days=days)
