"""Gamma-Gamma: the mean value of a customer's purchases, shrunk towards the portfolio's.

Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value". Purchases are gamma (p, nu) around a customer's
own mean, nu is gamma (q, gamma) over customers; independent of how often they buy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln, polygamma

from risk_models.arrays import FloatArray, counts, offenders, positive
from risk_models.errors import OutOfRangeError
from risk_models.estimate import Convergence, Estimate
from risk_models.grouping import group
from risk_models.maximum import Derivatives, maximise_positive, positive_estimates
from risk_models.record import Record

NAMES = ("p", "q", "gamma")


@dataclass(frozen=True)
class GammaGamma(Record):
    p: float
    q: float
    gamma: float
    log_likelihood: float
    customers: int
    estimates: tuple[Estimate, ...]
    convergence: Convergence

    @property
    def portfolio_mean(self) -> float:
        """E(Z) = p·gamma/(q-1), the value of a purchase by a customer of whom nothing is known."""
        if self.q <= 1:
            raise OutOfRangeError(
                f"The mean spend does not exist: q = {self.q:.3f} is not above 1",
                remedy="Trim extreme amounts or fit on more customers.",
            )
        return self.p * self.gamma / (self.q - 1)

    def expected_spend(self, frame: pd.DataFrame) -> pd.DataFrame:
        """E(M | x, spend), equation 5, a weighted mean; `own_part` and `portfolio_part` add up to it.

        `frequency` 0 counts as no evidence, whatever stands in `spend`.
        """
        x = counts(frame, "frequency")
        own = np.zeros(len(frame))
        own[x > 0] = positive(frame[x > 0], "spend") if (x > 0).any() else own[x > 0]
        mean = self.portfolio_mean
        weight = self.p * x / (self.p * x + self.q - 1)
        columns = {
            "expected_spend": weight * own + (1 - weight) * mean,
            "own_weight": weight,
            "own_part": weight * own,
            "portfolio_part": (1 - weight) * mean,
        }
        return pd.DataFrame(columns, index=frame.index)


def fit(frame: pd.DataFrame, prior: float | None = None) -> GammaGamma:
    """Maximum likelihood over customers with at least one repeat purchase (`frequency`, `spend`).

    `prior` (see `maximum`): for amounts that vary too little within a customer, or between customers.
    """
    x, spend = counts(frame, "frequency"), positive(frame, "spend")
    if (x == 0).any():
        raise OutOfRangeError(
            "frequency is 0", offenders(frame.index, x == 0), "Fit on customers with a repeat purchase only."
        )
    groups = group(x, spend)
    counted, means = groups.columns
    start = np.array([2.0, 2.0, float(np.average(means, weights=groups.sizes)) / 2])
    found = maximise_positive(lambda v: _likelihood(v, counted, means, groups.sizes), start, prior)
    p, q, gamma = (float(value) for value in found.point)
    return GammaGamma(p, q, gamma, found.value, len(frame), positive_estimates(NAMES, found), found.convergence)


def _likelihood(parameters: FloatArray, x: FloatArray, spend: FloatArray, sizes: FloatArray) -> Derivatives:
    """Equation 1a in logarithms: ln of a beta-prime density of the customer's total x·spend."""
    p, q, gamma = (float(value) for value in parameters)
    shape, total = p * x, gamma + x * spend
    n, share = sizes.sum(), x * spend / total
    logs = np.log(x * spend) - np.log(total)
    value = sizes @ (
        gammaln(shape + q)
        - gammaln(shape)
        - gammaln(q)
        + shape * logs
        + q * (np.log(gamma) - np.log(total))
        - np.log(spend)
    )
    slope_p = digamma(shape + q) - digamma(shape) + logs
    slope_q = digamma(shape + q) - digamma(q) + np.log(gamma) - np.log(total)
    slope_gamma = q / gamma - (shape + q) / total
    joint = polygamma(1, shape + q)
    hessian = np.empty((3, 3))
    hessian[0, 0] = sizes @ (x**2 * (joint - polygamma(1, shape)))
    hessian[0, 1] = hessian[1, 0] = sizes @ (x * joint)
    hessian[1, 1] = sizes @ joint - n * polygamma(1, q)
    hessian[0, 2] = hessian[2, 0] = -(sizes @ (x / total))
    hessian[1, 2] = hessian[2, 1] = sizes @ share / gamma
    hessian[2, 2] = sizes @ ((shape + q) / total**2) - n * q / gamma**2
    return float(value), np.array([sizes @ (x * slope_p), sizes @ slope_q, sizes @ slope_gamma]), hessian
