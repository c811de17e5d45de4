"""The contract as text, and what a change of it would break."""

from pathlib import Path

from graphql import build_schema, lexicographic_sort_schema
from graphql.utilities import find_breaking_changes, print_schema

from backend.api.schema import schema


def schema_sdl() -> str:
    """The whole schema with its costs, as Strawberry prints it; ends with a line break."""
    return schema.as_str().rstrip() + "\n"


def breaking_changes(old_sdl: str, new_sdl: str) -> list[str]:
    """One sentence for each change that a client of the old schema could notice."""
    changes = find_breaking_changes(build_schema(old_sdl), build_schema(new_sdl))
    return sorted(change.description for change in changes)


def differs(committed: str) -> bool:
    """Whether the committed schema no longer says what the code does; the order of definitions does not matter."""
    return _sorted(committed) != _sorted(schema_sdl())


def _sorted(sdl: str) -> str:
    return print_schema(lexicographic_sort_schema(build_schema(sdl)))


def export(path: Path) -> None:
    path.write_text(schema_sdl(), "utf-8")
