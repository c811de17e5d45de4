"""Months and years, as the law counts them."""

from calendar import monthrange
from datetime import date


def months_later(day: date, months: int) -> date:
    """The day of the same number, or the last one of a shorter month (Regulation 1182/71 art. 3(2)(c))."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
