"""Rows of a delimited file with the line each begins on; refuses what is cut off or has the wrong width."""

import csv
import io
from collections.abc import Iterator

from backend.screening.lists.errors import ListTruncated, WrongColumns

_END_OF_FILE = "\x1a"  # OFAC closes its files with the DOS end-of-file character


def rows(text: str, *, name: str, columns: int) -> Iterator[tuple[int, list[str]]]:
    """`columns` is the exact width of every row. A quoted field may run over several lines."""
    reader = csv.reader(io.StringIO(text.rstrip(_END_OF_FILE), newline=""), strict=True)
    begins = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ListTruncated(format=name, line=begins) from error
        line, begins = begins, reader.line_num + 1
        if not row:
            continue
        if len(row) != columns:
            raise WrongColumns(format=name, line=line, found=len(row), expected=columns)
        yield line, row
