"""A difference of shares within strata, for groups that were drawn in other proportions from time to time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from risk_models.estimate import LEVEL, Estimate, symmetric

Arm = tuple[float, float]
"""(successes, trials)."""


def pooled_difference(name: str, strata: Sequence[tuple[Arm, Arm]], level: float = LEVEL) -> Estimate:
    """Mantel-Haenszel difference of the first share less the second: Greenland and Robins (1985), Biometrics 41, 55-68.

    Every stratum needs trials in both arms; with one stratum it is the plain difference with Wald's interval.
    """
    given = np.array([[*first, *second] for first, second in strata], dtype=np.float64)
    reached, treated, unaided, alone = given.T
    weight = treated * alone / (treated + alone)
    value = float(np.sum(weight * (reached / treated - unaided / alone)) / np.sum(weight))
    spread = (reached * (treated - reached) * alone**3 + unaided * (alone - unaided) * treated**3) / (
        treated * alone * (treated + alone) ** 2
    )
    return symmetric(name, value, float(np.sqrt(np.sum(spread)) / np.sum(weight)), level)
