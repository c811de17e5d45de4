"""Which writer makes which format."""

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from backend.reporting.front import Front
from backend.reporting.models import Format
from backend.reporting.report import Line
from backend.reporting.writers.json_lines import JsonLines
from backend.reporting.writers.pages import Pages
from backend.reporting.writers.table_text import TableText
from backend.reporting.writers.workbook import Workbook


class Writer(Protocol):
    def write(self, lines: Sequence[Line]) -> None: ...

    def close(self, lines: int) -> str:
        """Ends the file; its suffix, which may depend on how much came."""


def writer(form: Format, out: IO[bytes], front: Front, fonts: Path | None) -> Writer:
    match form:
        case Format.CSV:
            return TableText(out, front)
        case Format.XLSX:
            return Workbook(out, front)
        case Format.JSONL:
            return JsonLines(out, front)
        case Format.PDF:
            return Pages(out, front, fonts)
