"""Premiums against claims: the loss ratio by month, how claims were decided, and how long that took."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from risk_models.arrays import IntArray
from risk_models.product_review import months
from risk_models.product_review.exact import figure, ratio, sums, whole
from risk_models.product_review.inputs import Period
from risk_models.proportion import wilson

ACCEPTED: Final = "accepted"
DECLINED: Final = "declined"


def section(premiums: pd.DataFrame, claims: pd.DataFrame, period: Period, level: float) -> dict[str, Any]:
    rows = by_month(premiums, claims, period)
    names = ("premiums_due_minor", "premiums_paid_minor", "incurred_minor", "claims")
    told = {name: sum(row[name] for row in rows) for name in names}
    return {
        "by_month": rows,
        **told,
        "loss_ratio": ratio(told["incurred_minor"], told["premiums_due_minor"]),
        **_decided(claims[period.holds(claims["reported_on"])], level),
    }


def by_month(premiums: pd.DataFrame, claims: pd.DataFrame, period: Period) -> list[dict[str, Any]]:
    """Incurred is what was paid and what is set aside, by the month in which the loss occurred."""
    span = months.of(period)
    due, occurred = premiums[period.holds(premiums["booked_on"])], claims[period.holds(claims["incurred_on"])]
    earned = _monthly(due["booked_on"], whole(due["due_minor"]), span)
    paid = _monthly(due["booked_on"], whole(due["paid_minor"]), span)
    incurred = _monthly(occurred["incurred_on"], incurred_minor(occurred), span)
    number = _monthly(occurred["incurred_on"], np.ones(len(occurred), dtype=np.int64), span)
    return [
        {
            "month": months.name(month),
            "premiums_due_minor": int(earned[place]),
            "premiums_paid_minor": int(paid[place]),
            "incurred_minor": int(incurred[place]),
            "claims": int(number[place]),
            "loss_ratio": ratio(incurred[place], earned[place]),
        }
        for place, month in enumerate(span)
    ]


def incurred_minor(claims: pd.DataFrame) -> IntArray:
    return whole(claims["paid_minor"]) + whole(claims["reserve_minor"])


def _monthly(days: pd.Series, amounts: Any, span: range) -> Any:
    return sums(months.numbers(days) - span.start, amounts, len(span))


def _decided(told: pd.DataFrame, level: float) -> dict[str, Any]:
    """Of claims that were reported in the period; days to their settlement, of those whose day is known."""
    accepted, declined = (int((told["state"] == state).sum()) for state in (ACCEPTED, DECLINED))
    low, high = wilson(np.array([float(accepted)]), np.array([float(accepted + declined)]), level)
    days = (told["settled_on"] - told["reported_on"]).dt.days.dropna().to_numpy(dtype=np.float64)
    return {
        "reported": len(told),
        "accepted": accepted,
        "declined": declined,
        "acceptance": ratio(accepted, accepted + declined),
        "acceptance_low": figure(float(low[0])),
        "acceptance_high": figure(float(high[0])),
        "days_median": figure(float(np.median(days))) if len(days) else None,
        "days_ninth": figure(float(np.quantile(days, 0.9))) if len(days) else None,
    }
