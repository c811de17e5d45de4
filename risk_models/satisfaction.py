"""What customers answer: NPS, CSAT and CES, with intervals that say how many answers stand behind them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t as student

from risk_models.arrays import FloatArray, counts, name_of, offenders
from risk_models.errors import OutOfRangeError
from risk_models.estimate import LEVEL, Estimate, quantile
from risk_models.proportion import share_estimate

PROMOTER, DETRACTOR = 9, 6
AGRESTI_COULL = 3.0
SATISFIED_BOXES = 2


def nps(answers: pd.Series, level: float = LEVEL) -> Estimate:
    """Net promoter score, -100..100, of answers 0..10 (Reichheld 2003): % of 9-10 less % of 0-6.

    Interval: adjusted Wald of Rocks (2016), "Interval Estimation for the Net Promoter Score": three answers are
    added, spread over the classes (¾, 1½, ¾), which keeps the coverage in small samples.
    """
    scores = _answers(answers, 0, 10)
    promoters, detractors = float((scores >= PROMOTER).sum()), float((scores <= DETRACTOR).sum())
    total = float(len(scores))
    adjusted = total + AGRESTI_COULL
    up, down = (promoters + AGRESTI_COULL / 4) / adjusted, (detractors + AGRESTI_COULL / 4) / adjusted
    error = 100 * float(np.sqrt((up + down - (up - down) ** 2) / adjusted))
    centre, reach = 100 * (up - down), quantile(level) * error
    value = 100 * (promoters - detractors) / total
    return Estimate("NPS", value, error, max(centre - reach, -100.0), min(centre + reach, 100.0), level)


def csat(answers: pd.Series, boxes: int = 5, level: float = LEVEL) -> Estimate:
    """Share of answers 1..`boxes` in the top two boxes, with Wilson's interval."""
    scores = _answers(answers, 1, boxes)
    return share_estimate("CSAT", float((scores > boxes - SATISFIED_BOXES).sum()), float(len(scores)), level)


def ces(answers: pd.Series, boxes: int = 7, level: float = LEVEL) -> Estimate:
    """Customer effort score: mean of answers 1..`boxes`, Student's interval; None for a single answer."""
    scores = _answers(answers, 1, boxes)
    mean = float(scores.mean())
    if len(scores) == 1:
        return Estimate("CES", mean, None, None, None, level)
    error = float(scores.std(ddof=1) / np.sqrt(len(scores)))
    reach = float(student.ppf(0.5 + level / 2, len(scores) - 1)) * error
    return Estimate("CES", mean, error, max(mean - reach, 1.0), min(mean + reach, float(boxes)), level)


def _answers(answers: pd.Series, lowest: int, highest: int) -> FloatArray:
    name = name_of(answers, "answer")
    scores = counts(answers.to_frame(name), name)
    outside = (scores < lowest) | (scores > highest)
    if outside.any():
        raise OutOfRangeError(f"{name} is outside {lowest}..{highest}", offenders(answers.index, outside))
    return scores
