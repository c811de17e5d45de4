"""Money is exact and never loses its currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.money import AmountUnreadable, CurrencyMismatch, Money

amounts = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)


@given(amounts, amounts)
def test_adding_and_taking_away_again_changes_nothing(first: Decimal, second: Decimal) -> None:
    assert Money(first, "EUR") + Money(second, "EUR") - Money(second, "EUR") == Money(first, "EUR")


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert Money.parse("0.1", "CZK") + Money.parse("0.2", "CZK") == Money.parse("0.3", "CZK")


def test_amounts_of_two_currencies_do_not_add_up() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "CZK")


@pytest.mark.parametrize("text", ["", "a lot", "1,5", "NaN", "Infinity"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(AmountUnreadable):
        Money.parse(text, "EUR")


def test_a_currency_has_three_capital_letters() -> None:
    with pytest.raises(AmountUnreadable):
        Money(Decimal(1), "eur")
