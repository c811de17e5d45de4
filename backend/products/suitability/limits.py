"""How often a customer may be assessed, pure: on one day, and within any year that ends today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from backend.core.periods import months_later
from backend.products.suitability.questionnaire import Limits

_YEAR = 12


class Reached(StrEnum):
    DAY = "day"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Place:
    """`number` of the day's next assessment, or which limit is reached, and the first day on which it no longer is."""

    number: int
    reached: Reached | None = None
    again_on: date | None = None


def window(today: date) -> date:
    """A year that ends today began on the day after this one."""
    return months_later(today, -_YEAR)


def next_place(taken: Sequence[date], today: date, limits: Limits) -> Place:
    """`taken` are the days of earlier assessments, in order, all after `window(today)`."""
    number = sum(day == today for day in taken) + 1
    if len(taken) >= limits.per_year:
        return Place(number, Reached.YEAR, _out_of_window(taken[len(taken) - limits.per_year]))
    return Place(number, Reached.DAY if number > limits.per_day else None)


def _out_of_window(day: date) -> date:
    """The first day whose year no longer has the day in it; of 29 February that is 1 March."""
    after = months_later(day, _YEAR)
    return after if window(after) >= day else after + timedelta(days=1)
