"""A sheet that takes a whole row at once: cell by cell, the library's checks cost several times what writing does.

In its constant-memory mode a worksheet writes one row behind, straight into its part of the file (`fh`); a row that is
written here comes after the row that waits, and leaves none behind.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from backend.reporting.writers.cells import LONGEST, fitting, visible

_ESCAPE: Final = re.compile("_x[0-9a-fA-F]{4}_")
"""What a reader of the format would take for a sign that was escaped."""


class RowSheet(Worksheet):  # type: ignore[misc]
    def write_whole_row(self, row: int, values: Sequence[str | int | None]) -> None:
        """Texts and whole numbers; below every row so far."""
        self._write_single_row(row)
        self._check_dimensions(row, 0)
        self._check_dimensions(row, len(values) - 1)
        cells = [_cell(f"{_letters(at)}{row + 1}", value) for at, value in enumerate(values) if value is not None]
        self.fh.write(f'<row r="{row + 1}">{"".join(cells)}</row>')


@cache
def _letters(column: int) -> str:
    return str(xl_col_to_name(column))


def _cell(place: str, value: str | int) -> str:
    if not isinstance(value, str):
        return f'<c r="{place}"><v>{value}</v></c>'
    if _is_plain(value):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{_escaped(fitting(visible(value)))}</t></is></c>'


def _is_plain(text: str) -> bool:
    """Stands as it is: nearly every text, so this is asked before anything else."""
    return (
        text.isprintable()
        and not ("&" in text or "<" in text or ">" in text or "_x" in text)
        and text[:1] != " "
        and text[-1:] != " "
        and len(text) <= LONGEST
    )


def _escaped(text: str) -> str:
    kept = _ESCAPE.sub(lambda found: f"_x005F{found[0]}", text)
    plain = kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "_x000D_")
    return plain.replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_")
