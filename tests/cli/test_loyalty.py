"""The loyalty programme and the assistant by command."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.cli import app
from tests.cli.conftest import Tenure

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha Bank", "--jurisdiction", "CZ", "--currency", "CZK")
    return tenure


def test_points_expire_and_tiers_are_looked_at(bank: Tenure) -> None:
    assert "Points of 0 members expired, 0 tiers changed" in bank("loyalty", "expire").output


def test_liability_says_where_its_breakage_comes_from(bank: Tenure) -> None:
    assert "assumed by the programme" in bank("loyalty", "liability").output


def test_books_that_agree_are_proven(bank: Tenure) -> None:
    assert "sum" in bank("loyalty", "verify").output


def test_the_assistant_is_measured_on_a_file_of_questions(bank: Tenure) -> None:
    found = bank("assistant", "evaluate", ROOT / "tests/data/assistant_questions.yaml").output
    assert "0 of 0 (0.0%)" in found
    assert "12 of 12" in found


def test_a_file_that_holds_no_questions_is_refused(bank: Tenure, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("- {question: wrong key}\n", "utf-8")
    assert "broken.yaml" in bank("assistant", "evaluate", file, code=2).output


def test_a_question_without_articles_is_left_to_a_person(bank: Tenure) -> None:
    assert "unsure" in bank("assistant", "ask", "How do I block my card?").output


@pytest.mark.parametrize(
    ("command", "file", "said"),
    [
        ("loyalty", "loyalty/programme/programme-2024.yaml", "loyalty_programme: in order."),
        ("assistant", "servicing/assistant/assistant-2026.yaml", "assistant: in order."),
    ],
)
def test_a_rule_set_is_checked(command: str, file: str, said: str) -> None:
    found = CliRunner().invoke(app, [command, "check", str(ROOT / "policies" / file)])
    assert said in found.output
