"""Shares of groups of which some have few trials: each drawn towards what all have in common, as far as they agree.

The beta-binomial hierarchy of Gelman et al. (2013), Bayesian Data Analysis, ch. 5: a group's share is drawn from a beta
distribution around the common rate with a weight of so many trials, and both are integrated over, none is plugged in.
The weight has their noninformative density (5.9), uniform in weight^-1/2, above the least weight that is believed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, betaln

from risk_models.arrays import FloatArray

_WEIGHTS, _RATES = 32, 40
_WIDER = 1.5
_LEAST, _MOST = 1e-6, 1.0 - 1e-6


@dataclass(frozen=True)
class Pooled:
    """Posterior of each group's share: its `mean` and `spread` (standard deviation).

    `rate` and `weight` are the means of what the groups have in common.
    """

    mean: FloatArray
    spread: FloatArray
    rate: float
    weight: float

    def quantile(self, level: float) -> FloatArray:
        """Of the beta distribution with the posterior's mean and variance."""
        size = self.mean * (1 - self.mean) / self.spread**2 - 1
        found: FloatArray = betaincinv(self.mean * size, (1 - self.mean) * size, level)
        return found


def partial_pool(
    successes: FloatArray,
    trials: FloatArray,
    assumed: tuple[float, float],
    least_weight: float,
    relative: FloatArray | None = None,
) -> Pooled:
    """`assumed` are successes and failures that stand for what was believed of the common rate before (each at least
    half a trial, Jeffreys); `relative` says how many times the common rate a group's is expected to be, 1 unless said.

    Groups without trials get what they are expected to have. Sums run over a grid: weights at equal steps of
    weight^-1/2, rates at the nodes of Gauss and Legendre under a beta distribution that is close to the posterior.
    """
    times = np.ones_like(trials) if relative is None else relative
    before = (max(assumed[0], 0.5), max(assumed[1], 0.5))
    weight = (np.sqrt(least_weight) / ((np.arange(_WEIGHTS) + 0.5) / _WEIGHTS)) ** 2
    rate, log_share = _rates(successes, trials, times, weight, before)
    shape = weight[:, None, None] * np.clip(rate[..., None] * times, _LEAST, _MOST)
    other = weight[:, None, None] - shape
    log_mass = _log_beta(rate, *before) + log_share
    log_mass += (betaln(shape + successes, other + trials - successes) - betaln(shape, other)).sum(axis=-1)
    mass = np.exp(log_mass - log_mass.max())
    mass /= mass.sum()
    total = weight[:, None, None] + trials
    mean = (shape + successes) / total
    square = mean**2 + mean * (1 - mean) / (total + 1)
    centre = _over(mass, mean)
    spread = np.sqrt(_over(mass, square) - centre**2)
    return Pooled(centre, spread, float((mass * rate).sum()), float((mass * weight[:, None]).sum()))


def _rates(
    successes: FloatArray, trials: FloatArray, times: FloatArray, weight: FloatArray, before: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """(weights x rates) and the logarithm of what each stands for: its node's share over the density there.

    A group of n trials tells of the common rate as much as n (w + 1) / (w + n) trials of different groups would.
    """
    told = trials * (weight[:, None] + 1) / (weight[:, None] + np.maximum(trials, 1))
    share = np.clip(np.divide(successes, np.maximum(trials, 1)) / times, 0.0, 1.0)
    shape = before[0] + (told * share).sum(axis=1) / _WIDER
    other = before[1] + (told * (1 - share)).sum(axis=1) / _WIDER
    steps, shares = np.polynomial.legendre.leggauss(_RATES)
    rate = np.clip(betaincinv(shape[:, None], other[:, None], (steps + 1) / 2), _LEAST, _MOST)
    return rate, np.log(shares) - _log_beta(rate, shape[:, None], other[:, None])


def _log_beta(at: FloatArray, shape: FloatArray | float, other: FloatArray | float) -> FloatArray:
    found: FloatArray = (shape - 1) * np.log(at) + (other - 1) * np.log1p(-at) - betaln(shape, other)
    return found


def _over(mass: FloatArray, figures: FloatArray) -> FloatArray:
    found: FloatArray = np.einsum("kj,kjg->g", mass, figures)
    return found
