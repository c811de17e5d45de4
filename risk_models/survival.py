"""Kaplan-Meier: the share still there after each duration, when many are only known to have stayed so far.

Kaplan & Meier (1958); variance by Greenwood (1926); interval on the log(-log) scale (Kalbfleisch & Prentice 1980),
which stays inside 0..1; once nobody is left the upper bound of the step before stays. Durations in any unit; an
event at a time precedes a censoring at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_models.arrays import FloatArray, non_negative, outcomes, tally
from risk_models.errors import OutOfRangeError
from risk_models.estimate import LEVEL, Estimate, quantile
from risk_models.record import Record

HALF = 0.5


@dataclass(frozen=True)
class SurvivalCurve(Record):
    """Steps at `times`; `error` is Greenwood's standard error, None after the last survivor has left."""

    times: tuple[float, ...]
    at_risk: tuple[float, ...]
    events: tuple[float, ...]
    survival: tuple[float, ...]
    error: tuple[float | None, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    level: float

    def at(self, time: float) -> Estimate:
        """S(time): the chance to stay longer than `time`. Refused beyond the last observation."""
        if time < 0 or (time > self.times[-1] and self.survival[-1] > 0):
            raise OutOfRangeError(
                f"Nobody was observed at {time:g}", remedy=f"Ask for times from 0 to {self.times[-1]:g}."
            )
        place = int(np.searchsorted(np.array(self.times), time, side="right")) - 1
        if place < 0:
            return Estimate("S", 1.0, 0.0, 1.0, 1.0, self.level)
        return Estimate("S", self.survival[place], self.error[place], self.low[place], self.high[place], self.level)

    def median(self) -> float | None:
        """First time at which at most half are left; None when more than half stay to the end."""
        reached = np.flatnonzero(np.array(self.survival) <= HALF)
        return self.times[int(reached[0])] if len(reached) else None

    def frame(self) -> pd.DataFrame:
        names = ("times", "at_risk", "events", "survival", "error", "low", "high")
        return pd.DataFrame({name: getattr(self, name) for name in names})


def kaplan_meier(frame: pd.DataFrame, duration: str, ended: str, level: float = LEVEL) -> SurvivalCurve:
    """`ended` 1 where the event was seen at `duration`, 0 where observation stopped."""
    durations, flags = non_negative(frame, duration), outcomes(frame[ended], both=False)
    times, codes = np.unique(durations, return_inverse=True)
    leaving, events = tally(codes), tally(codes, weights=flags)
    at_risk = len(durations) - np.concatenate([[0.0], np.cumsum(leaving)[:-1]])
    survival = np.cumprod(1 - events / at_risk)
    low, high, error = _interval(survival, events, at_risk, level)
    return SurvivalCurve(
        tuple(map(float, times)),
        tuple(map(float, at_risk)),
        tuple(map(float, events)),
        tuple(map(float, survival)),
        tuple(float(e) if np.isfinite(e) else None for e in error),
        tuple(map(float, low)),
        tuple(map(float, high)),
        level,
    )


def _interval(
    survival: FloatArray, events: FloatArray, at_risk: FloatArray, level: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
        reach = quantile(level) * np.sqrt(variance) / np.abs(np.log(survival))
        low, high = survival ** np.exp(reach), survival ** np.exp(-reach)
        error = survival * np.sqrt(variance)
    low, high = np.where(survival == 1, 1.0, low), np.where(survival == 1, 1.0, high)
    empty = survival == 0
    ever = high[~empty]
    return np.where(empty, 0.0, low), np.where(empty, ever[-1] if len(ever) else 1.0, high), error
