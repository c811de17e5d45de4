"""BG/NBD: how often a customer will buy again, and whether he is still one.

Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2). While alive a customer
buys at a Poisson rate, gamma distributed over customers (r, alpha); after each purchase he leaves with a
probability that is beta distributed (a, b). Histories as in `purchase_history`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import digamma, expit, gammaln, hyp2f1, polygamma

from risk_models.arrays import FloatArray, tally
from risk_models.errors import OutOfRangeError
from risk_models.estimate import Convergence, Estimate
from risk_models.grouping import group
from risk_models.maximum import Derivatives, maximise_positive, positive_estimates
from risk_models.purchase_history import Histories, histories
from risk_models.record import Record

NAMES = ("r", "alpha", "a", "b")
SINGULAR = 1e-5
NUDGE = 1e-4
LARGE = 20.0
ABSCISSAE, WEIGHTS = np.polynomial.legendre.leggauss(160)


@dataclass(frozen=True)
class BgNbd(Record):
    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    customers: int
    estimates: tuple[Estimate, ...]
    convergence: Convergence

    def alive(self, frame: pd.DataFrame) -> pd.DataFrame:
        """P(alive) with its reasons.

        The log-odds of being alive are the sum of `frequency_effect` ln((b+x-1)/a) and `silence_effect`
        -(r+x) ln((alpha+T)/(alpha+t_x)); a customer without repeat purchase has had no occasion to leave (p = 1).
        """
        h = histories(frame)
        frequency, silence = _evidence(self, h)
        probability = np.where(h.frequency > 0, expit(frequency + silence), 1.0)
        columns = {"p_alive": probability, "frequency_effect": frequency, "silence_effect": silence}
        return pd.DataFrame(columns, index=frame.index)

    def expected_purchases(self, frame: pd.DataFrame, horizon: float) -> pd.Series:
        """E[Y(t) | x, t_x, T], equation 10: purchases expected in the next `horizon` units of time."""
        if horizon < 0:
            raise OutOfRangeError("The horizon is negative", remedy="Pass a time from now on, zero or more.")
        h = histories(frame)
        groups = group(h.frequency, h.recency, h.age)
        distinct = Histories(*groups.columns)
        frequency, silence = _evidence(self, distinct)
        alive = np.where(distinct.frequency > 0, expit(frequency + silence), 1.0)
        expected = alive * _purchases_if_alive(self, distinct.frequency, distinct.age, horizon)
        return pd.Series(expected[groups.members], index=frame.index, name="expected_purchases")

    def expected_of_newcomer(self, time: float) -> float:
        """E[X(t)], equation 9: repeat purchases a new customer makes within `time`."""
        return float(_purchases_if_alive(self, np.zeros(1), np.zeros(1), time)[0])


def fit(frame: pd.DataFrame, prior: float | None = None) -> BgNbd:
    """Maximum likelihood with exact derivatives over the distinct histories.

    `prior` (see `maximum`): for customers of whom nobody leaves, or who all keep one rhythm.
    """
    h = histories(frame)
    groups = group(h.frequency, h.recency, h.age)
    likelihood = _Likelihood.of(Histories(*groups.columns), groups.sizes)
    rate = max(float(h.frequency.sum() / h.age.sum()), 1e-6)
    found = maximise_positive(likelihood, np.array([1.0, 1.0 / rate, 1.0, 2.0]), prior)
    r, alpha, a, b = (float(value) for value in found.point)
    return BgNbd(r, alpha, a, b, found.value, len(frame), positive_estimates(NAMES, found), found.convergence)


@dataclass(frozen=True)
class _Likelihood:
    """Equation 6 in logarithms, with gradient and Hessian in (r, alpha, a, b)."""

    x: FloatArray
    t_x: FloatArray
    age: FloatArray
    sizes: FloatArray
    levels: FloatArray
    level_sizes: FloatArray

    @classmethod
    def of(cls, h: Histories, sizes: FloatArray) -> _Likelihood:
        levels, codes = np.unique(h.frequency, return_inverse=True)
        return cls(h.frequency, h.recency, h.age, sizes, levels, tally(codes, weights=sizes))

    def __call__(self, parameters: FloatArray) -> Derivatives:
        r, alpha, a, b = (float(value) for value in parameters)
        value, gradient, hessian = self._counts(r, alpha, a, b)
        k, n = r + self.x, self.sizes
        staying, leaving = alpha + self.age, alpha + self.t_x
        log_staying, log_leaving = np.log(staying), np.log(leaving)
        repeat = self.x > 0
        before = np.where(repeat, b + self.x - 1, 1.0)
        log_ratio = np.where(repeat, np.log(a) - np.log(before) + k * (log_staying - log_leaving), -np.inf)
        w = expit(log_ratio)
        value += float(n @ (np.logaddexp(0.0, log_ratio) - k * log_staying))
        stay, gone = n * (1 - w), n * w
        d_alpha_stay, d_alpha_gone = k / staying, k / leaving
        gradient += [
            -(stay @ log_staying + gone @ log_leaving),
            -(stay @ d_alpha_stay + gone @ d_alpha_gone),
            gone.sum() / a,
            -(gone @ (1 / before)),
        ]
        hessian[0, 1] -= stay @ (1 / staying) + gone @ (1 / leaving)
        hessian[1, 0] = hessian[0, 1]
        hessian[1, 1] += stay @ (d_alpha_stay / staying) + gone @ (d_alpha_gone / leaving)
        hessian[2, 2] -= gone.sum() / a**2
        hessian[3, 3] += gone @ (1 / before**2)
        apart = np.stack([log_staying - log_leaving, d_alpha_stay - d_alpha_gone, np.full_like(w, 1 / a), -1 / before])
        hessian += (apart * (gone * (1 - w))) @ apart.T
        return value, gradient, hessian

    def _counts(self, r: float, alpha: float, a: float, b: float) -> Derivatives:
        """The factors that depend on x alone: gamma and beta functions over the few distinct counts."""
        x, n = self.levels, self.level_sizes
        total = n.sum()
        value = n @ (gammaln(r + x) - gammaln(r) + gammaln(a + b) - gammaln(a + b + x) + gammaln(b + x) - gammaln(b))
        joint = n @ (digamma(a + b) - digamma(a + b + x))
        gradient = np.array(
            [
                n @ (digamma(r + x) - digamma(r)) + total * np.log(alpha),
                total * r / alpha,
                joint,
                joint + n @ (digamma(b + x) - digamma(b)),
            ]
        )
        bend = n @ (polygamma(1, a + b) - polygamma(1, a + b + x))
        hessian = np.zeros((4, 4))
        hessian[0, 0] = n @ (polygamma(1, r + x) - polygamma(1, r))
        hessian[0, 1] = hessian[1, 0] = total / alpha
        hessian[1, 1] = -total * r / alpha**2
        hessian[2:, 2:] = bend
        hessian[3, 3] += n @ (polygamma(1, b + x) - polygamma(1, b))
        return float(value + total * r * np.log(alpha)), gradient, hessian


def _evidence(model: BgNbd, h: Histories) -> tuple[FloatArray, FloatArray]:
    before = np.where(h.frequency > 0, model.b + h.frequency - 1, model.a)
    frequency = np.log(before / model.a)
    gap = np.log1p((h.age - h.recency) / (model.alpha + h.recency))
    silence = np.where(h.frequency > 0, -(model.r + h.frequency) * gap, 0.0)
    return frequency, silence


def _purchases_if_alive(model: BgNbd, x: FloatArray, age: FloatArray, horizon: float) -> FloatArray:
    """The bracket of equation 10 after Euler's transformation, in which no term grows with x:

    (a+b+x-1)/(a-1) · [1 - (1-z)^(a-1) · 2F1(a+b-1-r, a-1; a+b+x-1; z)],  z = t/(alpha+T+t).

    The singularities at a = 1 and a + b + x = 1 are removable: there the mean of both sides is taken. For large a,
    where 2F1 overflows, the posterior of the dropout probability is so narrow that it is integrated directly.
    """

    def bracket(a: float) -> FloatArray:
        top = a + model.b + x - 1
        shape = hyp2f1(a + model.b - 1 - model.r, a - 1, top, z)
        result: FloatArray = top / (a - 1) * (1 - np.exp((a - 1) * np.log1p(-z)) * shape)
        return result

    if model.a > LARGE:
        return _posterior_mean(model, x, age, horizon)
    z = horizon / (model.alpha + age + horizon)
    singular = abs(model.a - 1) < SINGULAR or bool((np.abs(model.a + model.b + x - 1) < SINGULAR).any())
    if singular:
        return (bracket(model.a + NUDGE) + bracket(model.a - NUDGE)) / 2
    return bracket(model.a)


def _posterior_mean(model: BgNbd, x: FloatArray, age: FloatArray, horizon: float) -> FloatArray:
    """Mean of (1 - (1 + p·t/(alpha+T))^-(r+x)) / p over p ~ beta(a, b+x): purchases before a dropout at rate p.

    Gauss-Legendre in the logit of p, ten deviations or forty e-folds of the tails to either side of the middle.
    """
    a, b = model.a, (model.b + x)[:, None]
    low = -np.maximum(10 / np.sqrt(a) + 10 / np.sqrt(b), 40 / a)
    high = np.maximum(10 / np.sqrt(a) + 10 / np.sqrt(b), 40 / b)
    logit = np.log(a / b) + low + (high - low) * (ABSCISSAE + 1) / 2
    log_p, log_q = -np.logaddexp(0.0, -logit), -np.logaddexp(0.0, logit)
    density = a * log_p + b * log_q
    weight = WEIGHTS * np.exp(density - density.max(axis=1, keepdims=True))
    p = np.exp(log_p)
    gain = -np.expm1(-(model.r + x)[:, None] * np.log1p(p * (horizon / (model.alpha + age))[:, None])) / p
    mean: FloatArray = (weight * gain).sum(axis=1) / weight.sum(axis=1)
    return mean
