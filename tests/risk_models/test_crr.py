"""The rating: exact at the boundaries, the same for one customer and for a million, explicit about the unknown."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_models.crr import PREFIX, fired_codes, mandatory_level, rate, unknown_facts
from risk_models.crr_book import Rating
from risk_models.errors import MissingColumnError, OutOfRangeError
from tests.risk_models.crr_portfolio import book, portfolio

ON = date(2026, 11, 22)
SCHEMES = ["cn-persons", "cn-organisations", "eu-risk-based", "insurance-policyholders"]
RATINGS = {id_: book().effective(id_, ON) for id_ in SCHEMES}
ROWS = 400
PORTFOLIOS = {id_: portfolio(rating, ROWS, seed) for seed, (id_, rating) in enumerate(RATINGS.items())}
RATED = {id_: rate(frame, RATINGS[id_], ON) for id_, frame in PORTFOLIOS.items()}

schemes = pytest.mark.parametrize("scheme", SCHEMES)


def low_risk(scheme: str, **facts: object) -> pd.DataFrame:
    """One customer with the least possible points, but for `facts`."""
    calm = portfolio(RATINGS[scheme], 200, 5, missing=0)
    rated = rate(calm, RATINGS[scheme], ON)
    least = calm.loc[[rated["points"].idxmin()]]
    return least.assign(**facts)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SCHEMES), st.lists(st.integers(0, ROWS), max_size=6))
def test_any_partition_gives_the_same_ratings(scheme: str, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), ROWS]
    frame = PORTFOLIOS[scheme]
    parts = [rate(frame.iloc[a:b], RATINGS[scheme], ON) for a, b in pairwise(edges) if a < b]
    pd.testing.assert_frame_equal(pd.concat(parts), RATED[scheme])


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(SCHEMES), st.integers(0, 2**32 - 1))
def test_any_order_gives_the_same_ratings(scheme: str, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(ROWS)
    shuffled = rate(PORTFOLIOS[scheme].iloc[order], RATINGS[scheme], ON)
    pd.testing.assert_frame_equal(shuffled, RATED[scheme].iloc[order])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SCHEMES), st.integers(0, ROWS - 1))
def test_a_single_customer_is_rated_as_in_the_batch(scheme: str, row: int) -> None:
    alone = rate(PORTFOLIOS[scheme].iloc[[row]], RATINGS[scheme], ON)
    pd.testing.assert_frame_equal(alone, RATED[scheme].iloc[[row]])


@schemes
def test_blocks_do_not_show(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("risk_models.crr.BLOCK", 7)
    pd.testing.assert_frame_equal(rate(PORTFOLIOS[scheme], RATINGS[scheme], ON), RATED[scheme])


@schemes
def test_text_and_categories_are_rated_alike(scheme: str) -> None:
    frame = PORTFOLIOS[scheme]
    text = [name for name in frame.columns if frame[name].dtype == "str"]
    as_category = rate(frame.astype(dict.fromkeys(text, "category")), RATINGS[scheme], ON)
    pd.testing.assert_frame_equal(as_category, RATED[scheme])


@schemes
def test_numbers_read_as_floats_are_rated_alike(scheme: str) -> None:
    frame = PORTFOLIOS[scheme]
    counts = [name for name in frame.columns if frame[name].dtype == "Int64"]
    pd.testing.assert_frame_equal(
        rate(frame.astype(dict.fromkeys(counts, "float64")), RATINGS[scheme], ON), RATED[scheme]
    )


@schemes
def test_contributions_add_up_to_the_points(scheme: str) -> None:
    items = [PREFIX + item.code for item in RATINGS[scheme].rules.items]
    assert (RATED[scheme][items].sum(axis=1) == RATED[scheme]["points"]).all()


@schemes
def test_the_level_by_points_is_that_of_exact_fractions(scheme: str) -> None:
    rules = RATINGS[scheme].rules
    for points, level in zip(RATED[scheme]["points"].tolist(), RATED[scheme]["scored"].tolist(), strict=True):
        inside = [each.code for each in rules.levels if each.from_ * rules.highest_score <= points]
        assert level == inside[-1]


def _by_hand(rating: Rating, facts: dict[str, object]) -> int:
    """The total of a customer whose facts are known codes and numbers, straight from the YAML's words."""
    total = 0
    for item in rating.rules.items:
        value = facts[item.fact]
        if item.bands is not None:
            assert isinstance(value, int)
            inside = [
                band.score
                for band in item.bands
                if (band.from_ is None or (value >= band.from_ if item.closed == "lower" else value > band.from_))
                and (band.to is None or (value < band.to if item.closed == "lower" else value <= band.to))
            ]
            assert len(inside) == 1
            total += item.weight * inside[0]
        else:
            assert item.scores is not None
            total += item.weight * max(item.scores[code] for code in str(value).split("|"))
    return total


