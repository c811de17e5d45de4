"""Retention cohorts: of those who began together, who was still active after each period."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import numpy as np
import pandas as pd

from risk_models.arrays import offenders, require_columns
from risk_models.errors import MissingValueError, NoRowsError
from risk_models.estimate import LEVEL
from risk_models.proportion import wilson

Period = Literal["W", "M", "Q", "Y"]


def retention(
    activity: pd.DataFrame, until: date | datetime, period: Period = "M", level: float = LEVEL
) -> pd.DataFrame:
    """One row per cohort and age in whole periods: `customers`, `active`, `retention` and its interval.

    `activity` has one row per `customer` and `date` of activity; a cohort is the period of the first one. The
    period that contains `until` is reported only if `until` is its last day: an unfinished period understates
    retention. Periods in which nobody of a cohort was active are reported as 0.
    """
    seen = _periods(activity, until, period)
    born = seen.groupby("customer")["period"].min().rename("cohort")
    seen = seen.join(born, on="customer")
    seen["age"] = seen["period"] - seen["cohort"]
    active = seen.groupby(["cohort", "age"])["customer"].nunique()
    customers = born.value_counts().sort_index()
    last = _last(until, period)
    cells = pd.MultiIndex.from_tuples(
        [(cohort, age) for cohort in customers.index for age in range(last - cohort + 1)], names=["cohort", "age"]
    )
    rows = active.reindex(cells, fill_value=0).rename("active").reset_index()
    rows.insert(2, "customers", customers.loc[rows["cohort"]].to_numpy())
    low, high = wilson(rows["active"].to_numpy(np.float64), rows["customers"].to_numpy(np.float64), level)
    rows["cohort"] = pd.PeriodIndex([pd.Period(ordinal=int(ordinal), freq=period) for ordinal in rows["cohort"]])
    return rows.assign(retention=rows["active"] / rows["customers"], low=low, high=high)


def triangle(rows: pd.DataFrame) -> pd.DataFrame:
    """The familiar picture: cohorts down, ages across, retention in the cells, NaN where time has not come."""
    return rows.pivot_table(index="cohort", columns="age", values="retention", observed=True)


def _periods(activity: pd.DataFrame, until: date | datetime, period: Period) -> pd.DataFrame:
    require_columns(activity, "customer", "date")
    dates = pd.to_datetime(activity["date"], errors="coerce")
    absent = (dates.isna() | activity["customer"].isna()).to_numpy()
    if absent.any():
        raise MissingValueError("customer or date is missing", offenders(activity.index, absent))
    ordinals = pd.PeriodIndex(dates, freq=period).asi8
    seen = pd.DataFrame({"customer": activity["customer"].to_numpy(), "period": ordinals})
    seen = seen[ordinals <= _last(until, period)].drop_duplicates()
    if seen.empty:
        raise NoRowsError(f"No activity in a period that ended on or before {until}")
    return seen


def _last(until: date | datetime, period: Period) -> int:
    """Ordinal of the last finished period."""
    current = pd.Timestamp(until).normalize().to_period(period)
    finished = current.end_time.normalize() == pd.Timestamp(until).normalize()
    return int(current.ordinal) if finished else int(current.ordinal) - 1
