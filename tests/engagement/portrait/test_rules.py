"""What is computed from a customer's days and bookings: soon, once a year, and nothing that nobody knows."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.periods import months_later
from backend.engagement.portrait import rules
from backend.engagement.portrait.rules import Dates
from backend.engagement.portrait.terms import LoanTerm

TODAY = date(2026, 11, 22)


def kinds(dates: Dates, ahead: int = 92) -> list[tuple[str, date, int | None]]:
    return [(each.kind, each.on, each.years) for each in rules.derived(dates, TODAY, ahead)]


def test_a_birthday_is_told_with_the_age() -> None:
    assert kinds(Dates(birth_date=date(1980, 12, 24))) == [("birthday", date(2026, 12, 24), 46)]


def test_a_birthday_today_is_today() -> None:
    assert kinds(Dates(birth_date=date(1980, 11, 22))) == [("birthday", TODAY, 46)]


def test_a_birthday_just_over_is_next_year_and_too_far() -> None:
    assert kinds(Dates(birth_date=date(1980, 11, 21))) == []


def test_who_was_born_on_a_leap_day_has_a_birthday_every_year() -> None:
    found = rules.derived(Dates(birth_date=date(2000, 2, 29)), date(2026, 2, 1), 60)
    assert [(each.on, each.years) for each in found] == [(date(2026, 2, 28), 26)]


def test_the_first_day_of_a_relationship_is_no_anniversary() -> None:
    assert kinds(Dates(customer_since=TODAY)) == []


def test_the_end_of_a_loan_is_told_when_it_is_near() -> None:
    near, far = LoanTerm(date(2024, 12, 10), 24), LoanTerm(date(2026, 1, 10), 24)
    assert kinds(Dates(loans=(near, far))) == [("loan_ends", date(2026, 12, 10), None)]


def test_a_first_income_is_news_for_a_year() -> None:
    assert kinds(Dates(first_income_on=date(2026, 3, 1))) == [("first_income", date(2026, 3, 1), None)]
    assert kinds(Dates(first_income_on=date(2025, 3, 1))) == []


@settings(deadline=None)
@given(st.dates(date(1930, 1, 1), TODAY))
def test_an_anniversary_returns_within_a_year_on_its_day(first: date) -> None:
    found = rules.derived(Dates(customer_since=first), TODAY, 366)
    for each in found:
        assert TODAY <= each.on <= months_later(TODAY, 12)
        assert each.on == months_later(first, 12 * (each.years or 0))


def test_balances_stand_until_the_next_booking_and_add_up_over_accounts() -> None:
    lines = (("a", date(2026, 9, 3), 10), ("b", date(2026, 10, 9), 5), ("a", date(2026, 11, 2), 1))
    booked = [(account, on, Decimal(amount)) for account, on, amount in lines]
    days = rules.month_ends(date(2026, 11, 22), 4)
    found = rules.balances(days, booked)
    assert [(each.on, each.amount) for each in found] == [
        (date(2026, 9, 30), Decimal(10)),
        (date(2026, 10, 31), Decimal(15)),
        (date(2026, 11, 22), Decimal(6)),
    ]


def test_before_the_first_booking_nothing_is_told() -> None:
    assert rules.balances([date(2026, 1, 31)], [("a", date(2026, 2, 1), Decimal(1))]) == []
