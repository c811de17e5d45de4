"""Differences of shares against Newcombe's published table (Statistics in Medicine 17, 1998, table II, method 10)."""

import pytest

from risk_models.proportion import detectable, difference


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_interval_of_a_difference_is_newcombes(
    first: tuple[float, float], second: tuple[float, float], low: float, high: float
) -> None:
    found = difference("difference", first, second)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_what_can_be_detected_halves_with_four_times_the_customers() -> None:
    assert detectable(0.3, (400, 100)) == pytest.approx(detectable(0.3, (1600, 400)) * 2)