def test_every_number_at_and_beside_a_boundary_scores_by_the_closed_side() -> None:
    rating = RATINGS["cn-organisations"]
    base = low_risk("cn-organisations").iloc[0].to_dict()
    codes_only = [item for item in rating.rules.items if item.bands is not None]
    for item in codes_only:
        ends = [band.from_ for band in item.bands or () if band.from_ is not None]
        values = sorted({end + step for end in ends for step in (-1, 0, 1)})
        frame = pd.DataFrame([base | {item.fact: value} for value in values])
        rated = rate(frame, rating, ON)
        only = Rating(rating.rules.model_copy(update={"items": (item,)}), rating.tables, "", "", {})
        expected = [_by_hand(only, {item.fact: value}) for value in values]
        assert rated[PREFIX + item.code].tolist() == expected


@schemes
def test_an_unknown_value_gets_the_stated_score_and_is_named(scheme: str) -> None:
    rating = RATINGS[scheme]
    for item in rating.rules.items:
        frame = low_risk(scheme).astype(object)
        frame[item.fact] = None
        rated = rate(frame, rating, ON).iloc[0]
        assert rated[PREFIX + item.code] == item.weight * item.unknown
        assert unknown_facts(int(rated["unknown"]), rating) == (item.fact,)


def test_a_code_never_heard_of_is_unknown_and_not_guessed() -> None:
    rated = rate(low_risk("eu-risk-based", channel="pigeon"), RATINGS["eu-risk-based"], ON).iloc[0]
    assert unknown_facts(int(rated["unknown"]), RATINGS["eu-risk-based"]) == ("channel",)
    assert rated["points_channel"] == 3 * 3


@pytest.mark.parametrize("age", [-1, 131, 2**40])
def test_a_number_that_cannot_be_true_is_unknown(age: int) -> None:
    rated = rate(low_risk("cn-persons", age_years=age), RATINGS["cn-persons"], ON).iloc[0]
    assert unknown_facts(int(rated["unknown"]), RATINGS["cn-persons"]) == ("age_years",)


def test_a_fraction_is_refused_with_its_row() -> None:
    frame = low_risk("cn-persons", age_years=17.5)
    with pytest.raises(OutOfRangeError, match="age_years") as refused:
        rate(frame, RATINGS["cn-persons"], ON)
    assert refused.value.rows == tuple(frame.index)


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(MissingColumnError, match="pep"):
        rate(PORTFOLIOS["cn-persons"].drop(columns="pep"), RATINGS["cn-persons"], ON)


def test_of_several_nationalities_the_worst_counts() -> None:
    rated = rate(low_risk("cn-persons", nationalities="CN|NG|IR"), RATINGS["cn-persons"], ON).iloc[0]
    assert rated["points_nationality"] == 8 * 5


def test_an_unknown_second_nationality_scores_as_unknown() -> None:
    rated = rate(low_risk("cn-persons", nationalities="CN|XX"), RATINGS["cn-persons"], ON).iloc[0]
    assert rated["points_nationality"] == 8 * 4
    assert unknown_facts(int(rated["unknown"]), RATINGS["cn-persons"]) == ("nationalities",)


