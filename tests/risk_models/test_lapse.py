"""Lapse: person-periods carry the survival data, persistency follows from the hazard."""

import json

import numpy as np
import pandas as pd
import pytest

from risk_models import lapse
from risk_models.errors import OutOfRangeError
from risk_models.lapse import LapseModel
from risk_models.survival import kaplan_meier


@pytest.fixture(scope="module")
def policies() -> pd.DataFrame:
    """Hazard .05 a quarter, .12 for monthly payers; observed for up to 20 quarters."""
    rng = np.random.default_rng(1)
    monthly = rng.random(4000) < 0.4
    life = rng.geometric(np.where(monthly, 0.12, 0.05)).astype(float)
    window = rng.integers(4, 21, 4000).astype(float)
    payer = np.where(monthly, "monthly", "yearly")
    return pd.DataFrame({"payer": payer, "duration": np.minimum(life, window), "ended": (life <= window).astype(int)})


@pytest.fixture(scope="module")
def model(policies: pd.DataFrame) -> LapseModel:
    rows = lapse.exposures(policies, "duration", "ended", 1.0)
    return lapse.fit(rows.drop(columns="lapsed"), rows["lapsed"])


def test_one_row_per_period_at_risk_and_one_event_per_lapse(policies: pd.DataFrame) -> None:
    rows = lapse.exposures(policies, "duration", "ended", 1.0)
    assert len(rows) == policies["duration"].sum()
    assert rows["lapsed"].sum() == policies["ended"].sum()
    assert (rows.groupby(level=0)["period"].max() == policies["duration"]).all()


def test_a_censored_part_of_a_period_is_not_counted() -> None:
    frame = pd.DataFrame({"duration": [2.7, 2.7], "ended": [0, 1]}, index=["censored", "lapsed"])
    rows = lapse.exposures(frame, "duration", "ended", 1.0)
    assert list(rows.index) == ["censored"] * 2 + ["lapsed"] * 3
    assert list(rows["lapsed"]) == [0, 0, 0, 0, 1]


def test_the_planted_hazards_are_found(model: LapseModel) -> None:
    found = model.score(pd.DataFrame({"payer": ["monthly", "yearly"], "period": [5, 5]}))
    assert found["hazard"].to_list() == pytest.approx([0.12, 0.05], rel=0.15)
    assert found["reason_1"].iloc[0] == "payer"


def test_mean_persistency_equals_kaplan_meier(model: LapseModel, policies: pd.DataFrame) -> None:
    kept = model.persistency(policies[["payer"]].assign(period=1), 8).mean()
    curve = kaplan_meier(policies, "duration", "ended")
    for quarter in (1, 4, 8):
        assert kept[quarter] == pytest.approx(curve.at(quarter).value, abs=0.015)


def test_persistency_never_rises(model: LapseModel, policies: pd.DataFrame) -> None:
    kept = model.persistency(policies[["payer"]].head(50).assign(period=1), 12).to_numpy()
    assert (np.diff(kept, axis=1) <= 0).all()


def test_what_keeps_a_policy_is_the_opposite_of_what_endangers_it(model: LapseModel) -> None:
    kept = model.reasons_against(pd.DataFrame({"payer": ["yearly"], "period": [5]}))
    assert kept["reason_1"].iloc[0] == "payer"
    assert kept["effect_1"].iloc[0] < 0


def test_a_broken_period_is_refused(model: LapseModel) -> None:
    frame = pd.DataFrame({"payer": ["yearly", "monthly"], "period": [1, 0]})
    with pytest.raises(OutOfRangeError) as refused:
        lapse.fit(frame, pd.Series([0, 1]))
    assert refused.value.rows == (1,)


def test_a_stored_model_is_the_same_model(model: LapseModel) -> None:
    assert LapseModel.from_dict(json.loads(json.dumps(model.to_dict()))) == model
