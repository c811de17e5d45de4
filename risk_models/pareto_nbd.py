"""Pareto/NBD: purchases while alive, and a death that nobody reports.

Schmittlein, Morrison & Colombo (1987); likelihood as in Fader & Hardie (2005), "A Note on Deriving the Pareto/NBD
Model". Purchase rates are gamma distributed (r, alpha), death rates gamma (s, beta).

The literature writes the likelihood with differences of 2F1, which overflow and cancel for large x. Before it is
integrated it is a sum of positive terms: the customer is alive at T, or died at some tau in (t_x, T],

    L = G(r+x)/G(r) alpha^r beta^s · [ (alpha+T)^-(r+x) (beta+T)^-s + s ∫ (alpha+tau)^-(r+x) (beta+tau)^-(s+1) dtau ].

The integrand is log-concave in ln(c+tau), c = min(alpha, beta); Gauss-Legendre nodes in that variable make the
bracket a log-sum-exp, whose derivatives are exact expectations over its terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import digamma, exprel, gammaln, hyperu, logsumexp, polygamma

from risk_models.arrays import FloatArray, tally
from risk_models.errors import OutOfRangeError
from risk_models.estimate import Convergence, Estimate
from risk_models.grouping import Groups, group
from risk_models.maximum import Derivatives, maximise_positive, positive_estimates
from risk_models.purchase_history import histories
from risk_models.record import Record

NAMES = ("r", "alpha", "s", "beta")
ABSCISSAE, WEIGHTS = np.polynomial.legendre.leggauss(48)
NEGLIGIBLE = 42.0  # e-folds below the largest term: e^-42 is under the rounding of float64
BLOCK = 512  # rows × nodes × slopes then stay in the processor's cache


@dataclass(frozen=True)
class ParetoNbd(Record):
    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float
    customers: int
    estimates: tuple[Estimate, ...]
    convergence: Convergence

    def alive(self, frame: pd.DataFrame) -> pd.DataFrame:
        """P(alive) with its reasons, three steps that add up to its log-odds:

        `age_effect` a customer of this age without repeat purchase; `frequency_effect` what x purchases evenly
        spread over that age add; `silence_effect` what the actual date of the last purchase adds to that.
        """
        h = histories(frame)
        groups = group(h.frequency, h.recency, h.age)
        x, t_x, age = groups.columns
        start = self._log_odds(np.zeros_like(x), np.zeros_like(x), age)
        even = self._log_odds(x, age * x / (x + 1), age)
        actual = self._log_odds(x, t_x, age)
        columns = {
            "p_alive": np.exp(-np.logaddexp(0.0, -actual)),
            "age_effect": start,
            "frequency_effect": even - start,
            "silence_effect": actual - even,
        }
        return pd.DataFrame({name: values[groups.members] for name, values in columns.items()}, index=frame.index)

    def expected_purchases(self, frame: pd.DataFrame, horizon: float) -> pd.Series:
        """E[Y(t) | x, t_x, T]: purchases expected in the next `horizon` units of time (finite at s = 1 too)."""
        if horizon < 0:
            raise OutOfRangeError("The horizon is negative", remedy="Pass a time from now on, zero or more.")
        h, alive = histories(frame), self.alive(frame)["p_alive"].to_numpy()
        gap = np.log1p(horizon / (self.beta + h.age))
        lifetime = (self.beta + h.age) * gap * exprel(-(self.s - 1) * gap)
        expected = alive * (self.r + h.frequency) / (self.alpha + h.age) * lifetime
        return pd.Series(expected, index=frame.index, name="expected_purchases")

    def discounted_purchases(self, frame: pd.DataFrame, rate: float) -> pd.Series:
        """DERT: all future purchases, discounted continuously at `rate` per unit of time.

        Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42(4), equation 2.
        """
        if rate <= 0:
            raise OutOfRangeError("The discount rate is not above zero", remedy="Pass a positive rate per time unit.")
        h, alive = histories(frame), self.alive(frame)["p_alive"].to_numpy()
        z = rate * (self.beta + h.age)
        worth = np.exp(self.s * np.log(z)) * hyperu(self.s, self.s, z) / rate
        expected = alive * (self.r + h.frequency) / (self.alpha + h.age) * worth
        return pd.Series(expected, index=frame.index, name="discounted_purchases")

    def expected_of_newcomer(self, time: float) -> float:
        """E[X(t)]: repeat purchases a new customer makes within `time`."""
        gap = np.log1p(time / self.beta)
        return float(self.r * self.beta / self.alpha * gap * exprel(-(self.s - 1) * gap))

    def _log_odds(self, x: FloatArray, t_x: FloatArray, age: FloatArray) -> FloatArray:
        parameters = np.array([self.r, self.alpha, self.s, self.beta])
        blocks = [
            _terms(parameters, x[at : at + BLOCK], t_x[at : at + BLOCK], age[at : at + BLOCK])
            for at in range(0, len(x), BLOCK)
        ]
        with np.errstate(divide="ignore"):
            return np.concatenate([block.logs[:, 0] - logsumexp(block.logs[:, 1:], axis=1) for block in blocks])


def fit(frame: pd.DataFrame) -> ParetoNbd:
    """Maximum likelihood with exact derivatives over the distinct histories."""
    h = histories(frame)
    groups = group(h.frequency, h.recency, h.age)
    rate = max(float(h.frequency.sum() / h.age.sum()), 1e-6)
    start = np.array([1.0, 1.0 / rate, 1.0, float(h.age.mean())])
    found = maximise_positive(lambda parameters: _likelihood(parameters, groups), start)
    r, alpha, s, beta = (float(value) for value in found.point)
    return ParetoNbd(r, alpha, s, beta, found.value, len(frame), positive_estimates(NAMES, found), found.convergence)


class _Terms(NamedTuple):
    """Logarithms of the bracket's terms, per row: column 0 alive at T, the others death at the nodes `tau`."""

    logs: FloatArray
    tau: FloatArray


