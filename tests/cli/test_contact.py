"""Contact with customers by command."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.cli import app
from backend.core.ids import new_id
from tests.cli.conftest import Tenure

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha Bank", "--jurisdiction", "CZ", "--currency", "CZK")
    return tenure


def test_nothing_is_due_in_a_new_institution(bank: Tenure) -> None:
    assert "0 messages looked at: none sent, 0 held back; 0 newly stuck." in bank("contact", "send").output
    assert "State" in bank("contact", "outbox").output
    assert "Code" in bank("contact", "templates").output


def test_reports_that_are_none_of_ours_are_told_and_put_away(bank: Tenure, tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_text("Subject: out of office\r\n\r\nBack on Monday.")
    assert "0 reports told of messages of ours." in bank("contact", "bounces", tmp_path).output
    assert (tmp_path / "other" / "1.eml").is_file()


def test_of_somebody_who_is_not_on_record_it_says_so(bank: Tenure) -> None:
    assert "erased" in bank("contact", "why", new_id()).output


def test_a_rule_set_is_checked_without_an_institution(tmp_path: Path) -> None:
    good = ROOT / "policies/servicing/contact/contact-2026.yaml"
    assert "contact: in order." in CliRunner().invoke(app, ["contact", "check", str(good)]).output
    broken = tmp_path / "broken.yaml"
    broken.write_text(good.read_text("utf-8").replace("purposes: [survey]", "purposes: [gossip]"), "utf-8")
    refused = CliRunner().invoke(app, ["contact", "check", str(broken)])
    assert refused.exit_code != 0
    assert "no such purpose: gossip" in " ".join(refused.output.split())
