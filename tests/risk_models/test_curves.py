"""Pictures of a model: their areas, ends and totals are those of the figures beside them."""

import numpy as np
import pandas as pd
import pytest

from risk_models import curves
from risk_models.discrimination import auc


def scored(rows: int = 3_000, seed: int = 0) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng(seed)
    chance = rng.beta(2, 5, rows)
    return pd.Series((rng.random(rows) < chance).astype(int), name="left"), pd.Series(chance, name="score")


def test_area_under_the_curve_is_the_auc() -> None:
    outcome, score = scored()
    curve = curves.roc(outcome, score, points=10_000)
    area = np.trapezoid(curve["true_positives"], curve["false_positives"])
    assert area == pytest.approx(auc(outcome.to_numpy(float), score.to_numpy(float)), abs=1e-12)


def test_the_curve_of_ties_is_one_diagonal() -> None:
    curve = curves.roc(pd.Series([0, 1, 0, 1]), pd.Series([0.5, 0.5, 0.5, 0.5]))
    assert curve.to_numpy().tolist() == [[0.0, 0.0], [1.0, 1.0]]


def test_lift_captures_everything_in_the_end_and_its_mean_is_one() -> None:
    table = curves.lift(*scored())
    assert table["captured"].iloc[-1] == 1
    assert np.average(table["lift"], weights=table["rows"]) == pytest.approx(1)


def test_the_tenth_with_the_highest_scores_has_the_highest_lift() -> None:
    assert curves.lift(*scored())["lift"].idxmax() == 0


def test_forecast_groups_keep_the_totals() -> None:
    rng = np.random.default_rng(1)
    told = pd.Series(rng.gamma(2, 3, 2_000), name="told")
    came = pd.Series(rng.poisson(told), name="came")
    table = curves.forecast(came, told)
    assert (table["rows"] * table["observed"]).sum() == pytest.approx(came.sum())
    assert ((table["low"] <= table["predicted"]) & (table["predicted"] <= table["high"])).mean() > 0.6


def test_a_forecast_of_twice_what_came_has_ratio_two() -> None:
    came = pd.Series([1.0, 2.0, 3.0, 5.0], name="came")
    found = curves.total_ratio(came, (came * 2).rename("told"))
    assert found.value == 2
    assert found.low == found.high == 2


def test_correlation_of_ranks_ignores_the_scale() -> None:
    told = pd.Series(np.arange(1.0, 50.0), name="told")
    assert curves.correlation(np.exp(told / 10).rename("came"), told, ranks=True).value == pytest.approx(1)


def test_a_constant_forecast_correlates_with_nothing() -> None:
    assert curves.correlation(pd.Series([1.0, 2, 3, 4, 5]), pd.Series([1.0] * 5)).value == 0
