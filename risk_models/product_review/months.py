"""Months as numbers since January 1970, and the months of a period."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from risk_models.arrays import IntArray
from risk_models.product_review.inputs import Period


def numbers(days: pd.Series) -> IntArray:
    """Of days that are all there."""
    months: IntArray = days.to_numpy(dtype="datetime64[M]").astype(np.int64)
    return months


def number(day: date) -> int:
    return (day.year - 1970) * 12 + day.month - 1


def name(month: int) -> str:
    return f"{1970 + month // 12}-{month % 12 + 1:02}"


def of(period: Period) -> range:
    """Every month that the period touches."""
    last = period.end.toordinal() - 1
    return range(number(period.start), number(date.fromordinal(last)) + 1)


def in_force(holdings: pd.DataFrame, months: range) -> IntArray:
    """Holdings that were open on the first day of each month or were opened in it, and had not ended before it."""
    opened = np.sort(numbers(holdings["opened_on"]))
    closed = np.sort(numbers(holdings["closed_on"].dropna()))
    begun = np.searchsorted(opened, np.array(months), side="right")
    ended = np.searchsorted(closed, np.array(months), side="left")
    return (begun - ended).astype(np.int64)
