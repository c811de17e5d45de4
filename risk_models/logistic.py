"""Logistic regression by Newton's method, with a ridge and the uncertainty of each coefficient.

Hastie, Tibshirani & Friedman, Elements of Statistical Learning (2009), §4.4 and §3.4.1. The intercept is never
penalised. With a ridge the standard errors are those of the penalised likelihood, slightly too small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from risk_models.arrays import FloatArray
from risk_models.estimate import Convergence, Estimate, standard_errors, symmetric
from risk_models.maximum import Derivatives, maximise
from risk_models.record import Record

INTERCEPT = "(intercept)"


@dataclass(frozen=True)
class Logistic(Record):
    """`log_likelihood` is the unpenalised one at the fitted coefficients."""

    intercept: float
    coefficients: tuple[float, ...]
    ridge: float
    log_likelihood: float
    rows: int
    estimates: tuple[Estimate, ...]
    convergence: Convergence


def fit(
    design: FloatArray,
    outcome: FloatArray,
    names: tuple[str, ...],
    *,
    ridge: float = 0.0,
    offset: FloatArray | None = None,
    weights: FloatArray | None = None,
) -> Logistic:
    """`design` (rows, columns) without intercept; `offset` is added to the log-odds with coefficient one."""
    weight = np.ones(len(outcome)) if weights is None else weights
    shift = np.zeros(len(outcome)) if offset is None else offset
    full = np.column_stack([np.ones(len(outcome)), design])
    penalty = np.concatenate([[0.0], np.full(design.shape[1], ridge)])
    rate = float(weight @ outcome / weight.sum())
    start = np.zeros(full.shape[1])
    start[0] = np.log(rate / (1 - rate)) - float(weight @ shift / weight.sum())
    found = maximise(lambda beta: _penalised(beta, full, outcome, weight, shift, penalty), start)
    errors = standard_errors(found.hessian)
    spread = [None] * len(start) if errors is None else [float(error) for error in errors]
    estimates = tuple(
        symmetric(name, float(value), error)
        for name, value, error in zip((INTERCEPT, *names), found.point, spread, strict=True)
    )
    likelihood = found.value + float(penalty @ found.point**2) / 2
    coefficients = tuple(float(value) for value in found.point[1:])
    return Logistic(float(found.point[0]), coefficients, ridge, likelihood, len(outcome), estimates, found.convergence)


def _penalised(
    beta: FloatArray,
    design: FloatArray,
    outcome: FloatArray,
    weight: FloatArray,
    shift: FloatArray,
    penalty: FloatArray,
) -> Derivatives:
    odds = design @ beta + shift
    chance = expit(odds)
    value = weight @ (outcome * odds - np.logaddexp(0.0, odds)) - penalty @ beta**2 / 2
    gradient = design.T @ (weight * (outcome - chance)) - penalty * beta
    hessian = -(design.T * (weight * chance * (1 - chance))) @ design - np.diag(penalty)
    return float(value), gradient, hessian
