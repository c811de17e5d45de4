"""BG/NBD against independent integrals, and as a citizen: order, storage, bad input."""

import json
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln

from risk_models import bgnbd
from risk_models.bgnbd import BgNbd
from risk_models.errors import ContradictionError, MissingColumnError, MissingValueError, NoRowsError, OutOfRangeError
from risk_models.estimate import Convergence
from tests.risk_models.samples import purchase_histories

MODEL = BgNbd(0.243, 4.414, 0.793, 2.426, -9582.4, 2357, (), Convergence(True, 7, 0.0, "published"))


def history(frequency: float, recency: float, age: float) -> pd.DataFrame:
    return pd.DataFrame({"frequency": [frequency], "recency": [recency], "age": [age]})


def purchases_by_integration(model: BgNbd, x: float, age: float, horizon: float) -> float:
    """Mean over the posterior beta of (1 - (1 + p t / (alpha+T))^-(r+x)) / p, for a customer who is alive."""
    density = betaln(model.a, model.b + x)

    def integrand(p: float) -> float:
        gain = -np.expm1(-(model.r + x) * np.log1p(p * horizon / (model.alpha + age))) / p
        return float(gain * np.exp((model.a - 1) * np.log(p) + (model.b + x - 1) * np.log1p(-p) - density))

    middle = min(0.5, (model.a + 1) / (model.a + model.b + x))
    return sum(quad(integrand, *part, epsabs=0, epsrel=1e-10, limit=400)[0] for part in ((0, middle), (middle, 1)))


@pytest.mark.parametrize("x", [0, 1, 7, 60, 900])
@pytest.mark.parametrize("a", [0.35, 0.793, 1.0, 1.000004, 2.5, 19.0, 21.0, 700.0])
@pytest.mark.parametrize("horizon", [1.0, 39.0, 5000.0])
def test_expected_purchases_equal_the_posterior_integral(x: int, a: float, horizon: float) -> None:
    model = replace(MODEL, a=a)
    frame = history(x, 30.0 if x else 0.0, 38.86)
    alive = model.alive(frame)["p_alive"].iloc[0]
    expected = alive * purchases_by_integration(model, x, 38.86, horizon)
    assert model.expected_purchases(frame, horizon).iloc[0] == pytest.approx(expected, rel=2e-7)


@pytest.mark.parametrize("b", [0.05, 2.0, 9e8])
def test_a_dropout_that_all_customers_share_does_not_overflow(b: float) -> None:
    """a, b → ∞ is the geometric dropout: (1 - (1 + p·t/(alpha+T))^-(r+x)) / p with one p for all."""
    model, frame = replace(MODEL, a=1e8, b=b), history(7, 30, 38.86)
    p = 1e8 / (1e8 + b + 7)
    alone = -np.expm1(-7.243 * np.log1p(p * 39 / (4.414 + 38.86))) / p
    expected = model.alive(frame)["p_alive"].iloc[0] * alone
    assert model.expected_purchases(frame, 39).iloc[0] == pytest.approx(expected, rel=1e-6, abs=1e-300)


def test_histories_that_determine_nothing_are_reported_as_not_converged() -> None:
    nobody = pd.DataFrame({"frequency": 0.0, "recency": 0.0, "age": np.linspace(5, 50, 100)})
    facts = bgnbd.fit(nobody).convergence
    assert not facts.converged


def test_a_million_purchases_do_not_overflow() -> None:
    frame = history(1_000_000, 38.0, 38.86)
    alive = MODEL.alive(frame)["p_alive"].iloc[0]
    assert 0 <= alive <= 1
    assert np.isfinite(MODEL.expected_purchases(frame, 39).iloc[0])


def test_effects_add_up_to_the_log_odds_of_being_alive() -> None:
    frame = purchase_histories(400, seed=1).query("frequency > 0")
    found = MODEL.alive(frame)
    odds = np.log(found["p_alive"] / (1 - found["p_alive"]))
    np.testing.assert_allclose(found["frequency_effect"] + found["silence_effect"], odds, rtol=1e-9, atol=1e-9)


@given(st.integers(1, 300), st.floats(0.1, 100), st.floats(0, 100), st.floats(0.1, 50))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_longer_silence_never_raises_the_chance_to_be_alive(x: int, recency: float, gap: float, more: float) -> None:
    early, late = (MODEL.alive(history(x, recency, recency + wait))["p_alive"].iloc[0] for wait in (gap, gap + more))
    assert late <= early


def test_fit_does_not_depend_on_the_order_of_the_rows() -> None:
    frame = purchase_histories(3000, seed=2)
    assert bgnbd.fit(frame) == bgnbd.fit(frame.sample(frac=1, random_state=3))


