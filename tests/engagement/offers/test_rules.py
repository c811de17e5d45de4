"""The ranking of offers: what comes first, and every reason against what is left out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from backend.core.rulesets import load
from backend.engagement.offers.chances import base_rate
from backend.engagement.offers.choice import Chance, Choice, Customer
from backend.engagement.offers.models import Answer, Basis
from backend.engagement.offers.rules import Ranking, rank
from backend.engagement.offers.ruleset import BaseRate, OfferRules
from backend.engagement.offers.said import Said
from backend.products.selling.rules import Allowed, Reason
from backend.products.selling.rules import Answer as Selling
from backend.products.selling.ruleset import Effect
from backend.products.target_market import Place, Verdict

FILE = Path(__file__).resolve().parents[3] / "policies" / "engagement" / "offers" / "offers-2024.yaml"
RULES = load(FILE, OfferRules).rules
TODAY = date(2026, 11, 22)
HERSELF = Customer("active")
YES = Selling(Allowed.YES, (), Verdict(Place.INSIDE))


def chance(value: str, basis: Basis = Basis.BASE_RATE) -> Chance:
    return Chance(Decimal(value), Decimal(value) / 2, min(Decimal(value) * 2, Decimal(1)), basis)


def choice(code: str = "card", kind: str = "card", sell: Selling = YES, likely: str = "0.2", **more: object) -> Choice:
    return Choice(code, kind, sell, chance(likely), **more)  # type: ignore[arg-type]


def against(found: Ranking) -> list[str]:
    return [ground.code for each in found.excluded for ground in each.grounds]


def ranked(*choices: Choice, her: Customer = HERSELF, on: date = TODAY) -> Ranking:
    return rank(her, choices, RULES, on, "CZK")


def warned(code: str, allowed: Allowed = Allowed.WARN) -> Selling:
    effect = Effect.WARN if allowed is Allowed.WARN else Effect.REFUSE
    return Selling(allowed, (Reason(code, effect, {"product": "card"}),), Verdict(Place.UNKNOWN))


def test_expected_value_is_chance_times_margin_after_costs_less_asking() -> None:
    (offer,) = ranked(choice(likely="0.2")).offers
    assert (offer.margin, offer.expected) == (Decimal("840.00"), Decimal("0.2") * 840 - 40)


def test_worth_more_comes_first_however_unlikely() -> None:
    found = ranked(choice("card", "card", likely="0.5"), choice("mortgage", "mortgage", likely="0.06"))
    assert [each.choice.code for each in found.offers] == ["mortgage", "card"]


@seed(20261122)
@given(st.lists(st.tuples(st.sampled_from(sorted(RULES.kinds)), st.integers(1, 1_000)), max_size=12))
def test_ranking_never_rises_in_value(drawn: list[tuple[str, int]]) -> None:
    choices = [choice(f"p{place}", kind, likely=str(value / 1_000)) for place, (kind, value) in enumerate(drawn)]
    found = ranked(*choices)
    values = [each.value.weighed for each in found.offers]
    assert values == sorted(values, reverse=True)
    assert len(found.offers) + len(found.excluded) == len(choices)
    assert all(each.expected > 0 for each in found.offers)
    assert all(each.grounds for each in found.excluded)


@pytest.mark.parametrize("reason", ["kyc.not_approved", "compliance.hold", "product.not_on_sale", "channel.closed"])
def test_what_selling_refuses_is_not_offered(reason: str) -> None:
    found = ranked(choice(sell=warned(reason, Allowed.NO)))
    assert (found.offers, found.excluded[0].grounds[0].figures["reason"]) == ((), reason)


def test_open_complaint_warns_selling_and_stops_offers() -> None:
    assert ranked(choice(sell=warned("complaint.open"))).offers == ()


def test_unknown_target_market_is_tolerated_and_told() -> None:
    (offer,) = ranked(choice(sell=warned("market.unknown"))).offers
    assert "market.unknown" in [ground.figures.get("reason") for ground in offer.why]


def test_missing_consent_stops_every_offer() -> None:
    her = Customer("active", {"profiling": "consent_missing"})
    found = ranked(choice(), choice("loan", "loan"), her=her)
    assert (found.offers, against(found)) == ((), ["consent", "consent"])


def test_contact_cap_stops_every_offer() -> None:
    assert against(ranked(choice(), her=Customer("active", contact=("cap_reached",)))) == ["contact"]


def test_nothing_is_offered_to_a_customer_who_left() -> None:
    assert against(ranked(choice(), her=Customer("churned"))) == ["stage"]


def test_product_that_is_held_is_offered_again_only_where_it_repeats() -> None:
    found = ranked(choice(held=True), choice("fund", "fund", held=True))
    assert ([each.choice.code for each in found.offers], against(found)) == (["fund"], ["held"])


def test_refusal_silences_a_product_for_its_time() -> None:
    said = Said(Answer.DECLINED, date(2026, 7, 1))
    during, after = ranked(choice(said=said)), ranked(choice(said=said), on=date(2026, 12, 28))
    assert (against(during), len(after.offers)) == (["declined"], 1)


def test_later_comes_back_on_the_day_that_the_customer_named() -> None:
    said = Said(Answer.LATER, date(2026, 11, 1), date(2026, 12, 1))
    assert against(ranked(choice(said=said), on=date(2026, 11, 30))) == ["later"]
    (offer,) = ranked(choice(said=said), on=date(2026, 12, 1)).offers
    assert "asked_for" in [ground.code for ground in offer.why]


def test_offer_that_costs_more_than_it_brings_is_left_out() -> None:
    assert against(ranked(choice(likely="0.01"))) == ["not_worth"]


def test_kind_without_a_margin_is_left_out() -> None:
    assert against(ranked(choice("gold", "gold"))) == ["no_worth"]


def test_every_reason_is_told_and_not_only_the_first() -> None:
    her = Customer("active", {"marketing": "consent_withdrawn"}, ("cap_reached",))
    found = ranked(choice(held=True, sell=warned("channel.closed", Allowed.NO), likely="0.01"), her=her)
    assert against(found) == ["consent", "contact", "selling", "held", "not_worth"]


def test_base_rate_begins_with_the_assumption_and_learns_from_answers() -> None:
    assumed = BaseRate(accepted=1, asked=20, lookback_days=730)
    before, after = base_rate(assumed, 0, 0), base_rate(assumed, 49, 80)
    assert (before.value, after.value) == (Decimal("0.050000"), Decimal("0.500000"))
    assert after.high - after.low < before.high - before.low + Decimal("0.05")
    assert before.low < before.value < before.high


def doubtful(likely: str, lower: str, upper: str) -> Chance:
    return replace(chance(likely), lower=Decimal(lower), upper=Decimal(upper))


def test_offer_that_is_better_known_comes_before_a_lucky_one() -> None:
    lucky = replace(choice("lucky"), chance=doubtful("0.33", "0.12", "0.50"))
    known = replace(choice("known"), chance=doubtful("0.25", "0.24", "0.26"))
    found = ranked(lucky, known)
    assert [each.choice.code for each in found.offers] == ["known", "lucky"]
    assert found.offers[0].expected < found.offers[1].expected


def test_whoever_is_drawn_is_asked_of_what_is_doubtful_first() -> None:
    lucky = replace(choice("lucky"), chance=doubtful("0.20", "0.06", "0.50"))
    known = replace(choice("known"), chance=doubtful("0.25", "0.24", "0.26"))
    found = ranked(lucky, known, her=Customer("active", explored=True))
    assert [each.choice.code for each in found.offers] == ["lucky", "known"]
    assert "explored" in [ground.code for ground in found.offers[0].why]


def test_rule_set_without_an_order_ranks_by_the_expected_value_itself() -> None:
    lucky = replace(choice("lucky"), chance=doubtful("0.33", "0.12", "0.50"))
    known = replace(choice("known"), chance=doubtful("0.25", "0.24", "0.26"))
    plain = RULES.model_copy(update={"ranked_by": None})
    found = rank(HERSELF, [lucky, known], plain, TODAY, "CZK")
    assert [each.choice.code for each in found.offers] == ["lucky", "known"]
    assert all(each.value.weighed == each.expected for each in found.offers)


def reckoned(amount: str | None) -> Ranking:
    her = Customer("active", amounts={} if amount is None else {"inflow_3m_minor": Decimal(amount)})
    return rank(her, [choice("loan", "loan", likely="0.5")], RULES, TODAY, "CZK")


@pytest.mark.parametrize(
    ("amount", "margin", "told"),
    [
        ("40000.01", "6500.00", "reckoned"),
        ("40000.04", "6500.01", "reckoned"),
        ("100", "1235.00", "reckoned_held"),
        ("9999999", "24700.00", "reckoned_held"),
        (None, "3250.00", None),
    ],
)
def test_margin_is_reckoned_from_what_is_known_of_her_to_the_cent(
    amount: str | None, margin: str, told: str | None
) -> None:
    (offer,) = reckoned(amount).offers
    codes = [ground.code for ground in offer.why if ground.code.startswith("reckoned")]
    assert (offer.margin, codes) == (Decimal(margin), [] if told is None else [told])


def test_currency_without_bounds_has_the_flat_margin() -> None:
    other = RULES.kinds["loan"].model_copy(update={"margin": {"CZK": Decimal(9500), "CHF": Decimal(400)}})
    rules = RULES.model_copy(update={"kinds": {"loan": other}})
    her = Customer("active", amounts={"inflow_3m_minor": Decimal(1)})
    (offer,) = rank(her, [choice("loan", "loan")], rules, TODAY, "CHF").offers
    assert offer.margin == Decimal("260.00")


def test_margin_of_nothing_is_told_as_not_worth_asking() -> None:
    none = RULES.kinds["card"].model_copy(update={"cost_bp": 10_000})
    rules = RULES.model_copy(update={"kinds": {"card": none}})
    assert against(rank(HERSELF, [choice()], rules, TODAY, "CZK")) == ["not_worth"]
