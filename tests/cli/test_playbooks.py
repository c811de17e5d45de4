"""Playbooks and offers by command."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.cli import app
from tests.cli.conftest import Tenure

POLICIES = Path(__file__).resolve().parents[2] / "policies" / "engagement"


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha Bank", "--jurisdiction", "CZ", "--currency", "CZK")
    return tenure


def test_what_is_due_is_done(bank: Tenure) -> None:
    assert "0 customers taken up, 0 courses moved, 0 goals reached." in bank("playbooks", "run").output


def test_playbooks_are_listed_with_their_effect(bank: Tenure) -> None:
    listed = bank("playbooks", "list").output
    assert "win_back" in listed
    assert "too small" in listed


def test_figures_of_offers_are_told(bank: Tenure) -> None:
    assert "Product" in bank("offers", "statistics").output


@pytest.mark.parametrize(
    ("command", "file", "said"),
    [
        ("playbooks", "playbooks/win-back-2024.yaml", "win_back: 8 steps, 2 messages at most, in order."),
        ("offers", "offers/offers-2024.yaml", "offers: in order."),
    ],
)
def test_a_rule_set_is_checked(command: str, file: str, said: str) -> None:
    result = CliRunner().invoke(app, [command, "check", str(POLICIES / file)])
    assert (result.exit_code, said in result.output) == (0, True)
