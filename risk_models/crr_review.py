"""When a customer is rated and reviewed again: intervals in calendar months, first ratings in working days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models.errors import MissingValueError

Days = NDArray[np.datetime64]
SATURDAY = 5


def months_later(days: Days, months: NDArray[np.int64]) -> Days:
    """The same day of a later month, or that month's last day where it has no such day."""
    start = days.astype("datetime64[M]")
    target = start + months.astype("timedelta64[M]")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    later: Days = np.minimum(target.astype("datetime64[D]") + (days - start.astype("datetime64[D]")), last)
    return later


def next_review(
    level: NDArray[np.int8], months: tuple[int, ...], on: date, reviewed_on: pd.Series | None = None
) -> Days:
    """One interval after the last completed review, or after `on` where there was none; never before `on`.

    `level` counts from the lowest, as `months` does. The result has seconds as its unit, as a column has.
    """
    today = np.datetime64(on, "D")
    intervals = np.array(months, dtype=np.int64)
    if reviewed_on is None:
        return months_later(np.full(len(months), today), intervals).astype("datetime64[s]")[level]
    start = pd.to_datetime(reviewed_on).to_numpy(dtype="datetime64[D]")
    days, place = np.unique(np.where(np.isnat(start), today, start), return_inverse=True)
    due = np.array([months_later(days, np.full(len(days), interval)) for interval in intervals])
    later: Days = np.maximum(due, today).astype("datetime64[s]")[level, place]
    return later


def first_rating_due(
    opened_on: pd.Series,
    working_days: int,
    holidays: Collection[date] = (),
    working_weekends: Collection[date] = (),
) -> pd.Series:
    """The last day on which the first rating is in time; the day of opening does not count.

    `working_weekends` are the Saturdays and Sundays that an official calendar makes working days.
    """
    opened = pd.to_datetime(opened_on)
    if opened.isna().any():
        raise MissingValueError("The day of opening is missing", list(opened_on.index[opened.isna()]))
    days = opened.to_numpy(dtype="datetime64[D]")
    working = _working(days.min(), days.max(), working_days, set(holidays), set(working_weekends))
    due = working[np.searchsorted(working, days, side="right") + working_days - 1]
    return pd.Series(due.astype("datetime64[s]"), index=opened_on.index, name="first_rating_due")


def _working(first: np.datetime64, last: np.datetime64, wanted: int, holidays: set[date], extra: set[date]) -> Days:
    """All working days from `first` until enough of them lie behind `last`."""
    reach = int(last.astype(np.int64)) + 1 + 2 * wanted + 7 + len(holidays)
    days = np.arange(first, np.datetime64(reach, "D"))
    weekend = (days.astype(np.int64) + 3) % 7 >= SATURDAY  # 1970-01-01 was a Thursday
    free = np.isin(days, np.array(sorted(holidays), dtype="datetime64[D]"))
    made = np.isin(days, np.array(sorted(extra), dtype="datetime64[D]"))
    return days[(~weekend & ~free) | made]
