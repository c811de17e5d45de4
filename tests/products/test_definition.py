"""Definitions: prices by tier and day, what is refused, and the hash that identifies one."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from backend.products.definition import ProductDefinition
from tests.factories.products import definition

_TIERS = [
    {"code": "silver", "name": {"en": "Silver", "zh": "银"}, "at_least": "1000"},
    {"code": "gold", "name": {"en": "Gold", "zh": "金"}, "at_least": "5000.50"},
]


def _rate(*prices: dict[str, Any]) -> dict[str, Any]:
    return {"code": "credit", "name": {"en": "Interest", "zh": "利率"}, "basis": "credit", "prices": list(prices)}


def _read(**given: Any) -> ProductDefinition:
    return ProductDefinition.model_validate(definition(**given))


def test_a_rate_is_found_by_tier_and_day_and_both_ends_belong_to_it() -> None:
    first = {"valid_from": "2026-01-01", "valid_to": "2026-06-30", "value": "1.10"}
    then = {"valid_from": "2026-07-01", "value": "0.90"}
    read = _read(rates=[_rate(first, then)])
    days = (date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1))
    assert [read.rate_on("standard", day) for day in days] == [None, Decimal("1.10"), Decimal("0.90")]


def test_two_prices_of_one_tier_on_one_day_are_refused() -> None:
    first = {"valid_from": "2026-01-01", "value": "1.10"}
    with pytest.raises(ValidationError, match="two prices"):
        _read(rates=[_rate(first, {"valid_from": "2026-07-01", "value": "0.90"})])


@pytest.mark.parametrize(
    ("amount", "tier"), [("999.99", "standard"), ("1000", "silver"), ("5000.49", "silver"), ("5000.50", "gold")]
)
def test_a_tier_begins_at_its_amount(amount: str, tier: str) -> None:
    assert _read(tiers=_TIERS).tier_of(Decimal(amount)) == tier


def test_a_price_of_a_tier_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ValidationError, match="not declared"):
        _read(rates=[_rate({"tier": "platinum", "valid_from": "2026-01-01", "value": "1"})])


def test_a_product_with_a_risk_grade_needs_suitability() -> None:
    with pytest.raises(ValidationError, match="suitability"):
        _read(risk_grade="R3")


def test_an_unknown_key_is_refused_wherever_it_stands() -> None:
    with pytest.raises(ValidationError, match="extra"):
        _read(names={"en": "A", "zh": "甲", "de": "B"})


def test_the_hash_survives_the_way_through_json() -> None:
    read = _read(tiers=_TIERS, rates=[_rate({"valid_from": "2026-01-01", "value": "1.10"})])
    assert ProductDefinition.model_validate(read.as_json()).sha256 == read.sha256


def test_the_order_of_channels_does_not_change_the_hash_and_a_cent_does() -> None:
    assert _read(channels=["web", "branch"]).sha256 == _read(channels=["branch", "web"]).sha256
    dearer = definition()["fees"][0] | {"prices": [{"valid_from": "2026-01-01", "value": "9.91"}]}
    assert _read().sha256 != _read(fees=[dearer]).sha256
