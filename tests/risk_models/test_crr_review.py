"""Dates of reviews and first ratings."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from risk_models.crr_review import first_rating_due, next_review
from risk_models.errors import MissingValueError

MONTHS = (24, 12, 6)
LEVELS = np.array([0, 1, 2], dtype=np.int8)


def due(on: date, reviewed: list[str | None] | None = None) -> list[str]:
    reviewed_on = None if reviewed is None else pd.Series(pd.to_datetime(pd.Series(reviewed)))
    return [str(day)[:10] for day in next_review(LEVELS, MONTHS, on, reviewed_on)]


def test_each_level_has_its_own_interval() -> None:
    assert due(date(2026, 11, 22)) == ["2028-11-22", "2027-11-22", "2027-05-22"]


def test_a_month_without_that_day_ends_on_its_last() -> None:
    assert due(date(2025, 8, 31))[2] == "2026-02-28"
    assert due(date(2027, 8, 31))[2] == "2028-02-29"


def test_the_interval_counts_from_the_last_review() -> None:
    assert due(date(2026, 11, 22), ["2026-01-15", "2026-01-15", "2026-09-30"]) == [
        "2028-01-15",
        "2027-01-15",
        "2027-03-30",
    ]


def test_a_review_that_is_overdue_under_the_new_level_is_due_today() -> None:
    assert due(date(2026, 11, 22), ["2026-01-15", "2026-01-15", "2026-01-15"])[2] == "2026-11-22"


def test_without_a_review_the_day_of_rating_counts() -> None:
    assert due(date(2026, 11, 22), [None, None, None]) == due(date(2026, 11, 22))


def first(opened: str, **calendar: list[date]) -> str:
    return str(first_rating_due(pd.Series([opened]), 10, **calendar).iloc[0])[:10]


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        ("2026-11-02", "2026-11-16"),
        ("2026-11-06", "2026-11-20"),
        ("2026-11-07", "2026-11-20"),
        ("2026-11-08", "2026-11-20"),
    ],
)
def test_the_first_rating_is_due_after_ten_working_days(opened: str, expected: str) -> None:
    assert first(opened) == expected


def test_holidays_give_more_time_and_working_weekends_less() -> None:
    assert first("2026-11-02", holidays=[date(2026, 11, 10), date(2026, 11, 14)]) == "2026-11-17"
    assert first("2026-11-02", working_weekends=[date(2026, 11, 7)]) == "2026-11-13"


def test_a_long_holiday_is_passed_over() -> None:
    free = [date(2026, 10, day) for day in range(1, 32)]
    assert first("2026-09-30", holidays=free) == "2026-11-13"


def test_working_days_agree_with_those_of_numpy() -> None:
    opened = pd.Series(pd.date_range("2024-01-01", "2026-12-31"))
    expected = np.busday_offset(opened.to_numpy(dtype="datetime64[D]"), 10, roll="backward")
    assert (first_rating_due(opened, 10).to_numpy(dtype="datetime64[D]") == expected).all()


def test_a_missing_day_of_opening_is_refused() -> None:
    with pytest.raises(MissingValueError):
        first_rating_due(pd.Series([pd.NaT]), 10)
