"""The contract as text, and what a change of it would break."""

from graphql import build_schema
from graphql.utilities import find_breaking_changes

from backend.api.schema import schema


def schema_sdl() -> str:
    """The whole schema with its costs; ends with a line break."""
    return schema.as_str().rstrip() + "\n"


def breaking_changes(old_sdl: str, new_sdl: str) -> list[str]:
    """One sentence for each change that a client of the old schema could notice."""
    changes = find_breaking_changes(build_schema(old_sdl), build_schema(new_sdl))
    return sorted(change.description for change in changes)
