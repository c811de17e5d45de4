"""Champion against challenger on the same rows, which neither has seen: is the difference more than chance?

Discrimination by the paired test of DeLong, DeLong and Clarke-Pearson (1988; ranks as in Sun, Xu 2014). Losses differ
row by row, so their mean difference has a percentile bootstrap interval over rows (Efron, Tibshirani 1993, ch. 13),
and so has the difference of two rank correlations and of two Qini coefficients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from risk_models import discrimination
from risk_models.arrays import FloatArray, IntArray, name_of, numbers, outcomes, probabilities, same_rows
from risk_models.estimate import LEVEL
from risk_models.record import Record
from risk_models.uplift import qini_area

RESAMPLES = 500
SMALLEST = 1e-12
Verdict = Literal["better", "worse", "open", "mixed"]


@dataclass(frozen=True)
class Contrast(Record):
    """`difference` is challenger less champion, with its interval; `higher` says whether more of it is better."""

    measure: str
    champion: float
    challenger: float
    difference: float
    low: float
    high: float
    higher: bool
    p_value: float | None = None

    @property
    def verdict(self) -> Verdict:
        """`open`: the interval holds no difference as well."""
        if self.low <= 0 <= self.high:
            return "open"
        return "better" if (self.low > 0) == self.higher else "worse"


def verdict(contrasts: Sequence[Contrast]) -> Verdict:
    """Of all measures together: `mixed` where one is better and another worse."""
    found = {each.verdict for each in contrasts} - {"open"}
    if not found:
        return "open"
    return "mixed" if len(found) > 1 else found.pop()


def chances(outcome: pd.Series, champion: pd.Series, challenger: pd.Series, *, seed: int) -> tuple[Contrast, ...]:
    """Of predicted probabilities: AUC, Brier score and logarithmic loss."""
    same_rows(outcome, champion, challenger)
    happened = outcomes(outcome)
    told = [np.clip(probabilities(each), SMALLEST, 1 - SMALLEST) for each in (champion, challenger)]
    squares, logs = ([loss(happened, each) for each in told] for loss in (_squared, _logarithmic))
    return (
        _areas(outcome, champion, challenger),
        _losses("Brier", squares[0], squares[1], seed),
        _losses("log loss", logs[0], logs[1], seed),
    )


def forecasts(actual: pd.Series, champion: pd.Series, challenger: pd.Series, *, seed: int) -> tuple[Contrast, ...]:
    """Of forecast amounts or counts: the mean absolute error."""
    came, first, second = _figures(actual, champion, challenger)
    return (_losses("absolute error", np.abs(first - came), np.abs(second - came), seed),)


def ranks(actual: pd.Series, champion: pd.Series, challenger: pd.Series, *, seed: int) -> tuple[Contrast, ...]:
    """Of scores that only order: Spearman's correlation with what came."""
    columns = _figures(actual, champion, challenger)

    def both(rows: IntArray) -> tuple[float, float]:
        came, first, second = (rankdata(each[rows]) for each in columns)
        return _correlation(came, first), _correlation(came, second)

    return (_resampled("rank correlation", both, len(actual), seed),)


def uplifts(
    treated: pd.Series, outcome: pd.Series, champion: pd.Series, challenger: pd.Series, *, seed: int
) -> tuple[Contrast, ...]:
    """Of two estimates of what a treatment changes, on one randomised trial: their Qini coefficients."""
    same_rows(treated, outcome, champion, challenger)
    arms, happened = outcomes(treated), outcomes(outcome, both=False)
    first, second = (numbers(each.to_frame("uplift"), "uplift") for each in (champion, challenger))

    def both(rows: IntArray) -> tuple[float, float]:
        areas = [qini_area(each[rows], arms[rows], happened[rows]) for each in (first, second)]
        return areas[0], areas[1]

    return (_resampled("Qini", both, len(arms), seed),)


def _areas(outcome: pd.Series, champion: pd.Series, challenger: pd.Series) -> Contrast:
    found = discrimination.compare(outcome, champion, challenger)
    gap = found.difference
    low, high = (gap.value if each is None else each for each in (gap.low, gap.high))
    return Contrast("AUC", found.champion, found.challenger, gap.value, low, high, higher=True, p_value=found.p_value)


def _losses(measure: str, first: FloatArray, second: FloatArray, seed: int) -> Contrast:
    gaps = second - first
    rng = np.random.default_rng(seed)
    drawn = np.array([gaps[rng.integers(len(gaps), size=len(gaps))].mean() for _ in range(RESAMPLES)])
    low, high = _ends(drawn)
    return Contrast(measure, float(first.mean()), float(second.mean()), float(gaps.mean()), low, high, higher=False)


def _resampled(measure: str, both: Callable[[IntArray], tuple[float, float]], size: int, seed: int) -> Contrast:
    champion, challenger = both(np.arange(size))
    rng = np.random.default_rng(seed)
    drawn = np.array([np.subtract(*both(rng.integers(size, size=size))[::-1]) for _ in range(RESAMPLES)])
    low, high = _ends(drawn)
    return Contrast(measure, champion, challenger, challenger - champion, low, high, higher=True)


def _ends(drawn: FloatArray) -> tuple[float, float]:
    low, high = np.quantile(drawn, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
    return float(low), float(high)


def _squared(happened: FloatArray, told: FloatArray) -> FloatArray:
    loss: FloatArray = (happened - told) ** 2
    return loss


def _logarithmic(happened: FloatArray, told: FloatArray) -> FloatArray:
    loss: FloatArray = -(happened * np.log(told) + (1 - happened) * np.log1p(-told))
    return loss


def _correlation(first: FloatArray, second: FloatArray) -> float:
    """0 where one of them does not vary."""
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _figures(*columns: pd.Series) -> tuple[FloatArray, ...]:
    same_rows(*columns)
    named = [name_of(column, "figure") for column in columns]
    return tuple(numbers(column.to_frame(name), name) for column, name in zip(columns, named, strict=True))
