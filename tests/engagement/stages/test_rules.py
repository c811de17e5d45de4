"""What the rule-set makes of the facts of a customer, one row or many."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from backend.customers.models import Stage
from backend.customers.rulesets import StageRules
from backend.engagement.stages.rules import STAGES, Decided, Money, decide
from backend.engagement.stages.ruleset import OTHERWISE, RETURNED, stage_policy
from tests.factories.life import DAY, GONE, POLICIES, customers

CZK = Money("CZK", 100)
POLICY = stage_policy(POLICIES, DAY).rules
STEPS = POLICIES.book("customers/stages", StageRules).effective(DAY).rules.steps


def decided(frame: pd.DataFrame, held: Any = None, money: Money = CZK) -> Decided:
    return decide(frame, POLICY, STEPS, DAY, money, held)


def outcome(money: Money = CZK, **facts: Any) -> tuple[str, tuple[str, ...]]:
    made = decided(customers(facts), money=money)
    return STAGES[made.target[0]].value, made.reasons(0)


@pytest.mark.parametrize(
    ("facts", "stage", "reasons"),
    [
        ({}, "active", (OTHERWISE,)),
        (GONE, "churned", ("holds_nothing",)),
        ({**GONE, "used": 1}, "active", (OTHERWISE,)),
        ({"products": 0, "products_ever": 0}, "active", (OTHERWISE,)),
        ({"months_inactive": 12}, "dormant", ("no_activity",)),
        ({"months_inactive": 11}, "active", (OTHERWISE,)),
        ({"balance_minor": 2_500_000}, "at_risk", ("money_left",)),
        ({"balance_minor": 2_500_001}, "active", (OTHERWISE,)),
        ({"balance_minor": 10, "balance_3m_ago_minor": 100}, "active", (OTHERWISE,)),
        ({"balance_minor": -10, "balance_3m_ago_minor": 0}, "active", (OTHERWISE,)),
        ({"inflow_3m_minor": 2_000_000}, "at_risk", ("income_stopped",)),
        ({"movements_3m": 9}, "at_risk", ("fewer_transactions",)),
        ({"premiums_missed": 2}, "at_risk", ("premiums_unpaid",)),
        ({"complaints_12m": 2}, "at_risk", ("complaints",)),
        ({"churn": 0.5}, "at_risk", ("likely_to_leave",)),
        ({"churn": 0.49}, "active", (OTHERWISE,)),
        ({"activity": 0.1}, "at_risk", ("hardly_alive",)),
        ({"tenure_months": 36, "products": 2, "products_12m_ago": 2}, "loyal", ("long_relationship",)),
        ({"tenure_months": 35, "products": 2, "products_12m_ago": 2}, "active", (OTHERWISE,)),
        ({"products": 2}, "growing", ("uses_more_products",)),
        ({"products": 2, "products_12m_ago": 0}, "active", (OTHERWISE,)),
        ({"balance_minor": 7_500_000}, "growing", ("balance_grew",)),
    ],
)
def test_the_facts_decide_the_stage_and_name_the_reasons(
    facts: dict[str, Any], stage: str, reasons: tuple[str, ...]
) -> None:
    assert outcome(**facts) == (stage, reasons)


def test_every_rule_for_the_stage_that_holds_is_a_reason() -> None:
    stage, reasons = outcome(products=2, balance_minor=7_500_000)
    assert (stage, reasons) == ("growing", ("uses_more_products", "balance_grew"))


def test_an_amount_without_a_figure_for_the_currency_moves_nobody() -> None:
    assert outcome(Money("XAU", 100), balance_minor=0)[0] == "active"


def test_an_amount_counts_in_whole_units_of_the_currency() -> None:
    """1,000 euros have two minor digits; yen would have none."""
    assert outcome(Money("EUR", 100), balance_minor=0, balance_3m_ago_minor=99_999)[0] == "active"
    assert outcome(Money("EUR", 100), balance_minor=0, balance_3m_ago_minor=100_000)[0] == "at_risk"


def test_a_customer_who_left_and_holds_something_again_is_won_back() -> None:
    assert outcome(stage="churned") == ("won_back", (RETURNED,))


def test_a_customer_who_left_and_is_not_well_again_stays_churned() -> None:
    assert outcome(stage="churned", months_inactive=30)[0] == "churned"


@pytest.mark.parametrize(("since", "stage"), [(date(2026, 10, 1), "won_back"), (date(2026, 1, 1), "active")])
def test_a_customer_won_back_stays_so_for_a_while(since: date, stage: str) -> None:
    assert outcome(stage="won_back", stage_since=since)[0] == stage


def test_a_customer_won_back_may_be_at_risk_at_once() -> None:
    assert outcome(stage="won_back", stage_since=date(2026, 11, 20), premiums_missed=3)[0] == "at_risk"


@pytest.mark.parametrize("stage", ["prospect", "onboarding", "exited"])
def test_who_is_no_customer_yet_or_any_more_is_left_alone(stage: str) -> None:
    made = decided(customers({"stage": stage, **GONE}))
    assert not made.moves.any()
    assert STAGES[made.target[0]] == stage


def test_a_person_s_correction_is_respected() -> None:
    made = decided(customers(GONE, GONE), held=np.array([True, False]))
    assert made.moves.tolist() == [False, True]


def test_a_step_that_the_stages_do_not_know_is_not_taken() -> None:
    steps = dict(STEPS) | {Stage.ACTIVE: STEPS[Stage.ACTIVE].model_copy(update={"process": frozenset()})}
    made = decide(customers(GONE), POLICY, steps, DAY, CZK)
    assert (made.moves.tolist(), made.barred.tolist()) == ([False], [True])


FACTS = st.fixed_dictionaries(
    {
        "stage": st.sampled_from([stage.value for stage in Stage]),
        "stage_since": st.dates(date(2026, 1, 1), DAY),
        "products": st.integers(0, 3),
        "products_12m_ago": st.integers(0, 3),
        "products_ever": st.integers(0, 3),
        "used": st.integers(0, 1),
        "balance_minor": st.integers(-100, 9_000_000),
        "months_inactive": st.one_of(st.none(), st.integers(0, 30)),
        "tenure_months": st.one_of(st.none(), st.integers(0, 60)),
        "premiums_missed": st.integers(0, 3),
        "churn": st.one_of(st.none(), st.floats(0, 1)),
    }
)


@seed(20261122)
@settings(max_examples=150, deadline=None)
@given(several=st.lists(FACTS, min_size=1, max_size=12))
def test_only_known_steps_are_taken_and_a_second_look_takes_none(several: list[dict[str, Any]]) -> None:
    frame = customers(*several)
    made = decided(frame)
    for row in made.rows():
        assert STAGES[made.target[row]] in STEPS[STAGES[made.current[row]]].process
        assert made.reasons(row)
    after = frame.assign(stage=[STAGES[code].value for code in np.where(made.moves, made.target, made.current)])
    after.loc[made.moves, "stage_since"] = DAY
    assert decided(after).rows() == []


@seed(20261122)
@settings(max_examples=60, deadline=None)
@given(several=st.lists(FACTS, min_size=2, max_size=8))
def test_a_row_alone_is_decided_as_it_is_among_others(several: list[dict[str, Any]]) -> None:
    made = decided(customers(*several))
    for row, facts in enumerate(several):
        alone = decided(customers(facts))
        assert (alone.target[0], alone.moves[0], alone.reasons(0)) == (
            made.target[row], made.moves[row], made.reasons(row),
        )  # fmt: skip
