"""An estimated figure with its uncertainty, and the facts of the search that found it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from risk_models.arrays import FloatArray
from risk_models.record import Record

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate(Record):
    """`low`..`high` is a confidence interval of `level`; None where the data do not determine it."""

    name: str
    value: float
    standard_error: float | None
    low: float | None
    high: float | None
    level: float = LEVEL


@dataclass(frozen=True)
class Convergence(Record):
    """`decrement` is the gain in log-likelihood that one more Newton step still promises."""

    converged: bool
    iterations: int
    decrement: float
    reason: str


def quantile(level: float) -> float:
    """Two-sided normal quantile, 1.96 for .95."""
    return float(ndtri(0.5 + level / 2))


def symmetric(name: str, value: float, standard_error: float | None, level: float = LEVEL) -> Estimate:
    """Wald interval on the parameter's own scale."""
    if standard_error is None:
        return Estimate(name, value, None, None, None, level)
    reach = quantile(level) * standard_error
    return Estimate(name, value, standard_error, value - reach, value + reach, level)


def positive_valued(name: str, value: float, log_error: float | None, level: float = LEVEL) -> Estimate:
    """Interval symmetric in the logarithm (delta method), for parameters that live above zero."""
    if log_error is None:
        return Estimate(name, value, None, None, None, level)
    reach = np.exp(min(quantile(level) * log_error, 300.0))
    return Estimate(name, value, value * log_error, float(value / reach), float(value * reach), level)


def standard_errors(hessian: FloatArray) -> FloatArray | None:
    """From the Hessian of a log-likelihood at its maximum; None where it is not strictly concave."""
    try:
        factor = np.linalg.cholesky(-hessian)
    except np.linalg.LinAlgError:
        return None
    inverse = np.linalg.inv(factor)
    errors: FloatArray = np.sqrt((inverse**2).sum(axis=0))
    return errors if np.isfinite(errors).all() else None


def estimates_frame(estimates: tuple[Estimate, ...]) -> pd.DataFrame:
    rows = [(e.name, e.value, e.standard_error, e.low, e.high, e.level) for e in estimates]
    return pd.DataFrame(rows, columns=["name", "value", "standard_error", "low", "high", "level"])
