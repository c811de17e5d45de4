"""What a change would do: each customer and sale judged as selling would judge them, before and after."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.rulesets import Policies
from backend.core.settings import Settings
from backend.governance.documents import Figure, Words
from backend.product_reviews.what_if import Fit, HolderEffect, Profile, SaleEffect, Side, SoldTo, client_of
from backend.product_reviews.what_if_document import document
from backend.products.definition import ProductDefinition
from backend.products.selling.ruleset import SellingRules, selling_rules
from tests.factories.catalogue import defined

RULES: SellingRules = selling_rules(Policies(Settings().policies), date(2026, 11, 22), "CZ").rules
ADULTS = {"positive": [{"id": "adult", "fact": "age", "op": "at_least", "value": 18}]}
SENIORS = {"positive": [{"id": "senior", "fact": "age", "op": "at_least", "value": 65}]}
FUND: dict[str, Any] = {
    "kind": "fund",
    "needs_assessment": "suitability",
    "questionnaire": "suitability",
    "risk_grade": "R2",
}


def side(**changes: Any) -> Side:
    return Side("p", ProductDefinition.model_validate(defined(**changes).as_json()), RULES)


def said(grade: str, **facts: Any) -> str:
    told = {"knowledge": "informed", "capacity_for_loss": "full", "horizon_months": 120} | facts
    return orjson.dumps([{"q": "suitability", "g": grade, "k": "suitability", "v": False, "f": told}]).decode()


def person(age: int | None, said_: str | None = None, residence: str | None = "CZ") -> Profile:
    return Profile("person", residence, age, said_)


def holders(before: Side, after: Side, *profiles: Profile) -> HolderEffect:
    effect = HolderEffect(before, after)
    effect.add([UUID(int=number) for number in range(len(profiles))], profiles)
    return effect


def test_a_narrower_market_puts_holders_outside() -> None:
    effect = holders(side(target_market=ADULTS), side(target_market=SENIORS), person(40), person(70), person(41))
    assert (effect.holders, effect.falling_out, effect.reasons) == (3, 2, {"senior": 2})


def test_a_wider_market_brings_holders_back() -> None:
    effect = holders(side(target_market=SENIORS), side(target_market=ADULTS), person(40), person(70))
    assert (effect.falling_out, effect.coming_in) == (0, 1)


def test_a_holder_whose_age_is_not_known_is_neither_inside_nor_outside() -> None:
    effect = holders(side(target_market=ADULTS), side(target_market=SENIORS), person(None))
    assert effect.moved[Fit.UNKNOWN, Fit.UNKNOWN] == 1


def test_a_higher_grade_puts_holders_outside_whom_it_no_longer_suits() -> None:
    before, after = side(**FUND), side(**FUND | {"risk_grade": "R4"})
    effect = holders(before, after, person(40, said("C2")), person(40, said("C5")))
    assert (effect.falling_out, [number.int for number, _ in effect.first]) == (1, [0])


def test_a_holder_without_an_assessment_is_not_known() -> None:
    assert holders(side(**FUND), side(**FUND), person(40)).moved[Fit.UNKNOWN, Fit.UNKNOWN] == 1


def test_segments_add_up_to_the_holders() -> None:
    effect = holders(side(), side(), person(40, residence="CZ"), person(70, residence="DE"), person(41, residence="DE"))
    found = {key: each.holders for key, each in effect.segments.items()}
    assert (found["residence", "CZ"], found["residence", "DE"], found["age", "40–49"]) == (1, 2, 2)


def sale(profile: Profile, number: int = 1) -> SoldTo:
    return SoldTo(UUID(int=number), UUID(int=number), date(2026, 5, 1), profile._replace(channel="branch"))


def test_a_sale_that_would_be_refused_is_counted_and_named() -> None:
    effect = SaleEffect(side(**FUND), side(**FUND | {"risk_grade": "R5"}))
    effect.add([sale(person(40, said("C1")), 1), sale(person(40, said("C5")), 2)])
    before = effect.before.allows([(client_of(person(40, said("C1"))), "branch")])[0][0]
    assert (effect.sales, before.value) == (2, "no")


def test_a_sale_to_somebody_it_suits_no_longer_would_not_have_happened() -> None:
    grade = {"risk_grade": "R1"}
    effect = SaleEffect(side(**FUND | grade), side(**FUND | {"risk_grade": "R4"}))
    effect.add([sale(person(40, said("C1")))])
    assert (effect.not_happened, [each.sale_id.int for each, _ in effect.first]) == (1, [1])


_PROFILES = st.builds(
    Profile,
    party_type=st.sampled_from(["person", "organisation"]),
    residence=st.sampled_from(["CZ", "DE", None]),
    age=st.one_of(st.none(), st.integers(0, 100)),
    said=st.one_of(st.none(), st.sampled_from([said("C1"), said("C3"), said("C5", horizon_months=6)])),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(profiles=st.lists(_PROFILES, max_size=40), cut=st.integers(0, 40), least=st.integers(0, 90))
def test_pages_of_any_size_and_single_customers_give_the_same_counts(
    profiles: list[Profile], cut: int, least: int
) -> None:
    market = {"positive": [{"id": "age", "fact": "age", "op": "at_least", "value": least}]}
    before, after = side(**FUND), side(**FUND | {"target_market": market, "risk_grade": "R3", "horizon_months": 12})
    paged = HolderEffect(before, after)
    for page in (profiles[:cut], profiles[cut:]):
        paged.add([UUID(int=1)] * len(page), page)
    alone = [(before.fits([client_of(each)])[0].fit, after.fits([client_of(each)])[0].fit) for each in profiles]
    counted = {(a, b): int(paged.moved[a, b]) for a in Fit for b in Fit}
    assert counted == {(a, b): alone.count((a, b)) for a in Fit for b in Fit}


def test_the_list_of_customers_ends_and_the_count_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.product_reviews.what_if.SHOWN", 3)
    many = [person(20 + number % 40) for number in range(50)]
    effect = holders(side(target_market=ADULTS), side(target_market=SENIORS), *many)
    assert (len(effect.first), effect.falling_out) == (3, 50)


def test_a_fact_of_a_later_assessment_is_believed() -> None:
    two = [
        {"q": "a", "g": None, "k": "demands_and_needs", "v": False, "f": {"needs": ["saving"]}},
        {"q": "b", "g": "C2", "k": "suitability", "v": True, "f": {"needs": ["income", "saving"]}},
    ]
    client = client_of(person(30, orjson.dumps(two).decode()))
    assert (client.facts["needs"], client.facts["risk_grade"], client.vulnerable) == (
        frozenset({"income", "saving"}),
        "C2",
        True,
    )


def test_days_are_of_no_consequence_to_what_was_known_then() -> None:
    effect = SaleEffect(side(**FUND | {"risk_grade": "R1"}), side(**FUND | {"risk_grade": "R1"}))
    old = sale(person(40, said("C1")))._replace(sold_on=date(2026, 1, 1) - timedelta(days=300))
    effect.add([old])
    assert (effect.sales, effect.not_happened) == (1, 0)


def test_segments_are_told_in_words_ages_by_value_and_what_is_not_known_last() -> None:
    people = (
        person(70, residence="DE"),
        person(41, residence="DE"),
        person(9, residence=None),
        person(102, said("C2")),
    )
    effect = holders(side(target_market=ADULTS), side(target_market=SENIORS), *people)
    (table, *_) = document(effect, SaleEffect(side(), side())).tables
    rows = [tuple(each.said("en") if isinstance(each, Words) else each for each in row) for row in table.rows]
    ages = [value.text for name, value, *_ in rows if name == "Age"]
    assert ages == ["0–9", "40–49", "70–79", "100–109"]
    residences = [value if isinstance(value, str) else value.text for name, value, *_ in rows if name == "Residence"]
    assert (residences[0], residences[-1]) == ("DE", "not known")
    assert rows[0][:3] == ("Kind of customer", "Private person", Figure("4"))
    assert Figure("1 (100 %)") in [row[-1] for row in rows]
