"""Champion against challenger: DeLong's variance by counting pairs, intervals by what they hold."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_models.comparison import Contrast, chances, forecasts, ranks, uplifts, verdict
from risk_models.discrimination import compare
from risk_models.errors import ContradictionError
from tests.risk_models.samples import trial

Sample = tuple[pd.Series, pd.Series, pd.Series]


def told(rows: int, seed: int, *, sharper: float = 0.0) -> Sample:
    """Outcomes, and two chances told of them; the second knows `sharper` more."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(-1, 1, rows)
    happened = pd.Series((rng.random(rows) < 1 / (1 + np.exp(-truth))).astype(int))
    noise = rng.normal(0, 1, rows)
    odds = (truth + noise, truth + noise * (1 - sharper))
    return happened, *(pd.Series(1 / (1 + np.exp(-each))) for each in odds)


def by_pairs(happened: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Difference of the areas and its error by the components of every pair (DeLong et al. 1988, eq. 4–6)."""
    components = []
    for score in (first, second):
        bad, good = score[happened == 1], score[happened == 0]
        wins = (bad[:, None] > good[None, :]) + 0.5 * (bad[:, None] == good[None, :])
        components.append((wins.mean(axis=1), wins.mean(axis=0)))
    over_bad, over_good = (np.array([each[side] for each in components]) for side in (0, 1))
    covariance = np.cov(over_bad) / over_bad.shape[1] + np.cov(over_good) / over_good.shape[1]
    contrast = np.array([-1.0, 1.0])
    return float(over_bad.mean(axis=1) @ contrast), float(np.sqrt(contrast @ covariance @ contrast))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 5)), min_size=8, max_size=40))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_paired_error_is_that_of_counting_every_pair(rows: list[tuple[bool, int, int]]) -> None:
    happened, first, second = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if not 1 < happened.sum() < len(happened) - 1:
        return
    gap, error = by_pairs(happened, first, second)
    found = compare(pd.Series(happened), pd.Series(first), pd.Series(second)).difference
    assert found.value == pytest.approx(gap, abs=1e-12)
    assert (found.standard_error or 0.0) == pytest.approx(error, abs=1e-12)


def test_a_version_does_not_differ_from_itself() -> None:
    happened, first, _ = told(400, seed=1)
    found = chances(happened, first, first, seed=2)
    assert [(each.difference, each.low, each.high) for each in found] == [(0.0, 0.0, 0.0)] * 3
    assert verdict(found) == "open"


def test_a_sharper_challenger_is_better_by_every_measure() -> None:
    found = chances(*told(3_000, seed=3, sharper=0.8), seed=4)
    assert [(each.measure, each.verdict) for each in found] == [
        ("AUC", "better"),
        ("Brier", "better"),
        ("log loss", "better"),
    ]


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_exchanging_the_two_turns_every_sign(seed: int) -> None:
    happened, first, second = told(500, seed, sharper=0.3)
    there, back = (chances(happened, *pair, seed=8) for pair in ((first, second), (second, first)))
    for one, other in zip(there, back, strict=True):
        assert (one.difference, one.low, one.high) == pytest.approx((-other.difference, -other.high, -other.low))


def test_as_many_intervals_hold_the_truth_as_they_promise() -> None:
    """Of scores equally good, nineteen in twenty differences are within chance."""
    rng = np.random.default_rng(9)
    missed = 0
    for seed in range(200):
        happened, first, _ = told(200, seed)
        odds = np.log(first / (1 - first))
        pair = [pd.Series(1 / (1 + np.exp(-(odds + rng.normal(0, 0.5, 200))))) for _ in range(2)]
        missed += chances(happened, *pair, seed=seed)[1].verdict != "open"
    assert missed <= 22


def test_the_nearer_forecast_has_the_smaller_error() -> None:
    rng = np.random.default_rng(10)
    came = pd.Series(rng.gamma(2, 10, 500))
    (found,) = forecasts(came, came + rng.normal(0, 8, 500), came + rng.normal(0, 4, 500), seed=11)
    assert (found.verdict, found.higher) == ("better", False)
    assert found.champion == pytest.approx(8 * np.sqrt(2 / np.pi), rel=0.1)


def test_the_order_that_agrees_more_is_better() -> None:
    rng = np.random.default_rng(12)
    came = pd.Series(rng.gamma(2, 10, 400))
    (found,) = ranks(came, came + rng.normal(0, 60, 400), came + rng.normal(0, 5, 400), seed=13)
    assert found.verdict == "better"


def test_a_score_that_is_the_same_for_all_orders_nothing() -> None:
    came = pd.Series([1.0, 2.0, 3.0, 4.0])
    (found,) = ranks(came, came * 0, came, seed=14)
    assert (found.champion, found.challenger) == (0.0, pytest.approx(1.0))


def test_uplift_that_finds_whom_the_offer_changes_beats_noise() -> None:
    sample = trial(2_000, seed=15)
    (found,) = uplifts(sample["treated"], sample["bought"], sample["noise"], sample["need"], seed=16)
    assert (found.measure, found.verdict) == ("Qini", "better")


def test_better_here_and_worse_there_is_mixed() -> None:
    up = Contrast("AUC", 0.7, 0.8, 0.1, 0.05, 0.15, higher=True)
    worse = Contrast("Brier", 0.1, 0.2, 0.1, 0.05, 0.15, higher=False)
    assert (verdict([up]), verdict([worse]), verdict([up, worse])) == ("better", "worse", "mixed")


def test_two_versions_of_different_customers_are_refused() -> None:
    happened, first, second = told(50, seed=17)
    with pytest.raises(ContradictionError):
        chances(happened, first, second.iloc[::-1], seed=1)


def test_a_contrast_is_kept_as_it_was() -> None:
    found = chances(*told(100, seed=18, sharper=0.5), seed=19)[0]
    assert Contrast.from_dict(json.loads(json.dumps(found.to_dict()))) == found
