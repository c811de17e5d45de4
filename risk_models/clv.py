"""Customer lifetime value over a horizon: purchases to come, what each is worth, discounted.

Fader, Hardie & Lee (2005), RFM and CLV: value = margin · E(spend) · sum over periods of the purchases expected in
that period, discounted to now. Frequency and spend are independent in these models, so the expectations multiply.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from risk_models.arrays import FloatArray
from risk_models.errors import OutOfRangeError
from risk_models.gamma_gamma import GammaGamma
from risk_models.grouping import group
from risk_models.purchase_history import histories
from risk_models.reasons import reasons
from risk_models.record import Record

SMALLEST = 1e-300


class PurchaseModel(Protocol):
    """What BG/NBD and Pareto/NBD have in common."""

    def alive(self, frame: pd.DataFrame) -> pd.DataFrame: ...
    def expected_purchases(self, frame: pd.DataFrame, horizon: float) -> pd.Series: ...


@dataclass(frozen=True)
class Horizon(Record):
    """`periods` periods of `length` time units each; `discount` per period; `margin` the kept share of spend."""

    periods: int = 12
    length: float = 52 / 12
    discount: float = 0.01
    margin: float = 1.0

    def __post_init__(self) -> None:
        if self.periods < 1 or self.length <= 0 or self.discount <= -1:
            raise OutOfRangeError("The horizon is empty", remedy="Use one period or more of positive length.")


def value(frame: pd.DataFrame, purchases: PurchaseModel, spend: GammaGamma, horizon: Horizon) -> pd.DataFrame:
    """`clv` per customer with its factors and reasons.

    Columns: `p_alive`, `expected_purchases` (undiscounted), `expected_spend`, `clv`. The reasons are logarithms of
    the factors against the portfolio's mean and add up to ln(clv / product of the mean factors).
    """
    h = histories(frame)
    groups = group(h.frequency, h.recency, h.age)
    distinct = pd.DataFrame(dict(zip(("frequency", "recency", "age"), groups.columns, strict=True)))
    alive = purchases.alive(distinct)["p_alive"].to_numpy()
    plain, discounted = _purchases(distinct, purchases, horizon)
    worth = spend.expected_spend(frame)["expected_spend"].to_numpy()
    counted = discounted[groups.members]
    figures = pd.DataFrame(
        {
            "p_alive": alive[groups.members],
            "expected_purchases": plain[groups.members],
            "expected_spend": worth,
            "clv": horizon.margin * worth * counted,
        },
        index=frame.index,
    )
    factors = {"purchases": _against_mean(counted), "spend": _against_mean(worth)}
    return pd.concat([figures, reasons(pd.DataFrame(factors, index=frame.index), top=2)], axis=1)


def _purchases(distinct: pd.DataFrame, purchases: PurchaseModel, horizon: Horizon) -> tuple[FloatArray, FloatArray]:
    before, discounted = np.zeros(len(distinct)), np.zeros(len(distinct))
    for period in range(1, horizon.periods + 1):
        until = purchases.expected_purchases(distinct, period * horizon.length).to_numpy()
        discounted += (until - before) / (1 + horizon.discount) ** period
        before = until
    return before, discounted


def _against_mean(factor: FloatArray) -> FloatArray:
    logs: FloatArray = np.log(np.maximum(factor, SMALLEST)) - np.log(max(float(factor.mean()), SMALLEST))
    return logs
