"""Times are aware and in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from backend.core.clock import FixedClock, as_utc


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        as_utc(datetime(2026, 11, 22))  # noqa: DTZ001


def test_other_zones_are_turned_into_utc() -> None:
    prague = timezone(timedelta(hours=1))
    assert as_utc(datetime(2026, 11, 22, 10, tzinfo=prague)) == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(datetime(2026, 11, 22, 9, tzinfo=UTC))
    first = clock()
    clock.advance(timedelta(hours=1))
    assert clock() - first == timedelta(hours=1)
