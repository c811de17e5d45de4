"""Kaplan-Meier by hand, against lifelines, and at its ends."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk_models import golden_data
from risk_models.errors import NoRowsError, OutOfRangeError
from risk_models.survival import SurvivalCurve, kaplan_meier

# Freireich et al. (1963), 6-mercaptopurine arm: the textbook example (remission in weeks, 0 = censored)
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSE = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PUBLISHED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
PUBLISHED_ERROR = {6: 0.076, 7: 0.087, 10: 0.096, 13: 0.107, 16: 0.114, 22: 0.128, 23: 0.135}


@pytest.fixture(scope="module")
def remission() -> SurvivalCurve:
    return kaplan_meier(pd.DataFrame({"weeks": WEEKS, "relapse": RELAPSE}), "weeks", "relapse")


@pytest.mark.parametrize("week", PUBLISHED)
def test_textbook_survival_and_greenwood_errors(remission: SurvivalCurve, week: int) -> None:
    found = remission.at(week)
    assert found.value == pytest.approx(PUBLISHED[week], abs=0.0006)
    assert found.standard_error == pytest.approx(PUBLISHED_ERROR[week], abs=0.0006)


def test_the_median_is_the_first_time_at_which_half_have_left(remission: SurvivalCurve) -> None:
    assert remission.median() == 23.0


def test_a_median_that_is_never_reached_is_none() -> None:
    frame = pd.DataFrame({"weeks": [1, 2, 3], "relapse": [1, 0, 0]})
    assert kaplan_meier(frame, "weeks", "relapse").median() is None


def test_intervals_on_us_lapse_equal_lifelines(models_data: Path) -> None:
    curve = kaplan_meier(golden_data.us_lapse(models_data), "duration", "surrender")
    for quarter, low, high in (
        (4, 0.916944325422994, 0.9231743796242403),
        (8, 0.8619839986175928, 0.8698439087409714),
        (20, 0.7508290864606316, 0.7609065121892186),
        (40, 0.6128703790436063, 0.6251580071269969),
    ):
        found = curve.at(quarter)
        assert (found.low, found.high) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))


def test_without_censoring_survival_is_the_share_still_there() -> None:
    times = np.random.default_rng(1).integers(1, 9, 200)
    curve = kaplan_meier(pd.DataFrame({"t": times, "e": 1}), "t", "e")
    for time in range(9):
        assert curve.at(time).value == pytest.approx((times > time).mean(), abs=1e-12)


def test_the_last_departure_leaves_no_negative_and_no_absent_bound() -> None:
    curve = kaplan_meier(pd.DataFrame({"t": [1, 2, 3], "e": [1, 1, 1]}), "t", "e")
    last = curve.at(3)
    assert (last.value, last.low, last.standard_error) == (0.0, 0.0, None)
    assert 0 < last.high < 1


def test_a_time_beyond_all_observation_is_refused(remission: SurvivalCurve) -> None:
    with pytest.raises(OutOfRangeError):
        remission.at(36)


def test_the_curve_does_not_depend_on_the_order_of_the_rows() -> None:
    frame = pd.DataFrame({"weeks": WEEKS, "relapse": RELAPSE})
    mixed = frame.sample(frac=1, random_state=2)
    assert kaplan_meier(mixed, "weeks", "relapse") == kaplan_meier(frame, "weeks", "relapse")


def test_no_rows_are_refused() -> None:
    with pytest.raises(NoRowsError):
        kaplan_meier(pd.DataFrame({"t": [], "e": []}), "t", "e")


def test_a_stored_curve_is_the_same_curve(remission: SurvivalCurve) -> None:
    assert SurvivalCurve.from_dict(json.loads(json.dumps(remission.to_dict()))) == remission
