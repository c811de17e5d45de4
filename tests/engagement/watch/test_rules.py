"""Which signals fire, and how severe they are together."""

from typing import Any

import pytest

from backend.engagement.watch.rules import look
from backend.engagement.watch.ruleset import watch_policy
from tests.factories.life import DAY, GONE, POLICIES, customers

POLICY = watch_policy(POLICIES, DAY).rules


def signals(stage: str = "active", **facts: Any) -> tuple[str, ...]:
    fired = look(customers(facts), POLICY, [stage], "CZK", 100)
    return tuple(signal.code for signal in fired.signals(0))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ()),
        ({"balance_minor": 1_000_000}, ("balance_outflow",)),
        ({"inflow_3m_minor": 0}, ("income_stopped",)),
        ({"months_inactive": 6}, ("inactivity",)),
        ({"months_inactive": 36}, ()),
        ({"movements_3m": 1}, ("fewer_transactions",)),
        ({"complaints_open": 1}, ("complaint",)),
        ({"premiums_missed": 1}, ("premium_missed",)),
        ({"competitor_paid_3m_minor": 1_500_000}, ("competitor_payments",)),
        ({"competitor_paid_3m_minor": 1_499_999}, ()),
        ({"churn": 0.7}, ("likely_to_leave",)),
    ],
)
def test_a_signal_fires_at_its_bound(facts: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert signals(**facts) == expected


def test_the_most_severe_signal_comes_first() -> None:
    assert signals(movements_3m=1, complaints_open=1, balance_minor=0) == (
        "balance_outflow", "complaint", "fewer_transactions",
    )  # fmt: skip


@pytest.mark.parametrize("stage", ["churned", "exited", "prospect", "onboarding"])
def test_nobody_is_warned_of_who_cannot_be_kept(stage: str) -> None:
    assert signals(stage, balance_minor=0, **GONE) == ()


@pytest.mark.parametrize(
    ("facts", "severity"),
    [
        ({"movements_3m": 1}, "low"),
        ({"complaints_open": 1, "movements_3m": 1}, "medium"),
        ({"complaints_open": 1, "movements_3m": 1, "premiums_missed": 1}, "high"),
        ({"balance_minor": 0, "complaints_open": 1, "movements_3m": 1}, "high"),
    ],
)
def test_several_signals_together_are_one_step_more_severe(facts: dict[str, Any], severity: str) -> None:
    assert look(customers(facts), POLICY, ["active"], "CZK", 100).severity(0) == severity


def test_figures_tell_what_each_signal_looked_at_first() -> None:
    fired = look(customers({"balance_minor": 1_000_000, "complaints_open": 2}), POLICY, ["active"], "CZK", 100)
    assert fired.figures(0) == {"balance_outflow": 0.2, "complaint": 2.0}