def test_known_parameters_lie_in_the_intervals_of_a_large_sample() -> None:
    fitted = bgnbd.fit(purchase_histories(40_000, seed=4))
    r, alpha, *_ = fitted.estimates
    assert r.low < 0.25 < r.high
    assert alpha.low < 4.5 < alpha.high


def test_gradient_and_hessian_equal_finite_differences() -> None:
    frame = purchase_histories(200, seed=5)
    likelihood = bgnbd._Likelihood.of(bgnbd.histories(frame), np.ones(len(frame)))
    point, step = np.array([0.3, 5.0, 0.9, 2.0]), 1e-5
    _, gradient, hessian = likelihood(point)
    for i in range(4):
        shift = np.eye(4)[i] * step
        above, below = likelihood(point + shift), likelihood(point - shift)
        assert gradient[i] == pytest.approx((above[0] - below[0]) / (2 * step), rel=1e-6)
        np.testing.assert_allclose(hessian[i], (above[1] - below[1]) / (2 * step), rtol=1e-5, atol=1e-5)


def test_a_stored_model_predicts_the_same_to_the_last_bit() -> None:
    frame = purchase_histories(500, seed=6)
    fitted = bgnbd.fit(frame)
    again = BgNbd.from_dict(json.loads(json.dumps(fitted.to_dict())))
    assert again == fitted
    assert (again.expected_purchases(frame, 26) == fitted.expected_purchases(frame, 26)).all()


def test_2357_customers_are_fitted_faster_than_lifetimes() -> None:
    frame = purchase_histories(2357, seed=7)
    bgnbd.fit(frame)
    started = time.process_time()
    bgnbd.fit(frame)
    assert time.process_time() - started < 0.36


@pytest.mark.parametrize(
    ("frame", "error"),
    [
        (history(2, 40, 38), ContradictionError),
        (history(0, 3, 38), ContradictionError),
        (history(2, 0, 38), ContradictionError),
        (history(-1, 0, 38), OutOfRangeError),
        (history(1.5, 3, 38), OutOfRangeError),
        (history(0, 0, 0), OutOfRangeError),
        (history(1, float("nan"), 38), MissingValueError),
        (history(1, 3, 38).drop(columns="age"), MissingColumnError),
        (history(1, 3, 38).iloc[:0], NoRowsError),
    ],
)
def test_impossible_histories_are_refused(frame: pd.DataFrame, error: type[ValueError]) -> None:
    with pytest.raises(error):
        bgnbd.fit(frame)


def test_a_refusal_names_the_rows_and_the_way_out() -> None:
    frame = pd.concat([history(1, 3, 38), history(1, 40, 38)]).set_axis(["C-1", "C-2"])
    with pytest.raises(ContradictionError, match=r"in row C-2\. Recompute") as refused:
        bgnbd.fit(frame)
    assert refused.value.rows == ("C-2",)


def test_a_negative_horizon_is_refused() -> None:
    with pytest.raises(OutOfRangeError):
        MODEL.expected_purchases(history(1, 3, 38), -1)


def test_a_prior_keeps_the_fit_finite_where_everybody_keeps_one_rhythm() -> None:
    """Every customer buys every week and nobody leaves: without a prior the parameters run off."""
    weeks = np.arange(10.0, 40.0)
    regular = pd.DataFrame({"frequency": weeks, "recency": weeks, "age": weeks + 0.5})
    fitted = bgnbd.fit(regular, prior=5.0)
    assert fitted.convergence.converged
    assert np.isfinite(fitted.expected_purchases(regular, 26.0)).all()
    assert fitted.expected_purchases(regular, 26.0).mean() == pytest.approx(26, rel=0.1)


def test_a_wide_prior_says_nothing_where_the_data_speak() -> None:
    rng = np.random.default_rng(0)
    age = rng.integers(20, 80, 4_000).astype(float)
    frequency = rng.poisson(rng.gamma(0.6, 0.15, 4_000) * age).astype(float)
    recency = np.where(frequency > 0, np.ceil(age * rng.beta(frequency + 1, 1.5)), 0.0)
    made = pd.DataFrame({"frequency": frequency, "recency": np.minimum(recency, age), "age": age})
    plain, held = bgnbd.fit(made), bgnbd.fit(made, prior=5.0)
    assert (held.r, held.alpha) == pytest.approx((plain.r, plain.alpha), rel=0.01)
    assert held.log_likelihood == pytest.approx(plain.log_likelihood, abs=0.5)
