"""Propensity and churn: contributions explain, chunks agree, gaps and new levels are handled."""

import json

import numpy as np
import pandas as pd
import pytest

from risk_models import churn, features, propensity
from risk_models.blocks import in_blocks
from risk_models.churn import ChurnModel
from risk_models.errors import MissingColumnError, MissingValueError, OutOfRangeError, SingleClassError
from risk_models.propensity import Propensity
from risk_models.reasons import reasons
from tests.risk_models.samples import customers


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return customers(3000, seed=1)


@pytest.fixture(scope="module")
def model(sample: pd.DataFrame) -> Propensity:
    return propensity.fit(sample.drop(columns="left"), sample["left"])


def test_contributions_and_intercept_add_up_to_the_log_odds(model: Propensity, sample: pd.DataFrame) -> None:
    chance = model.probability(sample)
    total = model.logistic.intercept + model.contributions(sample).sum(axis=1)
    np.testing.assert_allclose(total, np.log(chance / (1 - chance)), rtol=1e-9, atol=1e-9)


def test_contributions_average_to_zero_over_the_training_rows(model: Propensity, sample: pd.DataFrame) -> None:
    np.testing.assert_allclose(model.contributions(sample).mean(), 0, atol=1e-10)


def test_the_planted_effects_are_found(model: Propensity, sample: pd.DataFrame) -> None:
    parts = model.contributions(sample)
    south = (
        parts.loc[sample["region"] == "south", "region"].mean()
        - parts.loc[sample["region"] == "north", "region"].mean()
    )
    assert south == pytest.approx(0.8, abs=0.25)
    assert np.corrcoef(parts["tenure"], sample["tenure"])[0, 1] < -0.95


def test_scores_do_not_depend_on_the_rows_scored_with_them(model: Propensity, sample: pd.DataFrame) -> None:
    for block in (1, 7, 1000):
        apart = in_blocks(model.score, sample.iloc[:40] if block == 1 else sample, block)
        pd.testing.assert_frame_equal(model.score(sample).iloc[: len(apart)], apart, check_exact=True)


def test_a_stored_model_scores_the_same_to_the_last_bit(model: Propensity, sample: pd.DataFrame) -> None:
    again = Propensity.from_dict(json.loads(json.dumps(model.to_dict())))
    assert again == model
    pd.testing.assert_frame_equal(again.score(sample), model.score(sample), check_exact=True)


def test_an_unseen_category_says_nothing(model: Propensity, sample: pd.DataFrame) -> None:
    stranger = sample.head(1).assign(region="abroad")
    assert model.contributions(stranger)["region"].iloc[0] == 0.0


def test_a_gap_where_training_had_none_is_refused_with_its_row(model: Propensity, sample: pd.DataFrame) -> None:
    broken = sample.head(3).copy()
    broken.loc[1, "tenure"] = np.nan
    with pytest.raises(MissingValueError) as refused:
        model.score(broken)
    assert refused.value.rows == (1,)


def test_a_gap_that_training_had_is_a_fact_of_its_own(model: Propensity, sample: pd.DataFrame) -> None:
    assert np.isfinite(model.score(sample[sample["balance"].isna()])["probability"]).all()


def test_a_missing_column_is_named(model: Propensity, sample: pd.DataFrame) -> None:
    with pytest.raises(MissingColumnError, match="region"):
        model.score(sample.drop(columns="region"))


def test_one_outcome_only_is_refused(sample: pd.DataFrame) -> None:
    with pytest.raises(SingleClassError):
        propensity.fit(sample[["tenure"]], sample["left"] * 0 + 1)


def test_an_infinite_feature_is_refused(sample: pd.DataFrame) -> None:
    with pytest.raises(OutOfRangeError):
        propensity.fit(sample[["tenure"]].replace(sample["tenure"].max(), np.inf), sample["left"])


def test_a_spline_is_straight_beyond_its_outer_knots(sample: pd.DataFrame) -> None:
    recipe = features.learn(sample[["tenure"]])
    far = pd.DataFrame({"tenure": [1000.0, 2000.0, 3000.0]})
    design = recipe.design(far)
    np.testing.assert_allclose(design[2] - design[1], design[1] - design[0], rtol=1e-9)


def test_value_at_risk_is_chance_times_value(sample: pd.DataFrame) -> None:
    fitted = churn.fit(sample.drop(columns="left"), sample["left"])
    scored = fitted.score(sample, value=pd.Series(200.0, index=sample.index))
    np.testing.assert_allclose(scored["value_at_risk"], 200 * scored["p_churn"])
    assert isinstance(fitted, ChurnModel)


def test_reasons_keep_direction_and_order() -> None:
    parts = pd.DataFrame({"a": [0.5, -1.0], "b": [0.5, -3.0], "c": [-2.0, -0.1]})
    found = reasons(parts, top=2, direction="up")
    assert found.iloc[0].to_list() == ["a", 0.5, "b", 0.5]
    assert found.iloc[1].to_list() == [None, 0.0, None, 0.0]
