"""`tenure models`: an empty inventory, a refused code, a rule-set that is read, and the golden table's verdict."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import risk_models.golden
from backend.cli import app
from tests.cli.conftest import Tenure

_POLICIES = Path(__file__).resolve().parents[2] / "policies" / "engagement" / "models"


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha Bank", "--jurisdiction", "CZ", "--currency", "CZK")
    return tenure


def test_a_bank_without_a_ledger_teaches_nothing_and_says_so(bank: Tenure) -> None:
    said = bank("models", "train", "rfm", code=1).stdout
    assert "rfm 1 was not trained: No customer moved money" in " ".join(said.split())
    assert "rfm" in bank("models", "list").stdout
    assert "# Recency · frequency · amount" in bank("models", "card", "rfm").stdout
    assert "## 用途" in bank("models", "card", "rfm", "--locale", "zh_CN").stdout


def test_an_unknown_code_names_those_there_are(bank: Tenure) -> None:
    said = bank("models", "train", "weather", code=1).stderr
    assert "propensity:<product>" in said


def test_without_a_champion_there_is_nothing_to_score(bank: Tenure) -> None:
    assert "Nothing to score" in bank("models", "score").stdout


def test_the_rule_set_is_in_order() -> None:
    (file,) = _POLICIES.glob("*.yaml")
    assert CliRunner().invoke(app, ["models", "check", str(file)]).stdout.strip() == "models: in order."


@pytest.mark.parametrize(("met", "code"), [(True, 0), (False, 1)])
def test_a_figure_that_is_not_met_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, met: bool, code: int
) -> None:
    row = {"model": "BG/NBD", "data": "CDNOW", "measure": "r", "published": 0.243, "reached": 0.25, "low": None}
    row |= {"high": None, "rule": "equal", "target": 0.243, "tolerance": 0.0005, "met": met}
    monkeypatch.setattr(risk_models.golden, "table", lambda _: pd.DataFrame([row]))
    out = tmp_path / "golden.md"
    done = CliRunner().invoke(app, ["models", "golden", "--data", str(tmp_path), "--out", str(out)])
    assert done.exit_code == code
    assert out.read_text().splitlines()[2].endswith("| yes |" if met else "| **no** |")
