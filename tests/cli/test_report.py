"""`tenure report`: a report in a file of the operator's, and a line of it proven by commands alone."""

import csv
import io
import json
import stat
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.cli import app
from backend.reporting.catalog import REPORTS
from tests.audit.packing import alone
from tests.cli.conftest import Tenure

_PASSWORD = "twelve signs or more"


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha Bank", "--jurisdiction", "CZ", "--currency", "CZK")
    tenure("user", "create", "olga", "--name", "Olga", "--role", "auditor", "--password", _PASSWORD)
    tenure("user", "create", "jana", "--name", "Jana", "--role", "relationship_manager", "--password", _PASSWORD)
    return tenure


def _table(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def test_without_a_name_it_lists_the_reports_there_are() -> None:
    said = CliRunner().invoke(app, ["report"]).stdout.split()
    assert set(REPORTS) <= set(said)


def test_what_it_says_of_the_file_is_so(bank: Tenure, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    said = " ".join(bank("report", "audit", file, "--reader", "olga").stdout.split())
    content = file.read_bytes()
    assert sha256(content).hexdigest() in said
    assert f"{len(_table(file)):,} lines, {len(content):,} bytes" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_written_over(bank: Tenure, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    bank("report", "audit", file)
    before = file.read_bytes()
    assert "log.csv" in bank("report", "audit", file, "--reader", "olga", code=1).output
    assert file.read_bytes() == before


def test_who_may_not_take_it_away_leaves_no_file_behind(bank: Tenure, tmp_path: Path) -> None:
    said = bank("report", "audit", tmp_path / "log.csv", "--reader", "jana", code=1)
    assert "Traceback" not in said.output
    assert list(tmp_path.iterdir()) == []


def test_who_is_not_known_gets_nothing(bank: Tenure, tmp_path: Path) -> None:
    bank("report", "audit", tmp_path / "log.csv", "--reader", "nobody", code=1)
    assert list(tmp_path.iterdir()) == []


def test_the_operator_gets_no_report_over_customers(bank: Tenure, tmp_path: Path) -> None:
    bank("report", "consents", tmp_path / "consents.csv", code=1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["log.docx", "log"])
def test_a_format_that_there_is_not_is_refused(bank: Tenure, tmp_path: Path, name: str) -> None:
    assert "docx" in bank("report", "audit", tmp_path / "x", "--format", "docx", code=1).output
    bank("report", "audit", tmp_path / name, code=1)
    assert list(tmp_path.iterdir()) == []


def test_filters_narrow_and_a_useless_one_is_refused(bank: Tenure, tmp_path: Path) -> None:
    bank("report", "audit", tmp_path / "log.csv", "--reader", "olga", "--action", "staff.*")
    actions = {row["Action"] for row in _table(tmp_path / "log.csv")}
    assert actions
    assert all(action.startswith("staff.") for action in actions)
    assert "customer.buy" in bank("report", "audit", tmp_path / "x.csv", "--action", "customer.buy", code=1).output
    bank("report", "access-rights", tmp_path / "rights.csv", "--reader", "olga", "--outcome", "denied", code=1)
    assert [file.name for file in tmp_path.iterdir()] == ["log.csv"]


def test_in_chinese_headings_and_facts_are_chinese(bank: Tenure, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    bank("report", "audit", file, "--reader", "olga", "--language", "zh_CN")
    first, *_, last = file.read_text("utf-8").splitlines()
    assert "日志条目" in first
    assert json.loads(last)["end"]["lines"] > 0


def test_a_line_is_proven_with_the_verifier_of_a_pack(bank: Tenure, tmp_path: Path) -> None:
    bank("report", "audit", tmp_path / "log.csv", "--reader", "olga", "--action", "staff.*")
    line = _table(tmp_path / "log.csv")[0]
    proof = tmp_path / "line.auditproof"
    about = ("--entry", line["Entry id"], "--record", line["About: id"])
    bank("audit", "proof", proof, *about, "--reader", "olga")
    bank("audit", "export", tmp_path / "a.auditpack", "--reader", "olga")
    key = bank("audit", "key").stdout.strip()
    alone(tmp_path / "empty", tmp_path / "a.auditpack", "--key", key)
    told = json.loads(alone(tmp_path / "empty", proof, "--key", key, "--json"))
    assert told["sound"] is True
    assert [each["index"] for each in told["proven"] if "index" in each] == [int(line["Log entry"])]