def test_a_longer_industry_code_is_read_as_its_beginning() -> None:
    rated = rate(low_risk("eu-risk-based", industry="9200"), RATINGS["eu-risk-based"], ON).iloc[0]
    assert rated["points_industry"] == 9 * 5


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"list_hit": "sanctions"}, "on_a_list"),
        ({"suspicious_reports": 2}, "repeated_reports"),
        ({"refused_due_diligence": True}, "due_diligence_refused"),
        ({"refused_due_diligence": "present"}, "due_diligence_refused"),
        ({"pep": "foreign"}, "foreign_pep"),
    ],
)
def test_a_reason_lifts_straight_to_the_highest_level(facts: dict[str, object], reason: str) -> None:
    rating = RATINGS["cn-persons"]
    rated = rate(low_risk("cn-persons", low_risk_candidate="absent", **facts), rating, ON).iloc[0]
    assert (rated["scored"], rated["level"]) == ("low", "high")
    assert fired_codes(int(rated["fired"]), rating) == (reason,)
    assert mandatory_level(int(rated["fired"]), rating) == "high"


def test_two_conditions_fire_only_together() -> None:
    rating = RATINGS["eu-risk-based"]
    calm = {"pep": "none", "wealth_explained": "corroborated", "unusual_patterns": None}
    cases = [calm | {"pep": "current"}, calm | {"wealth_explained": "unexplained"}]
    cases.append(calm | {"pep": "current", "wealth_explained": "unexplained"})
    rated = [rate(low_risk("eu-risk-based", **case), rating, ON).iloc[0] for case in cases]
    fired = [fired_codes(int(each["fired"]), rating) for each in rated]
    assert fired == [("pep",), (), ("pep_without_explanation", "pep")]
    assert [each["level"] for each in rated] == ["high", "low", "very_high"]


CANDIDATE = {"low_risk_candidate": True, "alerts_12m": 9, "adverse_information": "confirmed", "assets_cny": 0}


def test_a_known_low_risk_is_rated_directly() -> None:
    rated = rate(low_risk("cn-persons", **CANDIDATE), RATINGS["cn-persons"], ON).iloc[0]
    assert (rated["scored"], rated["level"]) == ("medium_low", "low")


@pytest.mark.parametrize(
    ("facts", "bar"),
    [
        ({"assets_cny": 200_001}, "barred_assets"),
        ({"assets_cny": None}, "barred_assets"),
        ({"residence": "US"}, "barred_abroad"),
        ({"suspicious_reports": 1}, "barred_report"),
        ({"id_document": "passport"}, "barred_document"),
    ],
)
def test_a_bar_keeps_from_the_direct_low_rating(facts: dict[str, object], bar: str) -> None:
    rating = RATINGS["cn-persons"]
    rated = rate(low_risk("cn-persons", **(CANDIDATE | facts)), rating, ON).iloc[0]
    assert bar in fired_codes(int(rated["fired"]), rating)
    assert rated["level"] == rated["scored"] != "low"


def test_a_bar_is_not_named_where_nothing_was_granted() -> None:
    rating = RATINGS["cn-persons"]
    rated = rate(low_risk("cn-persons", low_risk_candidate=False, residence="US"), rating, ON).iloc[0]
    assert fired_codes(int(rated["fired"]), rating) == ()


def test_who_is_not_screened_is_not_low() -> None:
    frame = low_risk("insurance-policyholders", only_low_premium=True).astype(object)
    frame["list_hit"] = None
    rated = rate(frame, RATINGS["insurance-policyholders"], ON).iloc[0]
    assert (rated["scored"], rated["level"]) == ("low", "medium")


def test_a_list_counts_from_the_day_of_its_table() -> None:
    earlier = date(2026, 6, 30)
    frame = low_risk("cn-persons", nationalities="BA")
    points = [
        rate(frame, book().effective("cn-persons", day), day)["points_nationality"].iloc[0] for day in (earlier, ON)
    ]
    assert points == [8 * 3, 8 * 4]
