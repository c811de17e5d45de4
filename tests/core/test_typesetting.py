"""Papers: typeset at the very moment at which they are asked for."""

from datetime import UTC, datetime
from pathlib import Path

from backend.core.typesetting import typeset


def test_a_paper_may_be_made_between_two_seconds(tmp_path: Path) -> None:
    (tmp_path / "page.typ").write_text("Hello", encoding="utf-8")
    made_at = datetime(2026, 11, 22, 9, 0, 0, 123_456, UTC)
    assert typeset(tmp_path, "page", {}, made_at).startswith(b"%PDF-")
