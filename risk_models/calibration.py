"""Do predicted probabilities come true? Brier score, Hosmer-Lemeshow, calibration slope and intercept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from risk_models import logistic
from risk_models.arrays import FloatArray, offenders, outcomes, probabilities, same_rows, tally
from risk_models.errors import OutOfRangeError
from risk_models.estimate import LEVEL, Estimate, symmetric
from risk_models.grouping import quantile_groups
from risk_models.proportion import wilson
from risk_models.record import Record

GROUPS = 10


@dataclass(frozen=True)
class HosmerLemeshow(Record):
    statistic: float
    degrees_of_freedom: int
    p_value: float


@dataclass(frozen=True)
class CalibrationLine(Record):
    """Cox (1958): outcome on the logit of the prediction. Ideal: slope 1 and, with the slope held at 1, intercept 0.

    A slope under 1 means predictions too extreme (overfitting); `intercept` over 0 means they are too low.
    """

    slope: Estimate
    intercept: Estimate


def brier(outcome: pd.Series, prediction: pd.Series, level: float = LEVEL) -> Estimate:
    """Mean squared difference (Brier 1950), with the interval of a mean."""
    labels, chances = _pair(outcome, prediction)
    squared = (labels - chances) ** 2
    error = float(squared.std(ddof=1) / np.sqrt(len(squared))) if len(squared) > 1 else None
    return symmetric("Brier", float(squared.mean()), error, level)


def hosmer_lemeshow(
    outcome: pd.Series, prediction: pd.Series, groups: int = GROUPS, *, fitted_here: bool = False
) -> HosmerLemeshow:
    """Hosmer & Lemeshow (1980); degrees of freedom: groups, or groups - 2 on the rows the model was fitted to."""
    labels, chances = _pair(outcome, prediction)
    codes = quantile_groups(chances, groups)
    size, seen, expected = tally(codes), tally(codes, weights=labels), tally(codes, weights=chances)
    spread = expected * (1 - expected / size)
    impossible = (spread == 0) & (seen != expected)
    if impossible.any():
        raise OutOfRangeError(
            "A prediction of exactly 0 or 1 did not come true", remedy="Keep predictions inside 0..1."
        )
    terms = np.divide((seen - expected) ** 2, spread, out=np.zeros_like(spread), where=spread > 0)
    free = len(size) - (2 if fitted_here else 0)
    if free < 1:
        raise OutOfRangeError("Too few distinct predictions for a test", remedy="Use finer predictions or more rows.")
    statistic = float(terms.sum())
    return HosmerLemeshow(statistic, free, float(chi2.sf(statistic, free)))


def calibration_line(outcome: pd.Series, prediction: pd.Series) -> CalibrationLine:
    """Slope from its own regression, intercept from one with the slope held at 1 (calibration-in-the-large)."""
    labels, chances = _pair(outcome, prediction)
    certain = (chances <= 0) | (chances >= 1)
    if certain.any():
        raise OutOfRangeError("A prediction is exactly 0 or 1", offenders(prediction.index, certain))
    logit = np.log(chances / (1 - chances))
    free = logistic.fit(logit[:, None], outcomes(outcome), ("slope",))
    held = logistic.fit(np.empty((len(labels), 0)), outcomes(outcome), (), offset=logit)
    return CalibrationLine(free.estimates[1], held.estimates[0])


def calibration_table(
    outcome: pd.Series, prediction: pd.Series, groups: int = GROUPS, level: float = LEVEL
) -> pd.DataFrame:
    """Per group of equal size: rows, mean prediction, share that came true and its Wilson interval."""
    labels, chances = _pair(outcome, prediction)
    codes = quantile_groups(chances, groups)
    size, seen = tally(codes), tally(codes, weights=labels)
    low, high = wilson(seen, size, level)
    columns = {"rows": size, "predicted": tally(codes, weights=chances) / size, "observed": seen / size}
    return pd.DataFrame({**columns, "low": low, "high": high})


def _pair(outcome: pd.Series, prediction: pd.Series) -> tuple[FloatArray, FloatArray]:
    same_rows(outcome, prediction)
    return outcomes(outcome, both=False), probabilities(prediction)
