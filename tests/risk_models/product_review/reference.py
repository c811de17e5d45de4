"""The same sums as the pack's, done the plain way: Decimal amounts, one row after the other, groupby of pandas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pandas as pd

from risk_models.product_review.inputs import Inputs, Period
from risk_models.product_review.parameters import Parameters

_CENT = Decimal("0.01")


def money(minor: pd.Series) -> pd.Series:
    return pd.Series([Decimal(int(each)) * _CENT for each in minor], index=minor.index, dtype=object)


def within(frame: pd.DataFrame, day: str, period: Period) -> pd.DataFrame:
    days = pd.Series([each.date() if each is not pd.NaT else None for each in frame[day]], index=frame.index)
    return frame[[each is not None and period.start <= each < period.end for each in days]]


def month(frame: pd.DataFrame, day: str) -> pd.Series:
    return frame[day].dt.strftime("%Y-%m")


def flows(batches: Iterable[pd.DataFrame], inputs: Inputs, period: Period, parameters: Parameters) -> dict[str, Any]:
    """Costs and benefits by holding, fees and benefits by month, in units of the currency."""
    costs: dict[int, Decimal] = defaultdict(Decimal)
    benefits: dict[int, Decimal] = defaultdict(Decimal)
    fee_months: dict[str, Decimal] = defaultdict(Decimal)
    benefit_months: dict[str, Decimal] = defaultdict(Decimal)
    for batch in batches:
        inside = within(batch, "booked_on", period)
        for row, name in zip(inside.itertuples(), month(inside, "booked_on"), strict=True):
            amount = Decimal(row.amount_minor) * _CENT
            if row.purpose in parameters.fee_purposes:
                signed = amount if row.direction == "debit" else -amount
                costs[row.holding] += signed
                fee_months[name] += signed
            if row.purpose in parameters.benefit_purposes:
                signed = amount if row.direction == "credit" else -amount
                benefits[row.holding] += signed
                benefit_months[name] += signed
    paid = within(inputs.premiums, "booked_on", period)
    for holding, amount in money(paid["paid_minor"]).groupby(paid["holding"]).sum().items():
        costs[holding] += amount
    reported = within(inputs.claims, "reported_on", period)
    for holding, amount in money(reported["paid_minor"]).groupby(reported["holding"]).sum().items():
        benefits[holding] += amount
    return {"costs": costs, "benefits": benefits, "fee_months": fee_months, "benefit_months": benefit_months}


def by_group(inputs: Inputs, dimension: str, amounts: dict[int, Decimal]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    names = inputs.holdings[dimension].astype(str).tolist()
    for holding, amount in amounts.items():
        found[names[holding]] += amount
    return found


def units(minor: int) -> Decimal:
    return Decimal(minor) * _CENT
