"""The pictures of a model on rows it has not seen: ROC, lift by tenth, and a forecast against what came."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from risk_models.arrays import FloatArray, name_of, numbers, outcomes, same_rows, tally
from risk_models.estimate import LEVEL, Estimate, quantile
from risk_models.grouping import quantile_groups
from risk_models.proportion import wilson

POINTS = 60
GROUPS = 10
FEWEST = 4


def roc(outcome: pd.Series, score: pd.Series, points: int = POINTS) -> pd.DataFrame:
    """`false_positives` and `true_positives` as shares, from (0, 0) to (1, 1), at most `points` of the whole curve."""
    labels, scores = _pair(outcome, score)
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order]) != 0), len(scores) - 1)
    hits = np.concatenate([[0.0], np.cumsum(labels[order])[ends]])
    false = np.concatenate([[0.0], np.cumsum(1 - labels[order])[ends]])
    kept = np.unique(np.linspace(0, len(hits) - 1, min(points, len(hits))).round().astype(np.int64))
    return pd.DataFrame({"false_positives": false[kept] / false[-1], "true_positives": hits[kept] / hits[-1]})


def lift(outcome: pd.Series, score: pd.Series, groups: int = GROUPS) -> pd.DataFrame:
    """Per group, the highest scores first: `rows`, `rate` with its interval, `lift` over all, `captured` so far.

    Rows of equal score may fall into neighbouring groups: groups are of equal size.
    """
    labels, scores = _pair(outcome, score)
    order = np.argsort(-scores, kind="stable")
    codes = np.arange(len(order)) * groups // len(order)
    size, seen = tally(codes, groups), tally(codes, groups, labels[order])
    low, high = wilson(seen, size)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = seen / size
    columns = {"rows": size, "rate": rate, "low": low, "high": high}
    table = pd.DataFrame({**columns, "lift": rate / labels.mean(), "captured": np.cumsum(seen) / seen.sum()})
    return table[size > 0].reset_index(drop=True)


def forecast(actual: pd.Series, predicted: pd.Series, groups: int = GROUPS, level: float = LEVEL) -> pd.DataFrame:
    """Groups of about equal size by forecast: `rows`, mean `predicted`, mean `observed` with its interval."""
    came, told = _figures(actual, predicted)
    codes = quantile_groups(told, groups)
    size = tally(codes)
    mean, square = tally(codes, weights=came) / size, tally(codes, weights=came**2) / size
    reach = quantile(level) * np.sqrt(np.maximum(square - mean**2, 0.0) / np.maximum(size - 1, 1.0))
    columns = {"rows": size, "predicted": tally(codes, weights=told) / size, "observed": mean}
    return pd.DataFrame({**columns, "low": mean - reach, "high": mean + reach})


def correlation(actual: pd.Series, predicted: pd.Series, *, ranks: bool = False, level: float = LEVEL) -> Estimate:
    """Pearson's, or of `ranks` Spearman's, with Fisher's interval; 0 where one of them does not vary."""
    came, told = _figures(actual, predicted)
    name = "rank correlation" if ranks else "correlation"
    if len(came) < FEWEST or came.std() == 0 or told.std() == 0:
        return Estimate(name, 0.0, None, None, None, level)
    value = float(spearmanr(came, told).statistic if ranks else np.corrcoef(came, told)[0, 1])
    if abs(value) >= 1:
        return Estimate(name, value, None, None, None, level)
    error = 1 / np.sqrt(len(came) - 3)
    centre, reach = np.arctanh(value), quantile(level) * error
    low, high = float(np.tanh(centre - reach)), float(np.tanh(centre + reach))
    return Estimate(name, value, float(error * (1 - value**2)), low, high, level)


def total_ratio(actual: pd.Series, predicted: pd.Series, level: float = LEVEL) -> Estimate:
    """Forecast over actual, in all; the interval of a ratio of means (linearised)."""
    came, told = _figures(actual, predicted)
    if came.sum() == 0:
        return Estimate("forecast to actual", 0.0, None, None, None, level)
    ratio = float(told.sum() / came.sum())
    error = float((told - ratio * came).std(ddof=1) / came.mean() / np.sqrt(len(came))) if len(came) > 1 else None
    if error is None:
        return Estimate("forecast to actual", ratio, None, None, None, level)
    reach = quantile(level) * error
    return Estimate("forecast to actual", ratio, error, ratio - reach, ratio + reach, level)


def _pair(outcome: pd.Series, score: pd.Series) -> tuple[FloatArray, FloatArray]:
    same_rows(outcome, score)
    name = name_of(score, "score")
    return outcomes(outcome), numbers(score.to_frame(name), name)


def _figures(actual: pd.Series, predicted: pd.Series) -> tuple[FloatArray, FloatArray]:
    same_rows(actual, predicted)
    first, second = name_of(actual, "actual"), name_of(predicted, "predicted")
    return numbers(actual.to_frame(first), first), numbers(predicted.to_frame(second), second)
