"""The documented file of customers: what is taken of a row, and how a bad one is named."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from backend.core.rulesets import Policies
from backend.core.settings import Settings
from backend.customers.rulesets import OwnershipRules
from backend.onboarding.migration.customer_file import CustomerFile, read_customers, with_ownership
from backend.onboarding.migration.migrant import Migrant, Name, Stake
from backend.onboarding.migration.problems import ColumnsMissing, FileUnreadable, Problem

DOCUMENTATION = Path(__file__).resolve().parents[3] / "docs" / "customer-file.md"


def _read(folder: Path, header: str, *rows: str) -> CustomerFile:
    path = folder / "customers.csv"
    path.write_text("\n".join([header, *rows, ""]), "utf-8")
    return read_customers(path, "CZ")


def _person(folder: Path, columns: str = "", cells: str = "") -> Migrant:
    file = _read(folder, f"record,ref,name,{columns}", f"person,P1,Jana Nováková,{cells}")
    assert not file.problems
    return file.migrants["P1"]


def _problem(folder: Path, columns: str, cells: str, kind: str = "person") -> tuple[str, str | None]:
    file = _read(folder, f"record,ref,name,{columns}", f"{kind},P1,Jana Nováková,{cells}", "person,P2,Petr Malý")
    (problem,) = [problem for problem in file.problems if problem.code != "too_few_columns"]
    assert (problem.line, "P1" in file.migrants) == (2, False)
    return problem.code, problem.column


def test_the_example_of_the_documentation_is_read_without_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "example.csv"
    path.write_text(DOCUMENTATION.read_text("utf-8").split("```csv\n")[1].split("```")[0], "utf-8")
    file = read_customers(path, "CZ")
    assert (list(file.migrants), file.problems) == (["F1", "P1"], [])
    assert file.stakes == [Stake("file:P1", "file:F1", "shares", Decimal("0.6"))]


def test_a_name_may_be_left_to_its_parts(tmp_path: Path) -> None:
    file = _read(tmp_path, "record,ref,given_name,family_name", "person,P1,Jana,Nováková")
    assert file.migrants["P1"].names == (Name("legal", "Latn", "Jana Nováková", "Jana", "Nováková"),)


def test_further_names_keep_their_script(tmp_path: Path) -> None:
    migrant = _person(tmp_path, "other_names", "王小明; Jana Malá")
    assert [(name.kind, name.script) for name in migrant.names] == [
        ("legal", "Latn"),
        ("alias", "Hani"),
        ("alias", "Latn"),
    ]


def test_a_phone_number_without_a_country_is_one_of_the_institutions(tmp_path: Path) -> None:
    assert _person(tmp_path, "phone", "601 123 456").phone == "+420601123456"


def test_tax_numbers_go_with_the_residencies_in_order(tmp_path: Path) -> None:
    migrant = _person(tmp_path, "tax_residency,tax_number", "CZ;DE,CZ1")
    assert migrant.tax_residencies == (("CZ", "CZ1"), ("DE", None))


@pytest.mark.parametrize(("cell", "language"), [("zh", "zh_CN"), ("en", "en"), ("", None)])
def test_the_language_that_somebody_is_written_to_in_may_be_given(
    tmp_path: Path, cell: str, language: str | None
) -> None:
    assert _person(tmp_path, "language,region", f"{cell},Praha").language == language


def test_without_a_number_the_key_is_the_number(tmp_path: Path) -> None:
    assert _person(tmp_path).number == "P1"


@pytest.mark.parametrize(
    ("columns", "cells", "problem"),
    [
        ("birth_date", "13.12.1970", ("not_a_date", "birth_date")),
        ("birth_date", "1970-02-30", ("not_a_date", "birth_date")),
        ("country", "XX", ("unknown_code", "country")),
        ("language", "cs", ("unknown_code", "language")),
        ("nationality", "CZ;Y1", ("unknown_code", "nationality")),
        ("gender", "W", ("unknown_code", "gender")),
        ("role", "boss", ("unknown_code", "role")),
        ("email", "jana(at)bank.cz", ("not_valid", "email")),
        ("phone", "12", ("not_valid", "phone")),
        ("tax_residency,tax_number", "CZ,1;2", ("out_of_range", "tax_number")),
        ("cz_birth_number", "7062130008", ("not_valid", "cz_birth_number")),
        ("address", "Korunní 48", ("missing", "country")),
    ],
)
def test_a_bad_cell_is_named_by_column_and_reason(
    tmp_path: Path, columns: str, cells: str, problem: tuple[str, str]
) -> None:
    assert _problem(tmp_path, columns, cells) == problem


def test_a_row_of_no_known_kind_is_named(tmp_path: Path) -> None:
    assert _problem(tmp_path, "country", "CZ", kind="robot") == ("unknown_code", "record")


def test_a_key_that_comes_again_keeps_its_first_row(tmp_path: Path) -> None:
    file = _read(tmp_path, "record,ref,name", "person,P1,Jana", "person,P1,Petr")
    assert file.migrants["P1"].legal_name == "Jana"
    assert file.problems == [Problem("customers.csv", 3, "repeated")]


def test_a_customer_number_that_comes_again_is_named(tmp_path: Path) -> None:
    """Also where the number is the key of a row without one; the institution would refuse the whole file."""
    file = _read(tmp_path, "record,ref,name,number", "person,P1,Jana,P2", "person,P2,Petr,", "person,P3,Eva,P2")
    assert list(file.migrants) == ["P1"]
    assert file.problems == [
        Problem("customers.csv", 3, "repeated", "number"),
        Problem("customers.csv", 4, "repeated", "number"),
    ]


OWNERS = "record,ref,name,owned_ref,stake,share_percent"
PARTIES = ("organisation,F1,Lípa a.s.,,,", "person,P1,Jana,,,", "person,P2,Petr,,,")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("ownership,P9,,F1,,10", ("unknown_reference", "ref")),
        ("ownership,P1,,F9,,10", ("unknown_reference", "owned_ref")),
        ("ownership,P1,,P2,,10", ("unknown_reference", "owned_ref")),
        ("ownership,F1,,F1,,10", ("unknown_reference", "owned_ref")),
        ("ownership,P1,,F1,,0", ("out_of_range", "share_percent")),
        ("ownership,P1,,F1,,100.01", ("out_of_range", "share_percent")),
        ("ownership,P1,,F1,,NaN", ("not_an_amount", "share_percent")),
        ("ownership,P1,,F1,bonds,10", ("unknown_code", "stake")),
    ],
)
def test_a_bad_stake_is_named(tmp_path: Path, row: str, problem: tuple[str, str]) -> None:
    file = _read(tmp_path, OWNERS, *PARTIES, row)
    assert [(found.line, found.code, found.column) for found in file.problems] == [(5, *problem)]
    assert not file.stakes


def test_control_needs_no_share(tmp_path: Path) -> None:
    file = _read(tmp_path, OWNERS, *PARTIES, "ownership,P1,,F1,control,")
    assert file.stakes == [Stake("file:P1", "file:F1", "control", None)]


def _owned(file: CustomerFile) -> tuple[int | None, int | None]:
    settings = Settings()
    rules = Policies(settings.policies).book("customers/ownership", OwnershipRules).effective(date(2026, 11, 22)).rules
    (company,) = [each for each in with_ownership(file, rules, "CZ") if each.kind == "organisation"]
    return company.owners_explained, company.owners_above_threshold


def test_an_organisation_knows_how_much_of_it_is_explained(tmp_path: Path) -> None:
    stakes = ("ownership,P1,,F1,,60", "ownership,P2,,F1,,10")
    assert _owned(_read(tmp_path, OWNERS, *PARTIES, *stakes)) == (70, 1)


def test_an_organisation_without_owners_is_unexplained(tmp_path: Path) -> None:
    assert _owned(_read(tmp_path, OWNERS, *PARTIES)) == (0, 0)


def test_persons_are_not_touched_by_ownership(tmp_path: Path) -> None:
    file = _read(tmp_path, OWNERS, *PARTIES, "ownership,P1,,F1,,60")
    migrant = file.migrants["P1"]
    assert (migrant.owners_explained, replace(migrant, owners_explained=None)) == (None, migrant)


def test_the_same_bytes_are_known_again(tmp_path: Path) -> None:
    hashes = [_read(tmp_path, OWNERS, *rows).source_hash for rows in (PARTIES, PARTIES, PARTIES[:2])]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_file_without_its_columns_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(ColumnsMissing, match="ref"):
        _read(tmp_path, "record,name", "person,Jana")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        read_customers(tmp_path / "none.csv", "CZ")
