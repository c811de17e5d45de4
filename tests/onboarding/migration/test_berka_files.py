"""Reading the bank's files: what is taken, and how a bad row is named."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from backend.onboarding.migration.berka_files import birth, read_bank
from backend.onboarding.migration.problems import REASONS, ColumnsMissing, FileUnreadable, Problem, RowProblem
from tests.onboarding.migration.bank_files import FILES, write_bank


def test_a_birth_number_with_fifty_added_to_the_month_is_a_womans() -> None:
    assert birth("706213") == (date(1970, 12, 13), "female")


@pytest.mark.parametrize("number", ["450230", "4502", "45020x", "451304", "459904"])
def test_an_impossible_birth_number_is_refused(number: str) -> None:
    with pytest.raises(RowProblem):
        birth(number)


def test_a_whole_bank_is_read(tmp_path: Path) -> None:
    bank = read_bank(write_bank(tmp_path))
    assert (len(bank.clients), len(bank.accounts), len(bank.holders), len(bank.movements)) == (3, 2, 3, 2)
    assert not bank.problems


def test_amounts_are_exact(tmp_path: Path) -> None:
    assert read_bank(write_bank(tmp_path)).movements["62"].amount == Decimal("250.50")


def test_the_cut_over_is_the_last_day_the_files_speak_of(tmp_path: Path) -> None:
    assert read_bank(write_bank(tmp_path)).cut_over == date(1994, 2, 15)


@pytest.mark.parametrize(
    ("file", "row", "problem"),
    [
        ("client", '4;"459904";1', Problem("client.asc", 5, "not_a_birth_number", "birth_number")),
        ("client", '4;"450204";99', Problem("client.asc", 5, "unknown_reference", "district_id")),
        ("client", '1;"450204";1', Problem("client.asc", 5, "repeated")),
        ("client", '4;"450204"', Problem("client.asc", 5, "too_few_columns")),
        ("account", '13;1;"POPLATEK MESICNE";930101', Problem("account.asc", 4, "no_owner", "account_id")),
        ("loan", '42;11;930705;x;12;8033.00;"A"', Problem("loan.asc", 3, "not_an_amount", "amount")),
        ("loan", '42;11;931305;1;12;8033.00;"A"', Problem("loan.asc", 3, "not_a_short_date", "date")),
        ("loan", '42;11;930705;1;12;8033.00;"Z"', Problem("loan.asc", 3, "unknown_code", "status")),
    ],
)
def test_a_bad_row_is_named_and_the_rest_is_kept(tmp_path: Path, file: str, row: str, problem: Problem) -> None:
    bank = read_bank(write_bank(tmp_path, **{file: FILES[f"{file}.asc"] + row + "\n"}))
    assert bank.problems == [problem]
    assert len(bank.clients) == 3


def test_a_file_without_its_columns_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(ColumnsMissing, match="birth_number"):
        read_bank(write_bank(tmp_path, client="client_id;district_id\n1;1\n"))


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        read_bank(tmp_path)


def test_every_reason_says_how_to_mend_it() -> None:
    assert all(";" in words for words in REASONS.values())


def test_the_real_bank_has_no_bad_row(shared_data: Path) -> None:
    bank = read_bank(shared_data / "berka")
    assert (len(bank.clients), len(bank.accounts), len(bank.movements)) == (5369, 4500, 49102)
    assert not bank.problems
