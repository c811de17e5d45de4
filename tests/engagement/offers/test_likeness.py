"""Who is like whom, in codes and in words; what they opened; and who is drawn for learning."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pandas as pd
import pytest
from pydantic import ValidationError

from backend.core.ids import new_id
from backend.core.rulesets import Wording
from backend.engagement.offers.draw import drawn
from backend.engagement.offers.likeness import Likeness, Trait, alike, described
from backend.engagement.offers.openings import count_openings
from tests.engagement.offers.test_rules import RULES

IDS = [UUID(int=place) for place in range(6)]
INFLOW = Trait(fact="inflow_3m_minor", wording=Wording(en="inflow", zh_CN="入账"), amounts={"CZK": (1, 20_000)})
COUNT = Trait(fact="products", wording=Wording(en="products", zh_CN="产品"), cuts=(1, 3))
LIKE = Likeness(traits=(INFLOW, COUNT), openings_months=12, most_times=3)


def facts(inflow: list[int | None], products: list[int]) -> pd.DataFrame:
    told = {"inflow_3m_minor": pd.array(inflow, dtype="Int64"), "products": products}
    return pd.DataFrame(told, index=IDS[: len(inflow)])


def test_band_begins_at_its_cut_and_ends_below_the_next() -> None:
    found = alike(facts([0, 99, 100, 1_999_999, 2_000_000], [0, 1, 2, 3, 4]), LIKE, "CZK", 100)
    assert list(found.values()) == [
        "inflow_3m_minor=..100;products=..1",
        "inflow_3m_minor=..100;products=1..3",
        "inflow_3m_minor=100..2000000;products=1..3",
        "inflow_3m_minor=100..2000000;products=3..",
        "inflow_3m_minor=2000000..;products=3..",
    ]


def test_whoever_lacks_a_fact_is_like_nobody() -> None:
    assert list(alike(facts([None, 100], [1, 1]), LIKE, "CZK", 100)) == [IDS[1]]


def test_nobody_is_alike_in_a_currency_without_cuts() -> None:
    assert alike(facts([100], [1]), LIKE, "EUR", 100) == {}


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "inflow from 1 CZK to below 20,000 CZK · products 3 or more"),
        ("zh_CN", "入账1 CZK至20,000 CZK以下 · 产品3及以上"),
    ],
)
def test_group_is_told_in_the_readers_language(locale: str, words: str) -> None:
    assert described("inflow_3m_minor=100..2000000;products=3..", LIKE, "CZK", 100, locale) == words


@pytest.mark.parametrize(
    ("band", "words"),
    [("..1", "products 0"), ("1..2", "products 1"), ("1..3", "products 1 to 2"), ("3..", "products 3 or more")],
)
def test_band_of_a_count_ends_with_the_last_number_in_it(band: str, words: str) -> None:
    assert described(f"products={band}", LIKE, "CZK", 100, "en") == words


@pytest.mark.parametrize(
    "wrong",
    [
        {"fact": "shoe_size", "cuts": (1,)},
        {"fact": "products"},
        {"fact": "products", "amounts": {"CZK": (1,)}},
        {"fact": "inflow_3m_minor", "cuts": (1,)},
        {"fact": "products", "cuts": (3, 1)},
        {"fact": "products", "cuts": (1, 1)},
    ],
)
def test_trait_that_draws_no_bands_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Trait.model_validate({"wording": {"en": "x", "zh_CN": "x"}, **wrong})


def contracts(*rows: tuple[int, str, str]) -> pd.DataFrame:
    told = [(IDS[party], code, pd.Timestamp(opened)) for party, code, opened in rows]
    return pd.DataFrame(told, columns=["party_id", "product", "opened_on"]).set_index("party_id")


def counted(*rows: tuple[int, str, str]) -> dict[tuple[str, str], tuple[int, int]]:
    groups = pd.Series(["a", "a", "b"], index=IDS[:3], dtype=object)
    found = count_openings(contracts(*rows), groups, date(2025, 1, 1))
    return {key: (row.could, row.opened) for key, row in zip(found.index, found.itertuples(), strict=True)}


def test_openings_are_of_those_who_held_none_before() -> None:
    found = counted((0, "card", "2024-05-01"), (0, "card", "2025-05-01"), (1, "card", "2025-01-02"))
    assert found == {("card", "a"): (1, 1), ("card", "b"): (1, 0)}


def test_two_contracts_of_one_customer_are_one_opening() -> None:
    assert counted((2, "card", "2025-02-01"), (2, "card", "2025-03-01"))["card", "b"] == (1, 1)


def test_contract_of_the_first_day_was_held_before() -> None:
    assert counted((2, "card", "2025-01-01"))["card", "b"] == (0, 0)


def test_contracts_of_people_in_no_group_do_not_count() -> None:
    assert counted((5, "card", "2025-02-01")) == {}


def test_share_that_is_drawn_is_the_rule_sets() -> None:
    people = [new_id() for _ in range(20_000)]
    share = sum(drawn(party_id, date(2026, 11, 22), 500) for party_id in people) / len(people)
    assert share == pytest.approx(0.05, abs=0.006)


def test_same_people_are_drawn_all_month_and_others_in_the_next() -> None:
    people = [new_id() for _ in range(2_000)]
    first, last, next_month = (
        {each for each in people if drawn(each, day, 500)}
        for day in (date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1))
    )
    assert first == last
    assert len(first & next_month) < len(first) / 3


def test_nobody_is_drawn_for_a_share_of_nothing() -> None:
    assert not any(drawn(new_id(), date(2026, 11, 22), 0) for _ in range(100))


def test_delivered_rule_set_names_every_currency_of_its_margins_everywhere() -> None:
    currencies = set(RULES.asking)
    bounds = [each for worth in RULES.kinds.values() if worth.by for each in (worth.by.least, worth.by.most)]
    assert RULES.likeness is not None
    cuts = [trait.amounts for trait in RULES.likeness.traits if trait.amounts]
    assert all(set(each) == currencies for each in (*bounds, *cuts))
    assert RULES.ranked_by is not None
    assert RULES.ranked_by.quantile < Decimal("0.5")
