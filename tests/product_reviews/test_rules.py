from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.errors import TenureError
from backend.core.periods import months_later
from backend.core.rulesets import Policies, RuleSetBroken, parse
from backend.core.settings import Settings
from backend.product_reviews import rules
from backend.product_reviews.errors import DecisionNotPossible
from backend.product_reviews.models import ProductDecision, ProductReviewState, ProductTrigger
from backend.product_reviews.rules import STEPS, Position, Verb
from backend.product_reviews.ruleset import ProductReviewRules, product_review_rules
from backend.products.definition import ProductKind
from backend.products.gates import STEPS as POSSIBLE
from backend.products.models import ProductRisk, ProductState

PEOPLE = tuple(UUID(int=number) for number in range(1, 4))
LOADED = product_review_rules(Policies(Settings().policies), date(2026, 11, 22))
RULES = LOADED.rules
VERBS = {
    Verb.TAKE: rules.take,
    Verb.RELEASE: rules.release,
    Verb.PROPOSE: rules.propose,
    Verb.SIGN: rules.sign,
    Verb.SEND_BACK: rules.send_back,
}
STEP = st.tuples(st.sampled_from(list(VERBS)), st.sampled_from(PEOPLE))


@given(st.lists(STEP, max_size=20))
@settings(max_examples=400, derandomize=True)
def test_no_history_decides_without_two_people(history: list[tuple[Verb, UUID]]) -> None:
    at, signed = Position(ProductReviewState.OPEN), None
    for verb, who in history:
        try:
            at = VERBS[verb](at, who)
        except TenureError:
            continue
        signed = who if verb is Verb.SIGN else signed
    if at.state is ProductReviewState.DECIDED:
        assert at.proposed_by is not None
        assert signed not in (None, at.proposed_by)


@given(st.lists(STEP, max_size=20), st.sampled_from(PEOPLE))
@settings(max_examples=200, derandomize=True)
def test_a_decided_review_never_moves_again(history: list[tuple[Verb, UUID]], who: UUID) -> None:
    at = Position(ProductReviewState.DECIDED, PEOPLE[0], PEOPLE[0])
    for verb, person in (*history, (Verb.TAKE, who)):
        with pytest.raises(TenureError):
            VERBS[verb](at, person)


def test_every_step_that_follows_from_a_decision_is_one_a_product_can_take() -> None:
    for by_state in STEPS.values():
        for state, steps in by_state.items():
            for target in steps:
                assert target in POSSIBLE[state]
                state = target  # noqa: PLW2901 - the next step begins where this one ends


def test_a_retired_product_is_decided_in_no_way() -> None:
    for decision in ProductDecision:
        with pytest.raises(DecisionNotPossible):
            rules.steps(decision, ProductState.RETIRED)


def test_a_riskier_product_is_reviewed_more_often() -> None:
    since = date(2026, 1, 15)
    days = [rules.planned_on(RULES, risk, since) for risk in ProductRisk]
    assert days == sorted(days, reverse=True)
    assert len(set(days)) == len(days)


@given(st.sampled_from(ProductRisk), st.dates(date(1990, 1, 1), date(2020, 1, 1)), st.integers(0, rules.PLACES - 1))
@settings(max_examples=100, derandomize=True)
def test_a_product_that_was_overdue_when_it_was_taken_over_waits_its_turn_within_the_months_of_the_take_over(
    risk: ProductRisk, opened_on: date, place: int
) -> None:
    recorded_on = date(2026, 11, 22)
    last = months_later(recorded_on, RULES.frequency[risk].takeover_months)
    assert recorded_on <= rules.first_on(RULES, risk, opened_on, recorded_on, place) <= last


def test_products_that_were_taken_over_are_not_due_on_one_day() -> None:
    recorded_on = date(2026, 11, 22)
    days = {
        rules.first_on(RULES, ProductRisk.LOW, date(1993, 1, 1), recorded_on, place)
        for place in range(0, rules.PLACES, 1_000)
    }
    assert len(days) == rules.PLACES // 1_000


def test_a_product_whose_day_is_still_to_come_keeps_it() -> None:
    opened_on, recorded_on = date(2024, 1, 1), date(2026, 11, 22)
    assert rules.first_on(RULES, ProductRisk.LOW, opened_on, recorded_on, 0) == date(2027, 1, 1)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
@settings(max_examples=100, derandomize=True)
def test_the_months_of_a_pack_are_whole_and_over(on: date) -> None:
    since, until = rules.period(RULES, on)
    assert since.day == until.day == 1
    assert until <= on
    assert (until.year - since.year) * 12 + until.month - since.month == RULES.lookback_months


def test_every_trigger_has_a_clock() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert all(rules.due_at(RULES, kind, now) > now for kind in ProductTrigger)


def test_reminders_come_one_after_the_other() -> None:
    due = date(2026, 12, 31)
    counted = [rules.reminders_due(RULES, due, due - timedelta(days=days)) for days in (30, 14, 3, 0)]
    assert counted == [0, 1, 2, 2]


@pytest.mark.parametrize("kind", list(ProductKind))
def test_every_kind_of_product_has_parameters_for_its_pack(kind: ProductKind) -> None:
    given_ = RULES.parameters(kind, date(2026, 11, 1))
    assert given_.dimensions
    assert {each.measure for each in given_.expectations}
    assert all(each.source for each in (*given_.expectations, *given_.controls))


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("  high: {months: 12, lead_days: 60, takeover_months: 6}", ""),
        ("takeover_months: 6", "takeover_months: 13"),
        ("  request: {wording", "  requested: {wording"),
        ("  property: *general", ""),
        ("      loss_ratio: {basis_points: 5500", "      loss_ration: {basis_points: 5500"),
        ("  dimensions: [age_band, gender", "  dimensions: [shoe_size, gender"),
    ],
)
def test_a_rule_set_with_a_hole_is_refused(line: str, other: str) -> None:
    text = LOADED.source.decode()
    assert line in text
    with pytest.raises(RuleSetBroken):
        parse(text.replace(line, other, 1).encode(), "product-reviews", ProductReviewRules)


def test_the_rule_set_lies_where_it_is_looked_for() -> None:
    assert list((Path(Settings().policies) / "products" / "reviews").glob("*.yaml"))


def test_whoever_gives_a_review_back_leaves_it_to_anybody() -> None:
    at = rules.take(Position(ProductReviewState.OPEN), PEOPLE[0])
    assert rules.take(rules.release(at, PEOPLE[0]), PEOPLE[1]) == replace(at, assignee_id=PEOPLE[1])


def test_a_rule_set_that_is_older_than_a_trigger_is_still_read() -> None:
    text = (Path(Settings().policies) / "products" / "reviews" / "product-reviews-2026.yaml").read_text("utf-8")
    older = "".join(line for line in text.splitlines(keepends=True) if "low_satisfaction:" not in line)
    found = parse(older.encode(), "product-reviews", ProductReviewRules).rules
    assert older != text
    assert found.triggers[ProductTrigger.LOW_SATISFACTION] == RULES.triggers[ProductTrigger.LOW_SATISFACTION]