def _terms(parameters: FloatArray, x: FloatArray, t_x: FloatArray, age: FloatArray) -> _Terms:
    r, alpha, s, beta = (float(value) for value in parameters)
    power = (r + x)[:, None]
    corner = min(alpha, beta)
    low, width = np.log(corner + t_x), np.log1p((age - t_x) / (corner + t_x))
    decay = (r + x) * (corner + t_x) / (alpha + t_x) + (s + 1) * (corner + t_x) / (beta + t_x) - 1
    width = np.where(decay * width > NEGLIGIBLE, NEGLIGIBLE / np.maximum(decay, 1e-300), width)
    node = low[:, None] + width[:, None] * (ABSCISSAE + 1) / 2
    tau = np.exp(node) - corner
    with np.errstate(divide="ignore"):
        died = np.log(s * WEIGHTS / 2) + np.log(width)[:, None] + node
    died = died - power * np.log(alpha + tau) - (s + 1) * np.log(beta + tau)
    stayed = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    return _Terms(np.column_stack([stayed, died]), np.column_stack([age, tau]))


def _likelihood(parameters: FloatArray, groups: Groups) -> Derivatives:
    x, t_x, age = groups.columns
    value, gradient, hessian = _counts(parameters, x, groups.sizes)
    for at in range(0, len(x), BLOCK):
        part = slice(at, at + BLOCK)
        terms = _terms(parameters, x[part], t_x[part], age[part])
        mixed = _mixture(parameters, terms, x[part], groups.sizes[part])
        value, gradient, hessian = value + mixed[0], gradient + mixed[1], hessian + mixed[2]
    return value, gradient, hessian


def _mixture(parameters: FloatArray, terms: _Terms, x: FloatArray, sizes: FloatArray) -> Derivatives:
    """ln of the bracket: the Hessian is the mean of the terms' Hessians plus the variance of their gradients."""
    r, alpha, s, beta = (float(value) for value in parameters)
    peak = terms.logs.max(axis=1, keepdims=True)
    share = np.exp(terms.logs - peak)
    mass = share.sum(axis=1, keepdims=True)
    share /= mass
    power = (r + x)[:, None]
    death = np.full(terms.logs.shape[1], s + 1)
    death[0] = s
    by_alpha, by_beta = 1 / (alpha + terms.tau), 1 / (beta + terms.tau)
    slopes = np.stack([-np.log(alpha + terms.tau), -power * by_alpha, -np.log(beta + terms.tau), -death * by_beta])
    slopes[2, :, 1:] += 1 / s
    mean = np.einsum("prk,rk->pr", slopes, share)
    apart = slopes - mean[:, :, None]
    weight = share * sizes[:, None]
    hessian = np.einsum("prk,qrk,rk->pq", apart, apart, weight, optimize=True)
    hessian[0, 1] -= (weight * by_alpha).sum()
    hessian[1, 1] += (weight * power * by_alpha**2).sum()
    hessian[2, 2] -= weight[:, 1:].sum() / s**2
    hessian[2, 3] -= (weight * by_beta).sum()
    hessian[3, 3] += (weight * death * by_beta**2).sum()
    hessian[1, 0], hessian[3, 2] = hessian[0, 1], hessian[2, 3]
    return float(sizes @ (peak[:, 0] + np.log(mass[:, 0]))), mean @ sizes, hessian


def _counts(parameters: FloatArray, x: FloatArray, sizes: FloatArray) -> Derivatives:
    """The factor before the bracket."""
    r, alpha, s, beta = (float(value) for value in parameters)
    levels, codes = np.unique(x, return_inverse=True)
    n, total = tally(codes, weights=sizes), float(sizes.sum())
    value = n @ (gammaln(r + levels) - gammaln(r)) + total * (r * np.log(alpha) + s * np.log(beta))
    slope_r = n @ (digamma(r + levels) - digamma(r)) + total * np.log(alpha)
    gradient = np.array([slope_r, total * r / alpha, total * np.log(beta), total * s / beta])
    hessian = np.zeros((4, 4))
    hessian[0, 0] = n @ (polygamma(1, r + levels) - polygamma(1, r))
    hessian[0, 1] = hessian[1, 0] = total / alpha
    hessian[1, 1] = -total * r / alpha**2
    hessian[2, 3] = hessian[3, 2] = total / beta
    hessian[3, 3] = -total * s / beta**2
    return float(value), gradient, hessian
