"""Logistic regression against scikit-learn, and its uncertainty against repetition."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from risk_models import logistic


def drawn(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    design = rng.normal(0, 1, (rows, 3))
    odds = -0.5 + design @ np.array([1.0, -0.7, 0.0])
    return design, (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)


@pytest.mark.parametrize("ridge", [0.1, 1.0, 25.0])
def test_coefficients_equal_scikit_learn(ridge: float) -> None:
    design, outcome = drawn(800, 1)
    oracle = LogisticRegression(C=1 / ridge, tol=1e-10, max_iter=500).fit(design, outcome)
    found = logistic.fit(design, outcome, ("a", "b", "c"), ridge=ridge)
    np.testing.assert_allclose(found.coefficients, oracle.coef_[0], atol=1e-6)
    assert found.intercept == pytest.approx(oracle.intercept_[0], abs=1e-6)


def test_standard_errors_equal_the_spread_of_repeated_samples() -> None:
    fits = [logistic.fit(*drawn(400, seed), ("a", "b", "c")) for seed in range(200)]
    for i in range(1, 4):
        spread = np.std([fit.estimates[i].value for fit in fits])
        assert np.mean([fit.estimates[i].standard_error for fit in fits]) == pytest.approx(spread, rel=0.12)


def test_a_weight_of_two_counts_a_row_twice() -> None:
    design, outcome = drawn(200, 2)
    weights = np.where(np.arange(200) < 100, 2.0, 1.0)
    twice = np.concatenate([np.arange(200), np.arange(100)])
    weighted = logistic.fit(design, outcome, ("a", "b", "c"), weights=weights)
    repeated = logistic.fit(design[twice], outcome[twice], ("a", "b", "c"))
    np.testing.assert_allclose(weighted.coefficients, repeated.coefficients, rtol=1e-9)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-12)


def test_a_coefficient_that_separable_data_cannot_bound_is_not_called_significant() -> None:
    design = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    found = logistic.fit(design, np.array([0.0, 0.0, 1.0, 1.0]), ("a",)).estimates[1]
    assert found.standard_error is None or found.low < 0 < found.high
