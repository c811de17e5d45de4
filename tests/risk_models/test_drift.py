"""CUSUM: quiet on target, quick on a shift."""

import json

import numpy as np
import pandas as pd
import pytest

from risk_models import drift
from risk_models.drift import Cusum
from risk_models.errors import OutOfRangeError


def test_a_shift_of_one_deviation_is_found_within_twenty_points() -> None:
    """Average run length at a shift of one deviation: 10.4 (Montgomery, table 9.3)."""
    rng = np.random.default_rng(1)
    delays = []
    for _ in range(200):
        track = Cusum(0.0, 1.0).track(pd.Series(rng.normal(1, 1, 100)))
        delays.append(int(track["alarm"].notna().to_numpy().argmax()) + 1)
    assert np.mean(delays) == pytest.approx(10.4, abs=1.0)


def test_false_alarms_come_about_every_465_points() -> None:
    track = Cusum(0.0, 1.0).track(pd.Series(np.random.default_rng(2).normal(0, 1, 200_000)))
    assert 200_000 / track["alarm"].notna().sum() == pytest.approx(465, rel=0.15)


def test_the_direction_of_a_shift_is_named() -> None:
    falling = Cusum(10.0, 2.0).track(pd.Series([10.0, 4.0, 4.0, 4.0]))
    assert falling["low"].to_list() == [0.0, 2.5, 5.0, 7.5]
    assert falling["alarm"].to_list() == [None, None, None, "low"]


def test_sums_start_again_after_an_alarm() -> None:
    track = Cusum(0.0, 1.0, limit=3.0).track(pd.Series([4.0, 1.0]))
    assert track["alarm"].to_list() == ["high", None]
    assert track["high"].to_list() == [3.5, 0.5]


def test_target_and_deviation_are_learned_from_a_stable_stretch() -> None:
    found = drift.learn(pd.Series([1.0, 2.0, 3.0]))
    assert (found.target, found.deviation) == (2.0, 1.0)
    assert Cusum.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_a_constant_stretch_cannot_set_a_limit() -> None:
    with pytest.raises(OutOfRangeError):
        drift.learn(pd.Series([1.0, 1.0]))
