"""How often somebody may be assessed, over any history of assessments."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.products.suitability.limits import Reached, next_place, window
from backend.products.suitability.questionnaire import Limits

LIMITS = Limits(per_day=2, per_year=8)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(st.lists(DAYS, max_size=200))
def test_whoever_asks_the_limits_first_is_never_assessed_too_often(attempts: list[date]) -> None:
    taken: list[date] = []
    for day in sorted(attempts):
        recent = [each for each in taken if each > window(day)]
        if next_place(recent, day, LIMITS).reached is None:
            taken.append(day)
    for day in set(taken):
        assert taken.count(day) <= LIMITS.per_day
        assert sum(window(day) < each <= day for each in taken) <= LIMITS.per_year


@given(st.lists(DAYS, min_size=8, max_size=30), DAYS)
def test_the_day_that_is_promised_is_the_first_one_that_is_free(history: list[date], today: date) -> None:
    taken = sorted(day for day in history if window(today) < day <= today)
    place = next_place(taken, today, LIMITS)
    if place.again_on is None:
        assert len(taken) < LIMITS.per_year
        return
    assert place.reached is Reached.YEAR

    def free(day: date) -> bool:
        return sum(each > window(day) for each in taken) < LIMITS.per_year

    assert free(place.again_on)
    assert not free(place.again_on - timedelta(days=1))


def test_the_third_assessment_of_a_day_waits_for_tomorrow() -> None:
    day = date(2026, 11, 22)
    assert next_place([day], day, LIMITS).number == 2
    assert next_place([day, day], day, LIMITS).reached is Reached.DAY


def test_an_assessment_on_29_february_counts_until_the_end_of_february() -> None:
    leap = date(2028, 2, 29)
    place = next_place([leap] * 8, date(2028, 6, 1), LIMITS)
    assert place.again_on == date(2029, 3, 1)
