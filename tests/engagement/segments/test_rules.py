"""Segments by rules: the first that fits, nobody on a guess, and every move explained by what changed."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.core.rulesets import Policies
from backend.core.settings import Settings
from backend.engagement.segments import rules
from backend.engagement.segments.ruleset import FACTS, SegmentRules, segment_rules

DAY = date(2026, 11, 22)
EN = {"en": "A", "zh_CN": "甲"}


def ruleset(*segments: tuple[str, list[dict[str, Any]]]) -> SegmentRules:
    told = [{"code": code, "wording": EN, "purpose": EN, "when": when} for code, when in segments]
    return SegmentRules.model_validate({"id": "segments", "effective_from": DAY, "segments": told})


RULES = ruleset(
    ("firm", [{"fact": "kind", "in": ["organisation"]}]),
    ("rich", [{"fact": "balance_minor", "at_least": 1000}]),
    ("quiet", [{"fact": "months_inactive", "at_least": 3}, {"fact": "products", "below": 2}]),
    ("rest", []),
)


def people(**columns: list[Any]) -> pd.DataFrame:
    return rules.known_facts(pd.DataFrame(columns))


def test_the_first_segment_that_fits_counts() -> None:
    frame = people(kind=["organisation", "person"], balance_minor=[5000, 5000])
    assert rules.assign(frame, RULES).tolist() == ["firm", "rich"]


def test_a_limit_itself_is_reached() -> None:
    frame = people(kind=["person"] * 2, balance_minor=[1000, 999])
    assert rules.assign(frame, RULES).tolist() == ["rich", "rest"]


def test_all_conditions_of_a_segment_must_hold() -> None:
    frame = people(kind=["person"] * 2, months_inactive=[4, 4], products=[1, 2], balance_minor=[0, 0])
    assert rules.assign(frame, RULES).tolist() == ["quiet", "rest"]


def test_an_unknown_fact_meets_no_condition() -> None:
    frame = people(kind=["person"], balance_minor=[None], months_inactive=[None], products=[0])
    assert rules.assign(frame, RULES).tolist() == ["rest"]


def test_scores_of_nobody_put_nobody_anywhere() -> None:
    risky = ruleset(("leaving", [{"fact": "churn", "at_least": "0.5"}]), ("rest", []))
    assert rules.assign(people(kind=["person"]), risky).tolist() == ["rest"]


def test_a_move_names_the_fact_the_limit_and_both_values() -> None:
    found = rules.crossed(RULES, "rest", "rich", {"balance_minor": 900}, {"balance_minor": 1200})
    assert [(c.fact, c.limit, c.before, c.after, c.met) for c in found] == [("balance_minor", "1000", 900, 1200, True)]


def test_a_move_down_names_what_no_longer_holds() -> None:
    found = rules.crossed(RULES, "rich", "rest", {"balance_minor": 1200}, {"balance_minor": 900})
    assert [(c.segment, c.met) for c in found] == [("rich", False)]


def test_what_stands_below_both_segments_explains_nothing() -> None:
    before, after = {"balance_minor": 0, "months_inactive": 5}, {"balance_minor": 2000, "months_inactive": 0}
    assert [c.fact for c in rules.crossed(RULES, "firm", "rich", before, after)] == ["balance_minor"]


def test_a_move_by_other_rules_has_no_crossing() -> None:
    facts = {"balance_minor": 1200}
    assert rules.crossed(RULES, "rest", "rich", facts, facts) == ()


def test_reasons_survive_being_stored() -> None:
    found = rules.crossed(RULES, "rest", "rich", {"balance_minor": 900}, {"balance_minor": 1200})
    assert rules.from_json(rules.as_json(found)) == found


def test_the_digest_does_not_depend_on_the_order() -> None:
    assert rules.digest({1: "a", 2: "b"}) == rules.digest({2: "b", 1: "a"}) != rules.digest({1: "b", 2: "a"})


figure = st.one_of(st.none(), st.integers(-5000, 5000))


@given(
    st.lists(st.tuples(st.sampled_from(["person", "organisation"]), figure, figure, figure), min_size=1, max_size=30)
)
def test_one_row_and_many_rows_are_the_same_rule(rows: list[tuple[Any, ...]]) -> None:
    names = ("kind", "balance_minor", "months_inactive", "products")
    frame = people(**{name: [row[place] for row in rows] for place, name in enumerate(names)})
    whole = rules.assign(frame, RULES).tolist()
    kept = rules.kept(frame, RULES.facts)
    alone = [next(s.code for s in RULES.segments if all(rules.holds(facts, c) for c in s.when)) for facts in kept]
    assert whole == alone


@settings(deadline=None)
@given(st.lists(st.tuples(figure, figure), min_size=2, max_size=2))
def test_whoever_moves_by_the_same_rules_has_a_reason(states: list[tuple[Any, ...]]) -> None:
    frame = people(kind=["person"] * 2, balance_minor=[s[0] for s in states], months_inactive=[s[1] for s in states],
                   products=[1, 1])  # fmt: skip
    first, second = rules.assign(frame, RULES)
    before, after = rules.kept(frame, RULES.facts)
    assert bool(rules.crossed(RULES, first, second, before, after)) or first == second


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ([{"fact": "shoe_size", "at_least": 40}], "no fact"),
        ([{"fact": "products"}], "one of"),
        ([{"fact": "products", "at_least": 1, "below": 3}], "one of"),
        ([{"fact": "kind", "at_least": 1}], "codes"),
        ([{"fact": "products", "in": ["2"]}], "codes"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(when: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ruleset(("odd", when), ("rest", []))


def test_somebody_without_a_segment_is_refused() -> None:
    with pytest.raises(ValidationError, match="last one"):
        ruleset(("rich", [{"fact": "balance_minor", "at_least": 1}]))


def test_the_shipped_rules_name_known_facts() -> None:
    shipped = segment_rules(Policies(Path(Settings().policies)), DAY).rules
    assert set(shipped.facts) <= set(FACTS)
