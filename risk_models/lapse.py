"""Lapse: the hazard of leaving in each policy period, and the persistency that follows from it.

Discrete-time survival (Singer & Willett 1993, "It's About Time"; Allison 1982): with one row per policy and period
at risk, a logistic regression of "lapsed in this period" on the period and the features is the maximum likelihood
of the survival data; censored policies simply stop contributing rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_models import propensity
from risk_models.arrays import counts, non_negative, outcomes, positive
from risk_models.errors import OutOfRangeError
from risk_models.propensity import Propensity
from risk_models.reasons import reasons
from risk_models.record import Record

PERIOD = "period"


@dataclass(frozen=True)
class LapseModel(Record):
    propensity: Propensity

    def score(self, frame: pd.DataFrame, top: int = 4) -> pd.DataFrame:
        """`hazard` of the row's own `period`, `lift`, and what raises it, in log-odds."""
        scored = self.propensity.score(frame, top, "up")
        return scored.rename(columns={"probability": "hazard"})

    def persistency(self, frame: pd.DataFrame, periods: int) -> pd.DataFrame:
        """Chance to be in force after the row's period and the following ones, features unchanged.

        Columns 1..periods; column k = product of (1 - hazard) over `period`, ..., `period` + k - 1.
        """
        if periods < 1:
            raise OutOfRangeError("Fewer than one period was asked for", remedy="Ask for one or more.")
        start = counts(frame, PERIOD)
        stay = [1 - self.propensity.probability(frame.assign(**{PERIOD: start + step})) for step in range(periods)]
        kept = np.cumprod(np.column_stack(stay), axis=1)
        return pd.DataFrame(kept, index=frame.index, columns=range(1, periods + 1))

    def reasons_against(self, frame: pd.DataFrame, top: int = 4) -> pd.DataFrame:
        """What keeps the policy in force: the columns that lower the hazard most."""
        return reasons(self.propensity.contributions(frame), top, "down")


def exposures(frame: pd.DataFrame, duration: str, lapsed: str, length: float) -> pd.DataFrame:
    """One row per policy and period at risk, from durations and a 0/1 indicator.

    Periods of `length` count from 1; the period in which a policy was censored is left out, because it was not
    observed to its end. Columns: all others of `frame`, `period`, `lapsed`; the index repeats the policy's.
    """
    if length <= 0:
        raise OutOfRangeError("The period length is not above zero", remedy="Pass a positive length.")
    times, ended = non_negative(frame, duration), outcomes(frame[lapsed], both=False)
    whole = np.where(ended == 1, np.maximum(np.ceil(times / length), 1), np.floor(times / length)).astype(np.int64)
    row = np.repeat(np.arange(len(frame)), whole)
    period = np.arange(len(row)) - np.repeat(np.cumsum(whole) - whole, whole) + 1
    long = frame.drop(columns=[duration, lapsed]).iloc[row]
    return long.assign(**{PERIOD: period, "lapsed": ((period == whole[row]) & (ended[row] == 1)).astype(np.int64)})


def fit(frame: pd.DataFrame, lapsed: pd.Series, *, ridge: float = propensity.RIDGE) -> LapseModel:
    """`frame`: one row per policy and period at risk with its `period` (from 1) and the features."""
    counts(frame, PERIOD)
    positive(frame, PERIOD)
    return LapseModel(propensity.fit(frame, lapsed, ridge=ridge))
