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
