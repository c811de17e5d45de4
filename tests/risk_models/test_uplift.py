"""Uplift: the T-learner finds whom the offer changes, the Qini curve proves it."""

import json

import numpy as np
import pandas as pd
import pytest

from risk_models import uplift
from risk_models.errors import ContradictionError, SingleClassError
from risk_models.uplift import UpliftModel, qini_coefficient, qini_curve
from tests.risk_models.samples import trial

FEATURES = ["need", "noise"]


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return trial(6000, seed=1)


@pytest.fixture(scope="module")
def model(sample: pd.DataFrame) -> UpliftModel:
    return uplift.fit(sample[FEATURES], sample["treated"], sample["bought"])


def test_uplift_is_high_where_the_offer_helps_and_nil_elsewhere(model: UpliftModel) -> None:
    found = model.score(pd.DataFrame({"need": [1.0, -1.0], "noise": [0.0, 0.0]}))
    assert found["uplift"].to_list() == pytest.approx([0.3, 0.0], abs=0.08)
    assert found["reason_1"].to_list() == ["need", "need"]


def test_qini_of_the_model_is_positive_on_a_fresh_trial(model: UpliftModel) -> None:
    fresh = trial(6000, seed=2)
    found = qini_coefficient(model.score(fresh)["uplift"], fresh["treated"], fresh["bought"], seed=3)
    assert found.low > 0


def test_qini_of_a_score_without_meaning_covers_zero(sample: pd.DataFrame) -> None:
    found = qini_coefficient(sample["noise"], sample["treated"], sample["bought"], seed=3)
    assert found.low < 0 < found.high


def test_qini_of_one_score_for_all_is_exactly_zero(sample: pd.DataFrame) -> None:
    curve = qini_curve(sample["need"] * 0, sample["treated"], sample["bought"])
    assert len(curve) == 2
    assert (curve["gain"] == curve["random"]).all()


def test_the_curve_ends_at_the_effect_of_the_trial(sample: pd.DataFrame) -> None:
    curve = qini_curve(sample["need"], sample["treated"], sample["bought"])
    effect = sample.groupby("treated")["bought"].mean()
    assert curve["gain"].iloc[-1] == pytest.approx(effect[1] - effect[0], abs=1e-12)


def test_the_curve_does_not_depend_on_the_order_of_the_rows(sample: pd.DataFrame) -> None:
    rounded = sample.assign(need=sample["need"].round(1))
    mixed = rounded.sample(frac=1, random_state=4)
    first, second = (qini_curve(each["need"], each["treated"], each["bought"]) for each in (rounded, mixed))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_the_same_seed_gives_the_same_interval(sample: pd.DataFrame) -> None:
    columns = (sample["need"], sample["treated"], sample["bought"])
    assert qini_coefficient(*columns, seed=5, resamples=20) == qini_coefficient(*columns, seed=5, resamples=20)


def test_a_trial_without_control_is_refused(sample: pd.DataFrame) -> None:
    with pytest.raises(SingleClassError):
        uplift.fit(sample[FEATURES], sample["treated"] * 0 + 1, sample["bought"])


def test_series_of_different_rows_are_refused(sample: pd.DataFrame) -> None:
    with pytest.raises(ContradictionError):
        qini_curve(sample["need"], sample["treated"].iloc[::-1], sample["bought"])


def test_a_stored_model_is_the_same_model(model: UpliftModel) -> None:
    assert UpliftModel.from_dict(json.loads(json.dumps(model.to_dict()))) == model
    assert np.isfinite(model.treated.logistic.log_likelihood)
