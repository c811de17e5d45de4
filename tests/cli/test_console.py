"""What the console draws."""

import io
from uuid import UUID

from rich.console import Console

from backend.cli.console import listing


def test_a_list_cuts_nothing_in_a_narrow_window() -> None:
    row = UUID(int=2**128 - 1)
    drawn, table = io.StringIO(), listing("Review", "State", "Why", "Level", "Due")
    table.add_row(str(row), "awaiting_information", "behaviour", "high", "2026-12-04")
    Console(file=drawn, width=80).print(table)
    assert str(row) in drawn.getvalue()
    assert "…" not in drawn.getvalue()
