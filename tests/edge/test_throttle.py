"""Strangers knock only so often."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.edge.throttle import KnocksTooOften, Throttle

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_the_knock_after_the_last_one_allowed_is_refused() -> None:
    throttle = Throttle(3, timedelta(minutes=1))
    for _ in range(3):
        throttle.knock("a", NOW)
    with pytest.raises(KnocksTooOften):
        throttle.knock("a", NOW)


def test_time_lets_a_caller_in_again() -> None:
    throttle = Throttle(1, timedelta(minutes=1))
    throttle.knock("a", NOW)
    throttle.knock("a", NOW + timedelta(minutes=1))


def test_a_refused_knock_does_not_count() -> None:
    throttle = Throttle(1, timedelta(minutes=1))
    throttle.knock("a", NOW)
    with pytest.raises(KnocksTooOften):
        throttle.knock("a", NOW + timedelta(seconds=59))
    throttle.knock("a", NOW + timedelta(seconds=61))


def test_callers_are_counted_apart() -> None:
    throttle = Throttle(1, timedelta(minutes=1))
    throttle.knock("a", NOW)
    throttle.knock("b", NOW)


def test_the_longest_silent_are_forgotten() -> None:
    throttle = Throttle(1, timedelta(minutes=1), callers=2)
    for caller in ("a", "b", "c"):
        throttle.knock(caller, NOW)
    throttle.knock("a", NOW)
    with pytest.raises(KnocksTooOften):
        throttle.knock("c", NOW)
