"""What the programme decides, without a database."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.money import Money
from backend.core.rulesets import load
from backend.loyalty import rules
from backend.loyalty.errors import (
    CurrencyEarnsNothing,
    EarnCodeUnknown,
    ProductEarnsNothing,
    RewardUnavailable,
    RewardUnknown,
)
from backend.loyalty.models import TierReason
from backend.loyalty.ruleset import Programme

FILE = Path(__file__).resolve().parents[2] / "policies/loyalty/programme/programme-2024.yaml"
PROGRAMME = load(FILE, Programme).rules
CARD = PROGRAMME.earn_rule("card_payment")
assert CARD is not None
TODAY = date(2026, 11, 22)


def crowns(amount: str) -> Money:
    return Money(Decimal(amount), "CZK")


def test_a_point_is_earned_for_every_full_amount_of_the_rule() -> None:
    assert rules.points_for(PROGRAMME, CARD, crowns("249.99"), "classic") == 9


def test_the_tier_multiplies_before_the_one_rounding() -> None:
    assert rules.points_for(PROGRAMME, CARD, crowns("225"), "silver") == 9
    assert rules.points_for(PROGRAMME, CARD, crowns("250"), "silver") == 11


def test_half_up_rounds_the_other_way() -> None:
    other = PROGRAMME.model_copy(update={"rounding": "half_up"})
    assert rules.points_for(other, CARD, crowns("237.50"), "classic") == 10


def test_the_months_cap_leaves_only_what_is_missing() -> None:
    assert rules.points_for(PROGRAMME, CARD, crowns("100000"), "classic", earned_this_month=4990) == 10
    assert rules.points_for(PROGRAMME, CARD, crowns("100000"), "classic", earned_this_month=5000) == 0


def test_a_currency_that_the_rule_does_not_name_is_refused() -> None:
    with pytest.raises(CurrencyEarnsNothing):
        rules.points_for(PROGRAMME, CARD, Money(Decimal(100), "JPY"), "classic")


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(EarnCodeUnknown):
        rules.earn_rule(PROGRAMME, "gambling", None)


def test_a_rule_for_some_products_is_closed_to_others() -> None:
    only = CARD.model_copy(update={"products": frozenset({"gold_card"})})
    narrowed = PROGRAMME.model_copy(update={"earning": (only,)})
    with pytest.raises(ProductEarnsNothing):
        rules.earn_rule(narrowed, "card_payment", "basic_card")


def test_a_refund_earns_nothing() -> None:
    assert rules.points_for(PROGRAMME, CARD, crowns("-500"), "classic") == 0


@given(st.decimals(0, 10_000, places=2), st.decimals(0, 10_000, places=2))
def test_more_money_never_earns_fewer_points(one: Decimal, more: Decimal) -> None:
    first = rules.points_for(PROGRAMME, CARD, Money(one, "CZK"), "gold")
    assert rules.points_for(PROGRAMME, CARD, Money(one + more, "CZK"), "gold") >= first


@pytest.mark.parametrize("points", [400, 550, 999])
def test_a_reward_is_had_in_its_steps_alone(points: int) -> None:
    with pytest.raises(RewardUnavailable):
        rules.reward(PROGRAMME, "fee_credit", points)


def test_a_reward_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RewardUnknown):
        rules.reward(PROGRAMME, "yacht", 500)


def test_a_tier_is_reached_at_once() -> None:
    decided = rules.tier_of(PROGRAMME, "classic", date(2026, 11, 1), TierReason.ENROLLED, 3000, TODAY)
    assert (decided.tier.code, decided.since, decided.reason) == ("silver", TODAY, TierReason.REACHED)


def test_a_tier_that_is_no_longer_earned_is_held_for_its_months() -> None:
    decided = rules.tier_of(PROGRAMME, "gold", date(2026, 1, 5), TierReason.REACHED, 200, TODAY)
    assert (decided.tier.code, decided.reason, decided.until) == ("gold", TierReason.HELD, date(2027, 1, 5))


def test_after_its_months_a_tier_falls_to_what_is_earned() -> None:
    decided = rules.tier_of(PROGRAMME, "gold", date(2025, 11, 22), TierReason.HELD, 3500, TODAY)
    assert (decided.tier.code, decided.reason) == ("silver", TierReason.FELL)


def test_a_held_tier_that_is_earned_again_is_reached_and_keeps_its_day() -> None:
    decided = rules.tier_of(PROGRAMME, "gold", date(2026, 1, 5), TierReason.HELD, 12_000, TODAY)
    assert (decided.reason, decided.since) == (TierReason.REACHED, date(2026, 1, 5))


def test_the_decision_says_what_the_next_tier_still_takes() -> None:
    decided = rules.tier_of(PROGRAMME, "silver", date(2026, 1, 5), TierReason.REACHED, 4000, TODAY)
    assert decided.next is not None
    assert (decided.next.code, decided.missing) == ("gold", 6000)


def test_above_the_highest_tier_nothing_is_missing() -> None:
    decided = rules.tier_of(PROGRAMME, "platinum", date(2026, 1, 5), TierReason.REACHED, 99_000, TODAY)
    assert (decided.next, decided.missing) == (None, 0)


def test_liability_takes_the_assumed_breakage_until_history_suffices() -> None:
    found = rules.liability(PROGRAMME, outstanding=10_000, matured=49_999, lapsed=20_000)
    assert (found.measured, found.expected) == (False, Decimal("0.15"))
    assert crowns("2000.00") in found.gross
    assert crowns("1700.00") in found.net


def test_liability_is_measured_on_what_matured() -> None:
    found = rules.liability(PROGRAMME, outstanding=10_000, matured=60_000, lapsed=15_000)
    assert (found.measured, found.expected) == (True, Decimal("0.2500"))
    assert crowns("1500.00") in found.net


def test_liability_is_told_in_the_institutions_currency_alone() -> None:
    found = rules.liability(PROGRAMME, outstanding=10_000, matured=0, lapsed=0, currency="CZK")
    assert [each.currency for each in found.gross] == ["CZK"]
    elsewhere = rules.liability(PROGRAMME, outstanding=10_000, matured=0, lapsed=0, currency="JPY")
    assert [each.currency for each in elsewhere.gross] == ["CZK", "EUR"]


@pytest.mark.parametrize(
    "change",
    [
        {"tiers": PROGRAMME.tiers[1:]},
        {"tiers": (PROGRAMME.tiers[0], PROGRAMME.tiers[2], PROGRAMME.tiers[1])},
        {"care_plans": ()},
        {"point_value": {"CZK": Decimal(0)}},
    ],
    ids=["no first tier", "tiers out of order", "tier without its plan", "worthless points"],
)
def test_a_programme_that_contradicts_itself_is_refused(change: dict[str, object]) -> None:
    told = PROGRAMME.model_dump() | {
        name: [each.model_dump() for each in value] if isinstance(value, tuple) else value
        for name, value in change.items()
    }
    with pytest.raises(ValueError, match=r"tiers|point"):
        Programme.model_validate(told)


def test_a_word_that_the_programme_no_longer_has_stands_for_itself() -> None:
    assert PROGRAMME.said("old_reward", "en") == "old reward"
    assert PROGRAMME.said("voucher", "zh_CN") == "合作商户礼券"
