"""NPS, CSAT and CES: the figure, and how far the answers carry."""

import numpy as np
import pandas as pd
import pytest

from risk_models.errors import NoRowsError, OutOfRangeError
from risk_models.satisfaction import ces, csat, nps


def test_nps_is_promoters_less_detractors() -> None:
    assert nps(pd.Series([10, 9, 9, 8, 7, 6, 0])).value == pytest.approx(100 * (3 - 2) / 7)


def test_the_nps_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    draws = rng.choice([10, 8, 3], p=[0.5, 0.3, 0.2], size=(800, 40))
    covered = [found.low <= 30 <= found.high for found in (nps(pd.Series(row)) for row in draws)]
    assert 0.93 <= np.mean(covered) <= 0.975


def test_unanimous_praise_still_has_an_interval() -> None:
    found = nps(pd.Series([10] * 8))
    assert found.value == 100
    assert found.low < 95


def test_csat_counts_the_top_two_boxes_with_wilson_bounds() -> None:
    found = csat(pd.Series([5, 4, 4, 3, 1, 5, 5, 2, 4, 5]))
    assert found.value == 0.7
    assert (found.low, found.high) == (pytest.approx(0.3968, abs=1e-4), pytest.approx(0.8922, abs=1e-4))


def test_ces_has_students_interval() -> None:
    found = ces(pd.Series([5, 4, 3, 4, 5]))
    assert found.value == pytest.approx(4.2)
    assert found.high - found.value == pytest.approx(2.7764451 * np.sqrt(0.7 / 5), rel=1e-6)


def test_a_single_effort_answer_has_no_interval() -> None:
    assert ces(pd.Series([5])).low is None


@pytest.mark.parametrize("answer", [-1, 11, 7.5])
def test_answers_outside_the_scale_are_refused(answer: float) -> None:
    with pytest.raises(OutOfRangeError):
        nps(pd.Series([9, answer]))


def test_no_answers_are_refused() -> None:
    with pytest.raises(NoRowsError):
        csat(pd.Series([], dtype=float))
