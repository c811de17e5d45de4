"""CSV (RFC 4180) with a byte order mark, by which Excel knows UTF-8; every text neutralised."""

import codecs
import csv
import io
from collections.abc import Sequence
from typing import IO

from backend.reporting.front import Front
from backend.reporting.report import Line
from backend.reporting.writers.cells import neutral


class TableText:
    def __init__(self, out: IO[bytes], front: Front) -> None:
        out.write(codecs.BOM_UTF8)
        self._text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._keys = [column.key for column in front.columns]
        self._writer.writerow(front.titles)

    def write(self, lines: Sequence[Line]) -> None:
        self._writer.writerows([_cell(line.get(key)) for key in self._keys] for line in lines)

    def close(self, lines: int) -> str:
        self._text.detach()
        return "csv"


def _cell(value: str | int | None) -> str | int | None:
    return neutral(value) if isinstance(value, str) else value
