"""The assistant and surveys by command, in an institution where nobody asked anything yet."""

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


def test_figures_of_nothing_are_dashes_and_no_shares(bank: Tenure) -> None:
    told = bank("assistant", "figures", "--days", 30).output
    assert "Questions in 30 days" in told
    assert "%" not in told


def test_without_articles_nothing_is_answered_and_nothing_is_wrong(bank: Tenure) -> None:
    told = " ".join(bank("assistant", "evaluate", ROOT / "tests/data/assistant_questions.yaml").output.split())
    assert "0 (0.0%)" in told
    assert "0 of 0" in told


def test_what_the_jobs_do_can_be_done_by_hand(bank: Tenure) -> None:
    assert "0 articles became work." in bank("assistant", "overdue").output
    told = " ".join(bank("feedback", "ask").output.split())
    assert told == "0 customers asked, 0 answers final, 0 products with discontented customers."


@pytest.mark.parametrize("file", ["surveys/surveys-2024.yaml", "themes/themes-2024.yaml"])
def test_a_rule_set_of_surveys_is_checked_without_an_institution(file: str) -> None:
    checked = CliRunner().invoke(app, ["feedback", "check", str(ROOT / "policies/servicing" / file)])
    assert "in order." in checked.output


def test_a_line_below_which_nobody_is_content_needs_enough_answers(tmp_path: Path) -> None:
    text = (ROOT / "policies/servicing/surveys/surveys-2024.yaml").read_text("utf-8")
    broken = tmp_path / "surveys" / "broken.yaml"
    broken.parent.mkdir()
    broken.write_text(text.replace("least: 20", "least: 2"), "utf-8")
    checked = CliRunner().invoke(app, ["feedback", "check", str(broken)])
    assert checked.exit_code != 0
    assert "concern.least" in " ".join(checked.output.split())
