"""What a field costs, declared where the field is and printed in the schema as @cost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

import strawberry
from graphql import GraphQLField, GraphQLNonNull, is_list_type
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

_LONG: Final = 10
F = TypeVar("F", bound=Callable[..., Any])


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description=(
        "What a field counts towards the limit of cost: `weight` for itself (1), and what it selects `size` times,"
        " or as often as the argument `slicedBy` says."
    ),
)
class Cost:
    """As it is written on a field; UNSET is not printed."""

    weight: int | None = strawberry.UNSET
    size: int | None = strawberry.UNSET
    sliced_by: str | None = strawberry.UNSET


def resolved(
    description: str | None = None, *, weight: int | None = None, size: int | None = None, sliced_by: str | None = None
) -> Callable[[F], F]:
    """`strawberry.field` for a resolver, with its cost and without losing the resolver's type."""
    given = {"weight": weight, "size": size, "sliced_by": sliced_by}
    priced = {name: value for name, value in given.items() if value is not None}
    directives = [Cost(**priced)] if priced else []  # type: ignore[arg-type]
    return cast("Callable[[F], F]", strawberry.field(description=description, directives=directives))


def changes(description: str) -> Callable[[F], F]:
    """`strawberry.mutation`, which weighs as much as what it does."""
    return cast("Callable[[F], F]", strawberry.mutation(description=description, directives=[Cost(weight=20)]))


@dataclass(frozen=True, slots=True)
class Price:
    weight: int
    size: int
    sliced_by: str | None = None


def price(field: GraphQLField) -> Price:
    """A list that declares nothing is taken to be long."""
    definition = (field.extensions or {}).get("strawberry-definition")
    directives = definition.directives if isinstance(definition, StrawberryField) else ()
    found = next((directive for directive in directives if isinstance(directive, Cost)), None)
    if found is not None:
        weight = found.weight if isinstance(found.weight, int) else 1
        return Price(weight, found.size or 1, found.sliced_by or None)
    kind = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    return Price(1, _LONG if is_list_type(kind) else 1)
