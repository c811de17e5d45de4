"""Gamma-Gamma: spend shrunk to the portfolio's mean by as much as the evidence allows."""

import json

import numpy as np
import pandas as pd
import pytest

from risk_models import gamma_gamma
from risk_models.errors import OutOfRangeError
from risk_models.gamma_gamma import GammaGamma


def spending(customers: int, seed: int) -> pd.DataFrame:
    """Drawn with p 6, q 4, gamma 15."""
    rng = np.random.default_rng(seed)
    frequency = rng.integers(1, 9, customers)
    rate = rng.gamma(4.0, 1 / 15.0, customers)
    return pd.DataFrame({"frequency": frequency, "spend": rng.gamma(6.0 * frequency, 1 / rate) / frequency})


def test_known_parameters_lie_in_the_intervals() -> None:
    fitted = gamma_gamma.fit(spending(20_000, seed=1))
    for found, truth in zip(fitted.estimates, (6.0, 4.0, 15.0), strict=True):
        assert found.low < truth < found.high


def test_gradient_and_hessian_equal_finite_differences() -> None:
    frame = spending(300, seed=2)
    data = (frame["frequency"].to_numpy(float), frame["spend"].to_numpy(), np.ones(len(frame)))
    point, step = np.array([5.0, 3.0, 12.0]), 1e-5
    _, gradient, hessian = gamma_gamma._likelihood(point, *data)
    for i in range(3):
        shift = np.eye(3)[i] * step
        above, below = (gamma_gamma._likelihood(point + sign * shift, *data) for sign in (1, -1))
        assert gradient[i] == pytest.approx((above[0] - below[0]) / (2 * step), rel=1e-6)
        np.testing.assert_allclose(hessian[i], (above[1] - below[1]) / (2 * step), rtol=1e-5, atol=1e-4)


def test_a_customer_without_repeat_purchase_is_worth_the_portfolio_mean() -> None:
    fitted = gamma_gamma.fit(spending(2000, seed=3))
    found = fitted.expected_spend(pd.DataFrame({"frequency": [0], "spend": [float("nan")]}))
    assert found["expected_spend"].iloc[0] == fitted.portfolio_mean


def test_parts_add_up_to_the_expected_spend() -> None:
    frame = spending(500, seed=4)
    found = gamma_gamma.fit(frame).expected_spend(frame)
    np.testing.assert_allclose(found["own_part"] + found["portfolio_part"], found["expected_spend"], rtol=1e-14)


def test_a_mean_that_does_not_exist_is_refused() -> None:
    fitted = gamma_gamma.fit(spending(500, seed=5))
    heavy = GammaGamma(fitted.p, 0.9, fitted.gamma, 0.0, 500, (), fitted.convergence)
    with pytest.raises(OutOfRangeError, match="does not exist"):
        heavy.expected_spend(spending(3, seed=6))


@pytest.mark.parametrize("frame", [{"frequency": [0], "spend": [3.0]}, {"frequency": [2], "spend": [0.0]}])
def test_customers_without_repeat_spend_are_refused_in_the_fit(frame: dict[str, list[float]]) -> None:
    with pytest.raises(OutOfRangeError):
        gamma_gamma.fit(pd.DataFrame(frame))


def test_a_stored_model_is_the_same_model() -> None:
    fitted = gamma_gamma.fit(spending(500, seed=5))
    assert GammaGamma.from_dict(json.loads(json.dumps(fitted.to_dict()))) == fitted
