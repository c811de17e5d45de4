from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.screening.lists.dates import birth_date
from backend.screening.lists.entity import BirthDate


@pytest.mark.parametrize(
    ("text", "first", "last", "approximate"),
    [
        ("1962", date(1962, 1, 1), date(1962, 12, 31), False),
        ("circa 1962", date(1962, 1, 1), date(1962, 12, 31), True),
        ("29 Aug 1974", date(1974, 8, 29), date(1974, 8, 29), False),
        ("Feb 1976", date(1976, 2, 1), date(1976, 2, 29), False),
        ("1960 to 1965", date(1960, 1, 1), date(1965, 12, 31), False),
        ("circa 1958 to 1959", date(1958, 1, 1), date(1959, 12, 31), True),
        ("Apr 1971 to Sep 1971", date(1971, 4, 1), date(1971, 9, 30), False),
        ("1974-02-04", date(1974, 2, 4), date(1974, 2, 4), False),
        ("1974-00-00", date(1974, 1, 1), date(1974, 12, 31), False),
        ("04/02/1974", date(1974, 2, 4), date(1974, 2, 4), False),
    ],
)
def test_a_written_birth_date_is_a_range_of_days(text: str, first: date, last: date, approximate: bool) -> None:
    assert birth_date(text) == BirthDate(first, last, approximate)


@pytest.mark.parametrize("text", ["", "unknown", "31 Feb 1974", "1974-13-01", "1965 to 1960", "0000"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert birth_date(text) is None


@given(st.dates())
def test_every_day_is_read_back_from_its_iso_form(day: date) -> None:
    assert birth_date(day.isoformat()) == BirthDate(day, day)
