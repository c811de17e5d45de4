"""Lifetime value: discounting, factors and reasons."""

import numpy as np
import pandas as pd
import pytest

from risk_models import bgnbd, clv, gamma_gamma
from risk_models.bgnbd import BgNbd
from risk_models.clv import Horizon
from risk_models.errors import OutOfRangeError
from risk_models.gamma_gamma import GammaGamma
from tests.risk_models.samples import purchase_histories


@pytest.fixture(scope="module")
def book() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return purchase_histories(1500, seed=11).assign(spend=rng.gamma(5, 8, 1500))


@pytest.fixture(scope="module")
def models(book: pd.DataFrame) -> tuple[BgNbd, GammaGamma]:
    return bgnbd.fit(book), gamma_gamma.fit(book.query("frequency > 0"))


def test_without_discount_the_value_is_purchases_times_spend(
    book: pd.DataFrame, models: tuple[BgNbd, GammaGamma]
) -> None:
    found = clv.value(book, *models, Horizon(periods=6, length=4.0, discount=0.0, margin=0.3))
    np.testing.assert_allclose(found["clv"], 0.3 * found["expected_purchases"] * found["expected_spend"], rtol=1e-9)
    expected = models[0].expected_purchases(book, 24.0)
    np.testing.assert_allclose(found["expected_purchases"], expected, rtol=1e-12)


def test_a_higher_discount_lowers_every_value(book: pd.DataFrame, models: tuple[BgNbd, GammaGamma]) -> None:
    low, high = (clv.value(book, *models, Horizon(discount=rate))["clv"] for rate in (0.005, 0.02))
    assert (high < low).all()


def test_reasons_add_up_to_the_distance_from_the_mean_customer(
    book: pd.DataFrame, models: tuple[BgNbd, GammaGamma]
) -> None:
    found = clv.value(book, *models, Horizon())
    effects = found["effect_1"] + found["effect_2"]
    distance = np.log(found["clv"])
    np.testing.assert_allclose(effects - effects.iloc[0], distance - distance.iloc[0], atol=1e-9)


def test_an_empty_horizon_is_refused() -> None:
    with pytest.raises(OutOfRangeError):
        Horizon(periods=0)
