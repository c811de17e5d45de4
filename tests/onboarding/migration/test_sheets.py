"""One form of rows, whatever wrote the file."""

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from backend.onboarding.migration.problems import ColumnsMissing, FileUnreadable, Problem
from backend.onboarding.migration.rows import Report
from backend.onboarding.migration.sheets import read_sheet

ROWS = [{"ref": "1", "name": "Nováková, Jana"}, {"ref": "2", "name": "Malý"}]


def _read(path: Path, report: Report | None = None) -> list[tuple[int, dict[str, str]]]:
    return [(line, row.values) for line, row in read_sheet(path, ("ref", "name"), report or Report())]


def _book(path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_delimiter_is_found_and_a_byte_order_mark_ignored(tmp_path: Path, delimiter: str, mark: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f'{mark}ref{delimiter}name\n1{delimiter}"Nováková, Jana"\n2{delimiter}Malý\n', "utf-8")
    assert _read(path) == [(2, ROWS[0]), (3, ROWS[1])]


def test_a_workbook_gives_the_same_rows(tmp_path: Path) -> None:
    path = _book(tmp_path / "rows.xlsx", ["ref", "name"], ["1", "Nováková, Jana"], [2, "Malý"])
    assert _read(path) == [(2, ROWS[0]), (3, ROWS[1])]


def test_dates_and_whole_numbers_of_a_workbook_become_their_text(tmp_path: Path) -> None:
    cells = [1.0, date(1970, 12, 13)], [2.5, datetime(1970, 12, 13, 10, 30)]  # noqa: DTZ001 - as a workbook has it
    path = _book(tmp_path / "rows.xlsx", ["ref", "name"], *cells)
    assert [row for _, row in _read(path)] == [
        {"ref": "1", "name": "1970-12-13"},
        {"ref": "2.5", "name": "1970-12-13"},
    ]


def test_an_empty_row_of_a_workbook_is_passed_over_and_lines_still_count(tmp_path: Path) -> None:
    path = _book(tmp_path / "rows.xlsx", ["ref", "name"], [], ["2", "Malý"])
    assert _read(path) == [(3, ROWS[1])]


def test_a_row_of_a_workbook_that_ends_early_has_empty_cells(tmp_path: Path) -> None:
    path = _book(tmp_path / "rows.xlsx", ["ref", "name"], ["1"])
    assert _read(path) == [(2, {"ref": "1", "name": ""})]


def test_a_row_of_text_that_ends_early_is_reported(tmp_path: Path) -> None:
    path, report = tmp_path / "rows.csv", Report()
    path.write_text("ref,name\n1\n2,Malý\n", "utf-8")
    assert _read(path, report) == [(3, ROWS[1])]
    assert report.problems == [Problem("rows.csv", 2, "too_few_columns")]


def test_a_line_break_within_quotes_belongs_to_the_cell(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('ref,name\n1,"Jana\nNováková"\n2,Malý\n', "utf-8")
    assert [(line, row["name"]) for line, row in _read(path)] == [(3, "Jana\nNováková"), (4, "Malý")]


@pytest.mark.parametrize("name", ["rows.csv", "rows.xlsx"])
def test_columns_that_are_not_there_are_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith(".csv"):
        path.write_text("ref\n1\n", "utf-8")
    else:
        _book(path, ["ref"], ["1"])
    with pytest.raises(ColumnsMissing, match="name"):
        _read(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [("rows.csv", "ref,name\n1,Nováková".encode("cp1250")), ("rows.xlsx", b"ref,name\n"), ("rows.csv", b"")],
)
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises((FileUnreadable, ColumnsMissing), match=name):
        _read(path)
