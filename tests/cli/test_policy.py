"""Rule-sets by command: looked at, checked, proposed and simulated; approved by nobody at a console."""

import re
from pathlib import Path

import pytest

from backend.governance.access import bundle
from tests.cli.conftest import Tenure

LINE = "p, relationship_manager, *, customer.national_id, view, clear@own_book, allow\n"
FILES = Path(__file__).resolve().parents[2] / "policies" / "access"


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha Bank", "--jurisdiction", "CZ", "--currency", "CZK")
    words = ("--name", "Jana", "--role", "relationship_manager", "--password", "twelve signs or more")
    tenure("user", "create", "jana", *words)
    return tenure


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("policy") / "access.txt"
    path.write_bytes(bundle.of_directory(FILES).replace(LINE.encode(), b""))
    return path


def test_rule_sets_are_listed_with_where_they_come_from(bank: Tenure) -> None:
    listed = bank("policy", "list").stdout
    assert re.search(r"access\W+access\W+[0-9a-f]{12}\W+files", listed)


def test_the_text_in_force_is_printed_as_it_is(bank: Tenure) -> None:
    assert bank("policy", "show", "access", "access").stdout.encode() == bundle.of_directory(FILES)


def test_a_file_is_checked_in_words(bank: Tenure, stricter: Path) -> None:
    said = " ".join(bank("policy", "check", "access", "access", stricter).output.split())
    assert "Relationship manager loses" in said


def test_a_folder_is_an_access_policy_too(bank: Tenure) -> None:
    assert "Nothing that is meant differs" in bank("policy", "check", "access", "access", FILES).output


def test_a_broken_file_names_the_line(bank: Tenure, tmp_path: Path) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_bytes(bundle.of_directory(FILES).replace(b"p, employee,", b"p, nobody,", 1))
    said = bank("policy", "check", "access", "access", broken, code=1).output
    line = broken.read_text("utf-8").splitlines().index("p, nobody, *, graphql, trusted_document, tenant, allow") + 1
    assert f"Line {line}" in " ".join(said.split())


def test_a_proposal_is_simulated_over_the_people_there_are_and_waits(bank: Tenure, stricter: Path) -> None:
    said = " ".join(bank("policy", "propose", "access", "access", stricter, "--reason", "Less to see").output.split())
    assert "lose something" in said
    assert "Jana" in said
    assert "waits for a second person" in said


def test_history_begins_with_the_files(bank: Tenure) -> None:
    assert "files" in bank("policy", "history", "access", "access").stdout
