"""XLSX, row by row in constant memory: no formulas, no links, and another sheet where one is full."""

import tempfile
from collections.abc import Sequence
from datetime import UTC
from typing import IO, Final

import xlsxwriter

from backend.reporting.front import Front
from backend.reporting.report import Line
from backend.reporting.writers.cells import fitting, visible
from backend.reporting.writers.sheet import RowSheet

ROWS: Final = 1_048_576
"""In a sheet, by the format."""
_SHEET: Final = "Lines"


class Workbook:
    """Rows wait in temporary files of a folder that only this process can read, and that ends with the workbook."""

    def __init__(self, out: IO[bytes], front: Front) -> None:
        self._front = front
        self._folder = tempfile.TemporaryDirectory(prefix="tenure-report-")
        self._book = xlsxwriter.Workbook(
            out,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "tmpdir": self._folder.name,
            },
        )
        made = front.made_at.astimezone(UTC).replace(tzinfo=None)
        self._book.set_properties({"title": front.title, "author": "Tenure", "created": made})
        self._head = self._book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "top"})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._about: RowSheet = self._book.add_worksheet(front.say("About this report"), RowSheet)
        self._keys = [column.key for column in front.columns]
        self._sheets = 0
        self._row = ROWS
        self._sheet: RowSheet = self._about

    def write(self, lines: Sequence[Line]) -> None:
        for line in lines:
            if self._row == ROWS:
                self._begin()
            self._sheet.write_whole_row(self._row, [line.get(key) for key in self._keys])
            self._row += 1

    def close(self, lines: int) -> str:
        if self._sheets == 0:
            self._begin()
        self._tell(lines)
        self._book.close()
        self._folder.cleanup()
        return "xlsx"

    def _begin(self) -> None:
        self._sheets += 1
        name = self._front.say(_SHEET)
        self._sheet = self._book.add_worksheet(name if self._sheets == 1 else f"{name} {self._sheets}", RowSheet)
        self._sheet.freeze_panes(1, 0)
        for place, (column, title) in enumerate(zip(self._front.columns, self._front.titles, strict=True)):
            self._sheet.set_column(place, place, column.width)
            self._sheet.write_string(0, place, title, self._head)
        self._row = 1

    def _tell(self, lines: int) -> None:
        front = self._front
        pairs: list[tuple[str, str]] = [
            (front.title, front.about),
            *front.facts,
            (front.say("Lines"), str(lines)),
            ("", ""),
            *front.terms,
            ("", ""),
            *(("", note) for note in front.notes),
        ]
        self._about.set_column(0, 0, 28)
        self._about.set_column(1, 1, 90)
        for row, (name, words) in enumerate(pairs):
            self._about.write_string(row, 0, fitting(visible(name)), self._head if name else self._wrapped)
            self._about.write_string(row, 1, fitting(visible(words)), self._wrapped)
