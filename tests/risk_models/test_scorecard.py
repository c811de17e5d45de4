"""Scorecard: points add up, reasons are the lost points, scaling is exact."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_models import scorecard
from risk_models.errors import OutOfRangeError, SingleClassError
from risk_models.points import Scaling
from risk_models.scorecard import Scorecard
from tests.risk_models.samples import customers


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    frame = customers(3000, seed=1)
    return frame.assign(constant=1.0, noise=np.random.default_rng(2).normal(0, 1, 3000))


@pytest.fixture(scope="module")
def card(sample: pd.DataFrame) -> Scorecard:
    return scorecard.fit(sample.drop(columns="left"), sample["left"], least_information=0.02)


def test_points_of_all_columns_add_up_to_the_score(card: Scorecard, sample: pd.DataFrame) -> None:
    np.testing.assert_allclose(card.points(sample).sum(axis=1), card.score(sample)["score"], rtol=1e-13)


def test_the_score_is_the_scaled_log_odds(card: Scorecard, sample: pd.DataFrame) -> None:
    found = card.score(sample)
    odds = np.log((1 - found["p_bad"]) / found["p_bad"])
    np.testing.assert_allclose(487.1228762045055 + 28.85390081777927 * odds, found["score"], rtol=1e-10)


def test_first_reason_is_the_column_with_most_points_lost(card: Scorecard, sample: pd.DataFrame) -> None:
    found = card.score(sample)
    lost = card.points(sample) - np.array(card.mean_points)
    loser = lost.min(axis=1) < 0
    assert (found["effect_1"] == lost.min(axis=1).clip(upper=0)).all()
    assert (found.loc[loser, "reason_1"] == lost[loser].idxmin(axis=1)).all()
    assert found.loc[~loser, "reason_1"].isna().all()


def test_uninformative_columns_are_dropped_by_name(card: Scorecard) -> None:
    assert card.dropped == ("constant", "noise")


def test_every_kept_column_earns_points_in_the_direction_of_its_evidence(card: Scorecard) -> None:
    assert min(card.logistic.coefficients) > 0


def test_predictions_are_calibrated_in_the_large(card: Scorecard, sample: pd.DataFrame) -> None:
    assert card.score(sample)["p_bad"].mean() == pytest.approx(sample["left"].mean(), abs=1e-9)


def test_scores_do_not_depend_on_the_rows_scored_with_them(card: Scorecard, sample: pd.DataFrame) -> None:
    apart = pd.concat([card.score(sample.iloc[at : at + 271]) for at in range(0, len(sample), 271)])
    pd.testing.assert_frame_equal(card.score(sample), apart, check_exact=True)


def test_a_stored_card_scores_the_same_to_the_last_bit(card: Scorecard, sample: pd.DataFrame) -> None:
    again = Scorecard.from_dict(json.loads(json.dumps(card.to_dict())))
    assert again == card
    pd.testing.assert_frame_equal(again.score(sample), card.score(sample), check_exact=True)


def test_the_printed_card_names_every_bin_once(card: Scorecard) -> None:
    printed = card.card()
    assert not printed.duplicated(["column", "bin"]).any()
    assert len(printed) == sum(len(bins.bins) for bins in card.columns)


def test_a_sample_without_bad_outcomes_is_refused(sample: pd.DataFrame) -> None:
    with pytest.raises(SingleClassError):
        scorecard.fit(sample[["tenure"]], sample["left"] * 0)


def test_a_sample_without_information_is_refused(sample: pd.DataFrame) -> None:
    with pytest.raises(OutOfRangeError, match="information value"):
        scorecard.fit(sample[["constant"]], sample["left"])


def test_published_factor_and_offset_are_exact() -> None:
    scaling = Scaling(600, 50, 20)
    assert (scaling.factor, scaling.offset) == (28.85390081777927, 487.1228762045055)


@given(st.floats(-20, 20))
def test_points_to_double_double_the_odds(odds: float) -> None:
    scaling = Scaling(600, 50, 20)
    better = scaling.score(np.array([odds - math.log(2)]))[0]
    assert better - scaling.score(np.array([odds]))[0] == pytest.approx(20, abs=1e-9)


def test_scores_convert_back_to_log_odds() -> None:
    odds = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(Scaling().log_odds_of_bad(Scaling().score(odds)), odds, atol=1e-12)
