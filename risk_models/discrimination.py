"""How well a score separates the outcomes: AUC and Gini with DeLong intervals, KS with a bootstrap one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from risk_models.arrays import FloatArray, name_of, numbers, outcomes, same_rows, tally
from risk_models.errors import SingleClassError
from risk_models.estimate import LEVEL, Estimate, quantile, symmetric
from risk_models.record import Record

RESAMPLES = 500


@dataclass(frozen=True)
class Comparison(Record):
    """Champion against challenger on the same rows; `p_value` of equal AUCs, two-sided."""

    champion: float
    challenger: float
    difference: Estimate
    p_value: float


def auc(labels: FloatArray, scores: FloatArray) -> float:
    """Chance that a row with outcome 1 scores above one with outcome 0, ties half (Mann-Whitney)."""
    positives = float(labels.sum())
    negatives = len(labels) - positives
    if positives == 0 or negatives == 0:
        raise SingleClassError("Only one outcome occurs")
    ranks = rankdata(scores)
    return float((ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def auc_estimate(outcome: pd.Series, score: pd.Series, level: float = LEVEL) -> Estimate:
    """DeLong, DeLong & Clarke-Pearson (1988), interval on the logit scale, which keeps it inside 0..1."""
    labels, scores = _aligned(outcome, score)
    value = auc(labels, scores)
    over_bad, over_good = _placements(labels, scores)
    error = float(np.sqrt(_variance(over_bad) + _variance(over_good)))
    if value * (1 - value) == 0:
        return Estimate("AUC", value, None, None, None, level)
    centre, reach = np.log(value / (1 - value)), quantile(level) * error / (value * (1 - value))
    low, high = 1 / (1 + np.exp(-(centre - reach))), 1 / (1 + np.exp(-(centre + reach)))
    return Estimate("AUC", value, error, float(low), float(high), level)


def gini_estimate(outcome: pd.Series, score: pd.Series, level: float = LEVEL) -> Estimate:
    """2 AUC - 1."""
    area = auc_estimate(outcome, score, level)
    if area.standard_error is None or area.low is None or area.high is None:
        return Estimate("Gini", 2 * area.value - 1, None, None, None, level)
    return Estimate("Gini", 2 * area.value - 1, 2 * area.standard_error, 2 * area.low - 1, 2 * area.high - 1, level)


def ks_estimate(
    outcome: pd.Series, score: pd.Series, *, seed: int, resamples: int = RESAMPLES, level: float = LEVEL
) -> Estimate:
    """Largest distance between the two score distributions; percentile bootstrap within each outcome."""
    labels, scores = _aligned(outcome, score)
    _, codes = np.unique(scores, return_inverse=True)
    bad, good = tally(codes, weights=labels), tally(codes, weights=1 - labels)
    rng = np.random.default_rng(seed)
    drawn = np.array([_ks(_resample(rng, bad), _resample(rng, good)) for _ in range(resamples)])
    low, high = np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2])
    return Estimate("KS", _ks(bad, good), float(drawn.std(ddof=1)), float(low), float(high), level)


def compare(outcome: pd.Series, champion: pd.Series, challenger: pd.Series, level: float = LEVEL) -> Comparison:
    """Paired DeLong test: both scores rank the same rows, so their errors partly cancel."""
    labels, first = _aligned(outcome, champion)
    _, second = _aligned(outcome, challenger)
    bad, good = zip(_placements(labels, first), _placements(labels, second), strict=True)
    error = float(np.sqrt(_variance(bad[1] - bad[0]) + _variance(good[1] - good[0])))
    areas = auc(labels, first), auc(labels, second)
    gap = areas[1] - areas[0]
    p_value = float(2 * norm.sf(abs(gap) / error)) if error > 0 else float(gap == 0)
    return Comparison(areas[0], areas[1], symmetric("AUC difference", gap, error, level), p_value)


def _aligned(outcome: pd.Series, score: pd.Series) -> tuple[FloatArray, FloatArray]:
    same_rows(outcome, score)
    name = name_of(score, "score")
    return outcomes(outcome), numbers(score.to_frame(name), name)


def _placements(labels: FloatArray, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Share of the other outcome that each row outranks (Sun & Xu 2014: from ranks, n log n)."""
    bad, good = scores[labels == 1], scores[labels == 0]
    ranks = rankdata(np.concatenate([bad, good]))
    over_good = (ranks[: len(bad)] - rankdata(bad)) / len(good)
    under_bad = 1 - (ranks[len(bad) :] - rankdata(good)) / len(bad)
    return over_good, under_bad


def _variance(placements: FloatArray) -> float:
    return float(placements.var(ddof=1) / len(placements)) if len(placements) > 1 else 0.0


def _resample(rng: np.random.Generator, counted: FloatArray) -> FloatArray:
    total = counted.sum()
    return rng.multinomial(int(total), counted / total).astype(np.float64)


def _ks(bad: FloatArray, good: FloatArray) -> float:
    return float(np.abs(np.cumsum(bad) / bad.sum() - np.cumsum(good) / good.sum()).max())
