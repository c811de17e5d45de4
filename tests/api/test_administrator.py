"""Administrators look after people and roles: whatever they ask, they meet no customer."""

from typing import Any
from uuid import UUID

import pytest
from graphql import (
    GraphQLField,
    GraphQLSchema,
    Undefined,
    build_schema,
    get_named_type,
    is_composite_type,
    is_enum_type,
)
from graphql.type import GraphQLObjectType, is_input_object_type, is_non_null_type

from backend.core.actor import Actor
from tests.api.conftest import OPERATIONS, Door
from tests.api.planting import plant
from tests.factories.customers import Bank

_SCALARS = {"String": '"canary"', "Int": "1", "Date": '"2026-11-01"', "DateTime": '"2026-11-22T09:00:00Z"'}
_ABOUT = {"Party", "Customer"}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema((OPERATIONS.parent / "schema.graphql").read_text("utf-8"))


def root(schema: GraphQLSchema) -> dict[str, GraphQLField]:
    assert schema.query_type is not None
    return schema.query_type.fields


def reaches_customers(of: Any, known: set[str]) -> bool:
    """Whether a client may walk from a value of this type to a customer."""
    name = of.name
    if name in _ABOUT:
        return True
    if name in known or not isinstance(of, GraphQLObjectType):
        return False
    known.add(name)
    return any(reaches_customers(get_named_type(field.type), known) for field in of.fields.values())


def asked(name: str, field: GraphQLField, party_id: UUID) -> str | None:
    """A query for the field about the party; None where it takes what is not made up here."""
    given = []
    for key, argument in field.args.items():
        kind: Any = get_named_type(argument.type)
        if not is_non_null_type(argument.type) or argument.default_value is not Undefined:
            continue
        if is_input_object_type(kind):
            return None
        written = next(iter(kind.values)) if is_enum_type(kind) else _SCALARS.get(kind.name, f'"{party_id}"')
        given.append(f"{key}: [{written}]" if "[" in str(argument.type) else f"{key}: {written}")
    result: Any = get_named_type(field.type)
    inside = "nodes { __typename }" if "nodes" in getattr(result, "fields", {}) else "__typename"
    chosen = f"{{ {inside} }}" if is_composite_type(result) else ""
    arguments = f"({', '.join(given)})" if given else ""
    return f"query {{ answer: {name}{arguments} {chosen} }}"


def empty(answer: dict[str, Any]) -> bool:
    if answer.get("errors"):
        return all(each["extensions"]["code"] != "internal" for each in answer["errors"])
    found = answer["data"]["answer"]
    return not (found["nodes"] if isinstance(found, dict) and "nodes" in found else found)


async def shown_to(door: Door, reader: Actor, schema: GraphQLSchema, party_id: UUID) -> tuple[list[str], int]:
    """Questions that were answered with something of a customer, and how many were asked."""
    about = {
        name: field for name, field in root(schema).items() if reaches_customers(get_named_type(field.type), set())
    }
    queries = {name: query for name, field in about.items() if (query := asked(name, field, party_id)) is not None}
    return sorted([name for name, query in queries.items() if not empty(await door.ask(query, reader))]), len(queries)


async def test_no_question_shows_an_administrator_a_customer(door: Door, bank: Bank, schema: GraphQLSchema) -> None:
    party = await bank.customer()
    assert await plant(bank.platform, bank.system, party.id)
    shown, questions = await shown_to(door, bank.administrator, schema, party.id)
    assert (shown, questions > 50) == ([], True)
    assert len((await shown_to(door, bank.officer, schema, party.id))[0]) > 10
