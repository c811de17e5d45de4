"""A share with its uncertainty: Wilson's score interval (1927), sound for small samples and shares near 0 or 1."""

from __future__ import annotations

import numpy as np

from risk_models.arrays import FloatArray
from risk_models.estimate import LEVEL, Estimate, quantile


def wilson(successes: FloatArray, trials: FloatArray, level: float = LEVEL) -> tuple[FloatArray, FloatArray]:
    """Lower and upper bounds; NaN where there was no trial."""
    z = quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = successes / trials
        centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
        reach = z / (1 + z**2 / trials) * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    return np.maximum(centre - reach, 0.0), np.minimum(centre + reach, 1.0)


def share_estimate(name: str, successes: float, trials: float, level: float = LEVEL) -> Estimate:
    share = successes / trials
    low, high = wilson(np.array([successes]), np.array([trials]), level)
    return Estimate(name, share, float(np.sqrt(share * (1 - share) / trials)), float(low[0]), float(high[0]), level)


def difference(name: str, first: tuple[float, float], second: tuple[float, float], level: float = LEVEL) -> Estimate:
    """First share less the second, each given as (successes, trials): Newcombe (1998), Stat. Med. 17, method 10.

    The hybrid of two Wilson intervals: sound where Wald's collapses, for small samples and shares near 0 or 1.
    """
    successes, trials = np.array([first[0], second[0]]), np.array([first[1], second[1]])
    (p, q), (low, high) = successes / trials, wilson(successes, trials, level)
    below = float(np.sqrt((p - low[0]) ** 2 + (high[1] - q) ** 2))
    above = float(np.sqrt((high[0] - p) ** 2 + (q - low[1]) ** 2))
    error = float(np.sqrt(p * (1 - p) / trials[0] + q * (1 - q) / trials[1]))
    return Estimate(name, float(p - q), error, float(p - q) - below, float(p - q) + above, level)


def detectable(share: float, trials: tuple[float, float], power: float = 0.8, level: float = LEVEL) -> float:
    """The smallest difference that two groups of these sizes would show with this power, around a common share.

    Normal approximation (Fleiss, Levin, Paik 2003, ch. 4) with p(1 - p) at the share.
    """
    spread = np.sqrt(share * (1 - share) * (1 / trials[0] + 1 / trials[1]))
    return float((quantile(level) + quantile(2 * power - 1)) * spread)
