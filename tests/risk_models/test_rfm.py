"""RFM: the scale is learned once and then the same for everybody."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from risk_models import rfm
from risk_models.errors import MissingValueError, NoRowsError
from risk_models.rfm import SEGMENTS, RfmScale


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    columns = {"recency_days": rng.integers(0, 400, 1000), "frequency": rng.poisson(4, 1000) + 1}
    return pd.DataFrame({**columns, "monetary": rng.gamma(2, 50, 1000)})


def test_purchases_of_one_day_count_once_and_later_ones_not_at_all() -> None:
    rows = [("a", "2026-01-01", 10.0), ("a", "2026-01-01", 5.0), ("a", "2026-01-20", 1.0), ("a", "2026-03-01", 99.0)]
    found = rfm.table(pd.DataFrame(rows, columns=["customer", "date", "amount"]), date(2026, 1, 31))
    assert found.loc["a"].to_dict() == {"recency_days": 11.0, "frequency": 2.0, "monetary": 16.0}


def test_each_step_holds_about_a_fifth_of_a_continuous_dimension(people: pd.DataFrame) -> None:
    scored = rfm.fit(people).score(people)
    assert scored["m"].value_counts().between(195, 205).all()


def test_recent_customers_score_higher(people: pd.DataFrame) -> None:
    scored = rfm.fit(people).score(people)
    ordered = scored["r"].to_numpy()[np.argsort(people["recency_days"].to_numpy(), kind="stable")]
    assert (np.diff(ordered) <= 0).all()
    assert {ordered[0], ordered[-1]} == {5.0, 1.0}


def test_a_score_does_not_depend_on_who_else_is_scored(people: pd.DataFrame) -> None:
    scale = rfm.fit(people)
    pd.testing.assert_frame_equal(scale.score(people).iloc[100:110], scale.score(people.iloc[100:110]))


@pytest.mark.parametrize("r", [1.0, 2.0, 3.0, 4.0, 5.0])
@pytest.mark.parametrize("fm", np.arange(1, 5.5, 0.5))
def test_every_combination_has_a_segment_of_its_own_rule(r: float, fm: float) -> None:
    fitting = [name for name, low, high, least, most in SEGMENTS if low <= r <= high and least <= fm <= most]
    assert fitting
    assert rfm._segment(np.array([r]), np.array([fm]))[0] == fitting[0]


def test_a_stored_scale_is_the_same_scale(people: pd.DataFrame) -> None:
    scale = rfm.fit(people)
    assert RfmScale.from_dict(json.loads(json.dumps(scale.to_dict()))) == scale


def test_an_unreadable_date_is_refused_with_its_row() -> None:
    frame = pd.DataFrame({"customer": ["a", "b"], "date": ["2026-01-01", "soon"], "amount": [1.0, 1.0]}, index=[7, 8])
    with pytest.raises(MissingValueError) as refused:
        rfm.table(frame, date(2026, 2, 1))
    assert refused.value.rows == (8,)


def test_no_purchase_before_the_day_is_refused() -> None:
    frame = pd.DataFrame({"customer": ["a"], "date": ["2026-01-01"], "amount": [1.0]})
    with pytest.raises(NoRowsError):
        rfm.table(frame, date(2025, 12, 31))
