"""PDF by Typst, volume by volume: a volume is set when it is full, so that no more lines than one volume's are held;
several come together in a zip. Typst itself remembers what it set, some 150 MB a volume (tests/benchmarks/report.py).
Beyond MOST lines a PDF is refused, because nobody reads it."""

import zipfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Final

from backend.core.typesetting import typeset
from backend.reporting.errors import TooLongForPdf
from backend.reporting.front import Front
from backend.reporting.report import Column, Line

VOLUME: Final = 2_000
MOST: Final = 20_000
_TEMPLATES: Final = Path(__file__).parent.parent / "templates"
_AN_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_WIDE: Final = 9


class Pages:
    def __init__(self, out: IO[bytes], front: Front, fonts: Path | None) -> None:
        self._out, self._front, self._fonts = out, front, fonts
        self._waiting: list[Line] = []
        self._written = self._volumes = 0
        self._zip: zipfile.ZipFile | None = None

    def write(self, lines: Sequence[Line]) -> None:
        """Raises TooLongForPdf, NoChineseFont."""
        self._written += len(lines)
        if self._written > MOST:
            raise TooLongForPdf(limit=f"{MOST:,}")
        self._waiting.extend(lines)
        while len(self._waiting) > VOLUME:
            self._bind(self._waiting[:VOLUME])
            del self._waiting[:VOLUME]

    def close(self, lines: int) -> str:
        if self._zip is None:
            self._out.write(self._typeset(self._waiting, None, lines))
            return "pdf"
        self._bind(self._waiting, lines)
        self._zip.close()
        return "zip"

    def _bind(self, lines: Sequence[Line], last: int | None = None) -> None:
        if self._zip is None:
            self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_STORED)
        self._volumes += 1
        info = zipfile.ZipInfo(f"{self._front.report.code}-{self._volumes:02d}.pdf", _AN_EPOCH)
        self._zip.writestr(info, self._typeset(lines, self._volumes, last))

    def _typeset(self, lines: Sequence[Line], volume: int | None, total: int | None) -> bytes:
        front = self._front
        data = {
            "language": front.locale.split("_")[0],
            "title": front.title,
            "about": front.about,
            "volume": None if volume is None else front.say("Volume {number}", number=volume),
            "facts": [list(fact) for fact in front.facts],
            "total": None if total is None else [front.say("Lines"), str(total)],
            "terms": [[title, words] for title, words in front.terms],
            "terms_title": front.say("What the columns mean"),
            "notes": list(front.notes),
            "empty": front.say("No line answers to this."),
            **self._body(lines),
        }
        return typeset(_TEMPLATES, "report", data, front.made_at, fonts=self._fonts)

    def _body(self, lines: Sequence[Line]) -> dict[str, Any]:
        """A table where it fits the page, else a block for each group with what its lines share said once."""
        printed = [pair for pair in zip(self._front.columns, self._front.titles, strict=True) if pair[0].printed]
        grouped = self._front.report.grouped
        if grouped is None and len(printed) <= _WIDE:
            rows = [[_said(line, column) for column, _ in printed] for line in lines]
            widths = [column.width for column, _ in printed]
            return {"blocks": None, "header": [title for _, title in printed], "rows": rows, "widths": widths}
        groups = [[line] for line in lines] if grouped is None else _grouped(lines, grouped)
        return {"blocks": [_block(group, printed) for group in groups], "header": [], "rows": [], "widths": []}


def _grouped(lines: Sequence[Line], key: str) -> list[list[Line]]:
    return [list(group) for _, group in groupby(lines, lambda line: line.get(key))]


def _block(group: Sequence[Line], printed: Sequence[tuple[Column, str]]) -> dict[str, Any]:
    shared = [(column, title) for column, title in printed if column.shared]
    own = [(column, title) for column, title in printed if not column.shared]
    used = [pair for pair in own if any(line.get(pair[0].key) is not None for line in group)]
    facts = [[title, _said(group[0], column)] for column, title in shared if group[0].get(column.key) is not None]
    return {
        "facts": facts,
        "header": [title for _, title in used],
        "rows": [[_said(line, column) for column, _ in used] for line in group] if used else [],
    }


def _said(line: Line, column: Column) -> str:
    value = line.get(column.key)
    return "" if value is None else str(value)
