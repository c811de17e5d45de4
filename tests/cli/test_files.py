"""Files with rows of one kind, by command."""

from pathlib import Path

import pytest

from tests.cli.conftest import Tenure

HEAD = "ref,name,email,country,source,campaign,consent_version,consent_on,consent_channel"
GOOD = "C-1,Petra Dvořáková,petra@example.com,CZ,campaign,welcome_bonus,1,2026-11-02,email"
NO_WAY = "C-2,Marek Vlk,,CZ,campaign,welcome_bonus,1,2026-11-03,email"


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha Bank", "--jurisdiction", "CZ", "--currency", "CZK")
    return tenure


@pytest.fixture
def prospects(tmp_path: Path) -> Path:
    path = tmp_path / "autumn.csv"
    path.write_text("\n".join([HEAD, GOOD, NO_WAY, ""]), encoding="utf-8")
    return path


def test_prospects_are_taken_once_and_a_bad_row_is_named(bank: Tenure, prospects: Path) -> None:
    first = bank("prospects", "import", prospects).output
    assert "Rows recorded: 1; there already: 0; not taken: 1." in first
    assert "autumn.csv, line 3" in first
    assert "Rows recorded: 0; there already: 1;" in bank("prospects", "import", prospects).output


def test_a_file_without_a_needed_column_is_refused_in_words(bank: Tenure, tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("ref,name\nC-1,Petra\n", encoding="utf-8")
    assert "consent_version" in bank("prospects", "import", path, code=1).output


def test_contracts_of_unknown_customers_are_named_by_line(bank: Tenure, tmp_path: Path) -> None:
    path = tmp_path / "contracts.csv"
    path.write_text(
        "ref,customer,product,version,opened_on,currency\nH-1,B-404,savings,1,2026-01-02,CZK\n", encoding="utf-8"
    )
    assert "contracts.csv, line 2" in bank("holdings", "import", path, "--kind", "holdings").output
