"""The committed schema is the one that is served, and a breaking change is seen."""

from pathlib import Path

from backend.api import export

COMMITTED = Path(__file__).resolve().parents[2] / "graphql" / "schema.graphql"


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    assert COMMITTED.read_text("utf-8") == export.schema_sdl()


def test_a_removed_field_is_a_breaking_change() -> None:
    old, new = "type Query { a: Int b: Int }", "type Query { a: Int }"
    assert export.breaking_changes(old, new) == ["Field Query.b was removed."]


def test_an_added_field_breaks_nothing() -> None:
    assert export.breaking_changes("type Query { a: Int }", "type Query { a: Int b: Int }") == []
