"""Differences within strata."""

import numpy as np
import pytest

from risk_models.stratified import pooled_difference


def test_one_stratum_is_the_plain_difference_with_walds_error() -> None:
    found = pooled_difference("d", [((30, 100), (10, 80))])
    error = np.sqrt(0.3 * 0.7 / 100 + 0.125 * 0.875 / 80)
    assert (found.value, found.standard_error) == (pytest.approx(0.175, abs=1e-15), pytest.approx(error, rel=1e-12))


def test_strata_weigh_by_what_they_can_tell() -> None:
    """By hand: 50 · 50 / 100 and 90 · 10 / 100 times differences of .2 and .5."""
    found = pooled_difference("d", [((20, 50), (10, 50)), ((63, 90), (2, 10))])
    assert found.value == pytest.approx((25 * 0.2 + 9 * 0.5) / 34, rel=1e-12)


def test_the_interval_covers_as_often_as_it_says() -> None:
    chance, covered, runs = np.random.default_rng(7), 0, 2_000
    for _ in range(runs):
        strata = []
        for base, treated, alone in ((0.1, 300, 60), (0.4, 80, 120)):
            strata.append(((chance.binomial(treated, base + 0.1), treated), (chance.binomial(alone, base), alone)))
        found = pooled_difference("d", strata)
        covered += found.low is not None and found.high is not None and found.low <= 0.1 <= found.high
    assert 0.93 < covered / runs < 0.965
