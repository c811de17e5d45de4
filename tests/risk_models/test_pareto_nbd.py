"""Pareto/NBD: the quadrature against adaptive integration and the closed form, far outside the usual range."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import hyp2f1

from risk_models import pareto_nbd
from risk_models.errors import OutOfRangeError
from risk_models.estimate import Convergence
from risk_models.grouping import group
from risk_models.pareto_nbd import ParetoNbd
from tests.risk_models.samples import purchase_histories

MODEL = ParetoNbd(0.553, 10.578, 0.606, 11.669, -9595.0, 2357, (), Convergence(True, 8, 0.0, "published"))


def history(frequency: float, recency: float, age: float) -> pd.DataFrame:
    return pd.DataFrame({"frequency": [frequency], "recency": [recency], "age": [age]})


def alive_by_integration(model: ParetoNbd, x: float, t_x: float, age: float) -> float:
    """1 / (1 + integral), the integrand relative to the term of the survivor and split where it decays."""
    top = -(model.r + x) * np.log(model.alpha + age) - model.s * np.log(model.beta + age)

    def integrand(u: float) -> float:
        tau = t_x + (age - t_x) * u
        logs = -(model.r + x) * np.log(model.alpha + tau) - (model.s + 1) * np.log(model.beta + tau)
        return float(np.exp(min(logs - top, 700.0)))

    parts = [0, 1e-4, 1e-3, 1e-2, 0.1, 0.3, 0.6, 1]
    total = sum(quad(integrand, a, b, epsabs=0, epsrel=1e-11)[0] for a, b in pairwise(parts))
    return 1 / (1 + model.s * (age - t_x) * total)


@given(
    st.integers(0, 80),
    st.floats(0.05, 1),
    st.floats(0.05, 400),
    st.floats(0.05, 30),
    st.floats(0.05, 60),
    st.floats(0.05, 30),
    st.floats(0.05, 60),
)
@settings(max_examples=120, deadline=None, derandomize=True)
def test_alive_equals_adaptive_integration(
    x: int, part: float, age: float, r: float, alpha: float, s: float, beta: float
) -> None:
    model = replace(MODEL, r=r, alpha=alpha, s=s, beta=beta)
    t_x = age * part if x else 0.0
    expected = alive_by_integration(model, x, t_x, age)
    assert model.alive(history(x, t_x, age))["p_alive"].iloc[0] == pytest.approx(expected, rel=1e-8, abs=1e-12)


def test_likelihood_equals_the_published_closed_form() -> None:
    """Fader & Hardie (2005), equations 2 and 3, for alpha > beta, where their form is stable."""
    r, alpha, s, beta, x, t_x, age = 0.7, 12.0, 0.9, 8.0, 4.0, 20.0, 39.0
    power = r + s + x

    def part(t: float) -> float:
        return float(hyp2f1(power, s + 1, power + 1, (alpha - beta) / (alpha + t)) / (alpha + t) ** power)

    survivor = 1 / ((alpha + age) ** (r + x) * (beta + age) ** s)
    published = r * (r + 1) * (r + 2) * (r + 3) * alpha**r * beta**s
    published *= survivor + s / power * (part(t_x) - part(age))
    groups = group(np.array([x]), np.array([t_x]), np.array([age]))
    value, _, _ = pareto_nbd._likelihood(np.array([r, alpha, s, beta]), groups)
    assert value == pytest.approx(np.log(published), rel=1e-12)


def test_gradient_and_hessian_equal_finite_differences() -> None:
    frame = purchase_histories(150, seed=5)
    groups = group(*(frame[name].to_numpy() for name in ("frequency", "recency", "age")))
    point, step = np.array([0.6, 9.0, 0.7, 12.0]), 1e-5
    _, gradient, hessian = pareto_nbd._likelihood(point, groups)
    for i in range(4):
        shift = np.eye(4)[i] * step
        above, below = (pareto_nbd._likelihood(point + sign * shift, groups) for sign in (1, -1))
        assert gradient[i] == pytest.approx((above[0] - below[0]) / (2 * step), rel=1e-6)
        np.testing.assert_allclose(hessian[i], (above[1] - below[1]) / (2 * step), rtol=1e-5, atol=1e-5)


def test_a_hundred_thousand_purchases_do_not_overflow() -> None:
    found = MODEL.alive(history(100_000, 38.0, 38.86))
    assert np.isfinite(found.to_numpy()).all()


def test_a_purchase_at_the_end_of_observation_proves_life() -> None:
    assert MODEL.alive(history(3, 38.86, 38.86))["p_alive"].iloc[0] == 1.0


def test_effects_add_up_to_the_log_odds_of_being_alive() -> None:
    found = MODEL.alive(purchase_histories(300, seed=8).query("recency < age"))
    total = found["age_effect"] + found["frequency_effect"] + found["silence_effect"]
    np.testing.assert_allclose(1 / (1 + np.exp(-total)), found["p_alive"], rtol=1e-10)


def test_expected_purchases_are_continuous_at_s_equal_one() -> None:
    frame = history(3, 20, 39)
    near, at = (replace(MODEL, s=s).expected_purchases(frame, 39).iloc[0] for s in (1 + 1e-9, 1.0))
    assert near == pytest.approx(at, rel=1e-7)


def test_discounted_purchases_approach_all_future_ones_weighted_by_time() -> None:
    """DERT equals the integral of exp(-rate t) dE[Y(t)] (numerically, by small periods)."""
    frame, rate = history(3, 20, 39), 0.01
    ends = np.linspace(0, 2000, 8001)
    forecast = np.array([MODEL.expected_purchases(frame, end).iloc[0] for end in ends[::8]])
    middle = (ends[::8][1:] + ends[::8][:-1]) / 2
    assert MODEL.discounted_purchases(frame, rate).iloc[0] == pytest.approx(
        float(np.diff(forecast) @ np.exp(-rate * middle)), rel=1e-4
    )


def test_scores_do_not_depend_on_the_rows_scored_with_them() -> None:
    frame = purchase_histories(600, seed=9)
    together = MODEL.alive(frame)
    apart = pd.concat([MODEL.alive(frame.iloc[at : at + 97]) for at in range(0, 600, 97)])
    pd.testing.assert_frame_equal(together, apart, check_exact=True)


def test_fit_does_not_depend_on_the_order_of_the_rows() -> None:
    frame = purchase_histories(800, seed=2)
    assert pareto_nbd.fit(frame) == pareto_nbd.fit(frame.sample(frac=1, random_state=3))


def test_a_stored_model_is_the_same_model() -> None:
    fitted = pareto_nbd.fit(purchase_histories(800, seed=2))
    assert ParetoNbd.from_dict(json.loads(json.dumps(fitted.to_dict()))) == fitted


def test_a_discount_rate_of_zero_is_refused() -> None:
    with pytest.raises(OutOfRangeError):
        MODEL.discounted_purchases(history(3, 20, 39), 0.0)
