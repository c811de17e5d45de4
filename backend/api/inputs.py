"""From the contract's inputs to plain data, for services to parse: enums as values, what was not given left out."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry
from strawberry.types.unset import UnsetType
from strawberry.utils.str_converters import to_camel_case

INPUT: Final = strawberry.argument(name="input")
Id = Annotated[UUID, strawberry.argument(name="id")]
Key = Annotated[
    str | None, strawberry.argument(description="Repeating a request with its key repeats its answer, not its effect.")
]


def plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        given = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: plain(each) for name, each in given.items() if not isinstance(each, UnsetType)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return value


def path(field: str | None) -> str | None:
    """The path of an input as the client wrote it: `names.0.full_name` → `names.0.fullName`."""
    return None if field is None else ".".join(to_camel_case(step) for step in field.split("."))
