"""Rows of a CSV or XLSX file as text, with the line numbers that an editor or a spreadsheet shows."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from backend.onboarding.migration.problems import ColumnsMissing, FileUnreadable
from backend.onboarding.migration.rows import Report, Row, read_rows


def read_sheet(path: Path, required: Sequence[str], report: Report) -> Iterator[tuple[int, Row]]:
    """Raises FileUnreadable or ColumnsMissing."""
    if path.suffix.lower() == ".xlsx":
        return _workbook(path, required)
    return read_rows(path, required, report, _delimiter(path))


def last_line(path: Path) -> int:
    """The number of the file's last line, the header included. Raises FileUnreadable."""
    if path.suffix.lower() == ".xlsx":
        return max((line for line, _ in _workbook(path, ())), default=1)
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError as error:
        raise FileUnreadable(file=path.name, problem=str(error)) from error


def _delimiter(path: Path) -> str:
    """Comma, semicolon or tab: whichever the header line has most of."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline()
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(file=path.name, problem=str(error)) from error
    return max(",;\t", key=header.count)


def _workbook(path: Path, required: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """The first sheet; formulas count as the values that were last computed for them."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError) as error:
        raise FileUnreadable(file=path.name, problem=str(error)) from error
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        names = [_text(cell) for cell in next(rows, ())]
        missing = [name for name in required if name not in names]
        if missing:
            raise ColumnsMissing(file=path.name, columns=", ".join(missing))
        for line, cells in enumerate(rows, start=2):
            if any(cell is not None for cell in cells):
                values = dict.fromkeys(names, "") | dict(zip(names, map(_text, cells), strict=False))
                yield line, Row(values, line)
    finally:
        book.close()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
