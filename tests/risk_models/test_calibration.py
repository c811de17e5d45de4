"""Calibration: true probabilities pass, distorted ones are caught in the right figure."""

import numpy as np
import pandas as pd
import pytest

from risk_models.calibration import brier, calibration_line, calibration_table, hosmer_lemeshow
from risk_models.errors import OutOfRangeError


def truth(rows: int, seed: int) -> tuple[pd.Series, np.ndarray]:
    """Outcomes and the log-odds that made them."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1, 1.2, rows)
    return pd.Series((rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(int)), odds


def chances(odds: np.ndarray) -> pd.Series:
    return pd.Series(1 / (1 + np.exp(-odds)))


def test_true_probabilities_have_slope_one_and_intercept_zero() -> None:
    outcome, odds = truth(20_000, 1)
    line = calibration_line(outcome, chances(odds))
    assert line.slope.low < 1 < line.slope.high
    assert line.intercept.low < 0 < line.intercept.high


def test_overconfident_predictions_have_a_slope_under_one() -> None:
    outcome, odds = truth(5000, 2)
    assert calibration_line(outcome, chances(2 * odds)).slope.value == pytest.approx(0.5, abs=0.05)


def test_predictions_that_are_too_low_have_an_intercept_above_zero() -> None:
    outcome, odds = truth(5000, 3)
    line = calibration_line(outcome, chances(odds - 0.7))
    assert line.intercept.value == pytest.approx(0.7, abs=0.1)


def test_hosmer_lemeshow_rejects_true_probabilities_as_rarely_as_it_says() -> None:
    p_values = []
    for seed in range(300):
        outcome, odds = truth(600, seed)
        p_values.append(hosmer_lemeshow(outcome, chances(odds)).p_value)
    assert 0.02 <= np.mean(np.array(p_values) < 0.05) <= 0.09


def test_hosmer_lemeshow_catches_a_shift() -> None:
    outcome, odds = truth(3000, 4)
    assert hosmer_lemeshow(outcome, chances(odds + 0.5)).p_value < 1e-6


def test_brier_is_the_mean_squared_difference() -> None:
    assert brier(pd.Series([1, 0]), pd.Series([0.8, 0.4])).value == pytest.approx((0.04 + 0.16) / 2)


def test_the_table_groups_all_rows_and_keeps_equal_predictions_together() -> None:
    table = calibration_table(pd.Series([0, 1] * 50), pd.Series([0.2] * 60 + [0.6] * 40), groups=5)
    assert table["rows"].to_list() == [60, 40]
    assert table["predicted"].to_list() == pytest.approx([0.2, 0.6])


@pytest.mark.parametrize("value", [1.2, -0.1])
def test_what_is_no_probability_is_refused(value: float) -> None:
    with pytest.raises(OutOfRangeError):
        brier(pd.Series([0, 1]), pd.Series([0.5, value]))


def test_certainty_is_refused_where_log_odds_are_needed() -> None:
    with pytest.raises(OutOfRangeError):
        calibration_line(pd.Series([0, 1, 0]), pd.Series([0.5, 1.0, 0.2]))
