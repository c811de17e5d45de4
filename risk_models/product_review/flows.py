"""What each holding paid and was paid in the period: charges and premiums against interest, benefits and claims.

What a claim paid counts where it was reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_models.arrays import BoolArray, IntArray
from risk_models.product_review import months
from risk_models.product_review.exact import coded, sums, whole
from risk_models.product_review.inputs import Inputs, Period, checked
from risk_models.product_review.parameters import Parameters

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Flows:
    """Minor units by holding: `costs` and `benefits`; `fees_by_month` and `benefits_by_month` over the movements."""

    costs: IntArray
    benefits: IntArray
    exposure: IntArray
    fees_by_month: IntArray
    benefits_by_month: IntArray
    movements: int


def flows(inputs: Inputs, period: Period, parameters: Parameters, progress: Progress) -> Flows:
    size, span = len(inputs.holdings), months.of(period)
    fees, benefits = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    fee_months, benefit_months = (np.zeros(len(span), dtype=np.int64) for _ in range(2))
    seen = 0
    for batch in inputs.movements:
        seen += len(batch)
        for purposes, charge, by_holding, by_month in (
            (parameters.fee_purposes, "debit", fees, fee_months),
            (parameters.benefit_purposes, "credit", benefits, benefit_months),
        ):
            _add(checked("movements", batch), purposes, charge, period, by_holding, by_month)
        progress("movements", seen, seen)
    premiums = _within(inputs.premiums, "booked_on", period)
    claims = _within(inputs.claims, "reported_on", period)
    return Flows(
        fees + sums(whole(premiums["holding"]), whole(premiums["paid_minor"]), size),
        benefits + sums(whole(claims["holding"]), whole(claims["paid_minor"]), size),
        exposure(inputs.holdings, period),
        fee_months,
        benefit_months,
        seen,
    )


def _add(
    batch: pd.DataFrame,
    purposes: Iterable[str],
    direction: str,
    period: Period,
    by_holding: IntArray,
    by_month: IntArray,
) -> None:
    """A booking the other way round takes back: a refunded fee is no fee."""
    rows = _named(batch["purpose"], purposes) & period.holds(batch["booked_on"]).to_numpy(dtype=bool)
    meant = batch[rows]
    forward = _named(meant["direction"], (direction,))
    amounts = np.where(forward, whole(meant["amount_minor"]), -whole(meant["amount_minor"]))
    np.add.at(by_holding, whole(meant["holding"]), amounts)
    np.add.at(by_month, months.numbers(meant["booked_on"]) - months.of(period).start, amounts)


def _named(column: pd.Series, wanted: Iterable[str]) -> BoolArray:
    """By code and not by text, however many rows there are."""
    codes, names = coded(column)
    chosen = np.array([name in set(wanted) for name in names], dtype=bool)
    return chosen[codes] if len(names) else np.zeros(len(codes), dtype=bool)


def _within(frame: pd.DataFrame, day: str, period: Period) -> pd.DataFrame:
    return frame[period.holds(frame[day]) & (frame["holding"] >= 0)]


def exposure(holdings: pd.DataFrame, period: Period) -> IntArray:
    """Days of the period on which each holding was open; the day on which it ended does not count."""
    start, end = np.datetime64(period.start, "D"), np.datetime64(period.end, "D")
    opened = holdings["opened_on"].to_numpy(dtype="datetime64[D]")
    closed = holdings["closed_on"].to_numpy(dtype="datetime64[D]")
    until = np.minimum(np.where(np.isnat(closed), end, closed), end)
    days: IntArray = np.maximum((until - np.maximum(opened, start)).astype(np.int64), 0)
    return days
