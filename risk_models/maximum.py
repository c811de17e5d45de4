"""Maximum likelihood by a damped Newton method with exact first and second derivatives.

Nocedal & Wright, Numerical Optimization (2006), §3.4: eigenvalues of the wrong sign are reflected, so that each
step goes uphill; the step is halved until the likelihood rises (Armijo). Deterministic: no random start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from risk_models.arrays import FloatArray
from risk_models.estimate import Convergence, Estimate, positive_valued, standard_errors

Derivatives = tuple[float, FloatArray, FloatArray]
Objective = Callable[[FloatArray], Derivatives]

LIMIT = 200
TOLERANCE = 1e-10
LONGEST_STEP = 2.0
HALVINGS = 40


@dataclass(frozen=True)
class Maximum:
    point: FloatArray
    value: float
    hessian: FloatArray
    convergence: Convergence


def maximise(objective: Objective, start: FloatArray) -> Maximum:
    point = start.astype(np.float64)
    value, gradient, hessian = objective(point)
    for iteration in range(LIMIT):
        step = _uphill(gradient, hessian)
        decrement = float(gradient @ step) / 2
        if decrement <= TOLERANCE * max(1.0, abs(value)):
            return _polished(objective, point, step, iteration)
        found = _line_search(objective, point, step, value, float(gradient @ step))
        if found is None:
            return Maximum(
                point, value, hessian, Convergence(False, iteration, decrement, "no step raises the likelihood")
            )
        point, (value, gradient, hessian) = found
    return Maximum(point, value, hessian, Convergence(False, LIMIT, decrement, "iteration limit"))


def maximise_positive(objective: Objective, start: FloatArray, prior: float | None = None) -> Maximum:
    """As `maximise`, for parameters above zero: searches in logarithms.

    `point` is on the parameters' own scale, `hessian` on the logarithmic one. `prior` is the standard deviation of a
    normal prior on each logarithm, around the start: wide, it says nothing where the data speak, and keeps parameters
    finite where they do not (MAP; Gelman et al., Bayesian Data Analysis, 2013, §5.1). `value` is without it.
    """
    precision, centre = 0.0 if prior is None else 1 / prior**2, np.log(start)

    def in_logarithms(theta: FloatArray) -> Derivatives:
        parameters = np.exp(theta)
        value, gradient, hessian = objective(parameters)
        slope = gradient * parameters
        bend = hessian * np.outer(parameters, parameters) + np.diag(slope - precision)
        away = theta - centre
        return value - precision * float(away @ away) / 2, slope - precision * away, bend

    found = maximise(in_logarithms, centre)
    away = found.point - centre
    plain = found.value + precision * float(away @ away) / 2
    return Maximum(np.exp(found.point), plain, found.hessian, found.convergence)


def positive_estimates(names: tuple[str, ...], found: Maximum) -> tuple[Estimate, ...]:
    """Parameters found by `maximise_positive`, with intervals from the observed information."""
    errors = standard_errors(found.hessian)
    spread = [None] * len(names) if errors is None else [float(error) for error in errors]
    return tuple(positive_valued(name, float(v), e) for name, v, e in zip(names, found.point, spread, strict=True))


def _polished(objective: Objective, point: FloatArray, step: FloatArray, iterations: int) -> Maximum:
    """The last full step: quadratic convergence doubles the digits that the tolerance has secured.

    A flat direction is no maximum: there the parameters run off to where the data no longer tell them apart.
    """
    value, gradient, hessian = objective(point + step)
    left = max(float(gradient @ _uphill(gradient, hessian)) / 2, 0.0)
    determined = standard_errors(hessian) is not None
    reason = "gain below tolerance" if determined else "the data do not determine all parameters"
    return Maximum(point + step, value, hessian, Convergence(determined, iterations + 1, left, reason))


def _uphill(gradient: FloatArray, hessian: FloatArray) -> FloatArray:
    sizes, directions = np.linalg.eigh(hessian)
    curvature = np.maximum(np.abs(sizes), 1e-12 * max(1.0, float(np.abs(sizes).max())))
    step: FloatArray = directions @ ((directions.T @ gradient) / curvature)
    longest = float(np.abs(step).max())
    return step * (LONGEST_STEP / longest) if longest > LONGEST_STEP else step


def _line_search(
    objective: Objective, point: FloatArray, step: FloatArray, value: float, slope: float
) -> tuple[FloatArray, Derivatives] | None:
    for halving in range(HALVINGS):
        scale = 0.5**halving
        candidate = point + scale * step
        derivatives = objective(candidate)
        if np.isfinite(derivatives[0]) and derivatives[0] >= value + 1e-4 * scale * slope:
            return candidate, derivatives
    return None
