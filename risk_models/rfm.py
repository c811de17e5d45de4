"""RFM: how recently, how often, for how much; five steps each, 5 the best.

Hughes, Strategic Database Marketing (1994). The scale is learned once (quintile edges) and then applied, so that a
customer's score does not depend on who else is scored with him.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models.arrays import FloatArray, non_negative, numbers
from risk_models.errors import NoRowsError
from risk_models.purchase_history import daily_purchases
from risk_models.record import Record

STEPS = 5

# name, recency score from..to, mean of frequency and monetary score from..to; the first that fits counts
SEGMENTS: tuple[tuple[str, int, int, float, float], ...] = (
    ("champions", 4, 5, 4.0, 5.0),
    ("loyal", 3, 5, 3.0, 5.0),
    ("promising", 4, 5, 2.0, 3.0),
    ("new", 4, 5, 1.0, 2.0),
    ("needs_attention", 3, 3, 2.0, 3.0),
    ("fading", 3, 3, 1.0, 2.0),
    ("cannot_lose", 1, 2, 4.0, 5.0),
    ("at_risk", 1, 2, 2.5, 4.0),
    ("hibernating", 2, 2, 1.0, 2.5),
    ("lost", 1, 1, 1.0, 2.5),
)


@dataclass(frozen=True)
class RfmScale(Record):
    """Inner edges per dimension, ascending; a value on an edge belongs to the step above it."""

    recency_days: tuple[float, ...]
    frequency: tuple[float, ...]
    monetary: tuple[float, ...]

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`r`, `f`, `m` in 1..5 (the contributions), their sum `rfm` and the `segment`."""
        r = STEPS - _step(self.recency_days, non_negative(frame, "recency_days"))
        f = 1 + _step(self.frequency, non_negative(frame, "frequency"))
        m = 1 + _step(self.monetary, numbers(frame, "monetary"))
        columns = {"r": r, "f": f, "m": m, "rfm": r + f + m, "segment": _segment(r, (f + m) / 2)}
        return pd.DataFrame(columns, index=frame.index)


def table(transactions: pd.DataFrame, as_of: date | datetime) -> pd.DataFrame:
    """`recency_days`, `frequency` (days with a purchase), `monetary` (total) per customer, up to and with `as_of`."""
    days = daily_purchases(transactions)
    days = days[days["date"] <= pd.Timestamp(as_of)]
    if days.empty:
        raise NoRowsError(f"No purchase on or before {as_of}")
    people = days.groupby("customer").agg(last=("date", "max"), frequency=("date", "size"), monetary=("amount", "sum"))
    people.insert(0, "recency_days", (pd.Timestamp(as_of).normalize() - people.pop("last")).dt.days)
    return people


def fit(frame: pd.DataFrame) -> RfmScale:
    """Quintile edges of a table as `table` makes it."""
    return RfmScale(
        _edges(non_negative(frame, "recency_days")),
        _edges(non_negative(frame, "frequency")),
        _edges(numbers(frame, "monetary")),
    )


def _edges(values: FloatArray) -> tuple[float, ...]:
    return tuple(map(float, np.quantile(values, np.arange(1, STEPS) / STEPS, method="higher")))


def _step(edges: tuple[float, ...], values: FloatArray) -> FloatArray:
    return np.searchsorted(np.array(edges), values, side="right").astype(np.float64)


def _segment(r: FloatArray, fm: FloatArray) -> NDArray[np.str_]:
    fits = [(r >= low) & (r <= high) & (fm >= least) & (fm <= most) for _, low, high, least, most in SEGMENTS]
    return np.select(fits, [name for name, *_ in SEGMENTS], default="needs_attention")
