"""Purchase histories as the buy-till-you-die models see them.

One row per customer: `frequency` x repeat purchases, the last of them `recency` t_x after the first purchase,
observed until `age` T after it; all times in the same unit. `spend` is the mean value of the repeat purchases.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from risk_models.arrays import FloatArray, counts, non_negative, numbers, offenders, positive, require_columns
from risk_models.errors import ContradictionError, MissingValueError, NoRowsError

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}


@dataclass(frozen=True)
class Histories:
    frequency: FloatArray
    recency: FloatArray
    age: FloatArray


def histories(frame: pd.DataFrame) -> Histories:
    """Checked columns; refuses what no customer can have done, naming the rows."""
    frequency = counts(frame, "frequency")
    recency, age = non_negative(frame, "recency"), positive(frame, "age")
    for wrong, problem in (
        (recency > age, "recency lies after the end of observation (recency > age)"),
        ((frequency == 0) & (recency > 0), "recency is above zero without a repeat purchase"),
        ((frequency > 0) & (recency == 0), "recency is zero in spite of repeat purchases"),
    ):
        if wrong.any():
            raise ContradictionError(f"In this history {problem}", offenders(frame.index, wrong))
    return Histories(frequency, recency, age)


def from_transactions(transactions: pd.DataFrame, until: date | datetime, unit: str = "week") -> pd.DataFrame:
    """Histories from purchases (`customer`, `date`, `amount`) up to and including `until`.

    Purchases of one day are one purchase (Fader & Hardie 2005). Indexed by customer, sorted.
    """
    days = daily_purchases(transactions)
    days = days[days["date"] <= pd.Timestamp(until)]
    if days.empty:
        raise NoRowsError(f"No purchase on or before {until}")
    born = days.groupby("customer")["date"].transform("min")
    repeats = days[days["date"] > born].groupby("customer")
    people = days.groupby("customer")["date"].agg(["min", "max"])
    scale = DAYS[unit]
    return pd.DataFrame(
        {
            "frequency": repeats.size().reindex(people.index, fill_value=0),
            "recency": (people["max"] - people["min"]).dt.days / scale,
            "age": (pd.Timestamp(until).normalize() - people["min"]).dt.days / scale,
            "spend": repeats["amount"].mean().reindex(people.index),
        }
    )


def purchases_between(transactions: pd.DataFrame, after: date | datetime, until: date | datetime) -> pd.Series:
    """Purchase days per customer in (after, until]: what a forecast is held against."""
    days = daily_purchases(transactions)
    inside = (days["date"] > pd.Timestamp(after)) & (days["date"] <= pd.Timestamp(until))
    return inside.groupby(days["customer"]).sum().rename("purchases")


def daily_purchases(transactions: pd.DataFrame) -> pd.DataFrame:
    require_columns(transactions, "customer", "date", "amount")
    dates = pd.to_datetime(transactions["date"], errors="coerce")
    absent = dates.isna().to_numpy() | transactions["customer"].isna().to_numpy()
    if absent.any():
        raise MissingValueError("customer or date is missing", offenders(transactions.index, absent))
    checked = pd.DataFrame(
        {"customer": transactions["customer"], "date": dates.dt.normalize(), "amount": numbers(transactions, "amount")}
    )
    return checked.groupby(["customer", "date"], sort=True)["amount"].sum().reset_index()
