"""A hostile document is turned away before it costs anything."""

import time

import pytest
from graphql import get_operation_ast, parse

from backend.api.errors import LimitExceeded
from backend.api.limits import Limits, measure
from backend.api.schema import schema
from tests.api.conftest import Door


def _extent(document: str, **variables: object):
    parsed = parse(document)
    return measure(schema._schema, parsed, get_operation_ast(parsed), variables)


async def _limit(door: Door, query: str) -> str:
    answer = await door.ask(query)
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "graphql.limit_exceeded"
    limit: str = answer["errors"][0]["extensions"]["params"]["limit"]
    return limit


async def test_a_deep_query_is_refused(door: Door) -> None:
    inner = "relationships { fromParty { " * 8 + "id" + " } }" * 8
    assert await _limit(door, f'{{ party(id: "x") {{ {inner} }} }}') == "depth"


async def test_many_aliases_are_refused(door: Door) -> None:
    aliases = " ".join(f"a{number}: viewer {{ id }}" for number in range(60))
    assert await _limit(door, f"{{ {aliases} }}") == "aliases"


async def test_aliases_hidden_in_fragments_are_refused(door: Door) -> None:
    layers = "".join(f"fragment F{n} on Query {{ a{n}: viewer {{ id }} ...F{n + 1} ...F{n + 1} }}\n" for n in range(9))
    assert await _limit(door, "{ ...F0 }\n" + layers + "fragment F9 on Query { z: viewer { id } }") == "aliases"


async def test_a_long_document_is_refused(door: Door) -> None:
    assert await _limit(door, "{ viewer { " + "id " * 5000 + "} }") == "tokens"


NESTED = """
query ($first: Int! = 100) {
  customers(first: $first) { nodes { party { relationships { fromParty { relationships { fromParty {
    documents { id } names { id }
  } } } } } } }
}
"""


async def test_nested_lists_are_refused_by_their_cost(door: Door) -> None:
    assert await _limit(door, NESTED) == "cost"


async def test_the_page_size_in_a_variable_decides_the_cost(door: Door) -> None:
    assert await door.codes(NESTED, first=100) == ["graphql.limit_exceeded"]
    assert await door.codes(NESTED.replace("= 100", ""), first=5) == []
    assert await door.codes(NESTED.replace("= 100", ""), first=100) == ["graphql.limit_exceeded"]


def test_cost_is_the_weight_times_the_sizes_of_the_lists_around() -> None:
    one, ten = (_extent(f"{{ customers(first: {n}) {{ nodes {{ manager {{ name }} }} }} }}").cost for n in (1, 10))
    assert (one, ten) == (5 + 1, 5 + 10)


def test_a_page_without_a_size_counts_as_its_default() -> None:
    default = _extent("{ customers { nodes { manager { name } } } }")
    assert default == _extent("{ customers(first: 50) { nodes { manager { name } } } }")


def test_an_impossible_page_size_counts_as_the_largest() -> None:
    negative = _extent("{ customers(first: -5) { nodes { manager { name } } } }")
    assert negative == _extent("{ customers(first: 100) { nodes { manager { name } } } }")


def test_nested_fragments_are_measured_in_linear_time() -> None:
    layers = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}\n" for n in range(200))
    began = time.process_time()
    extent = _extent("{ ...F0 }\n" + layers + "fragment F200 on Query { z: viewer { id } }")
    assert time.process_time() - began < 1
    assert extent.aliases == 2**200


def test_a_fragment_that_spreads_itself_is_measured() -> None:
    assert _extent("{ ...F }\nfragment F on Query { a: viewer { id } ...F }").aliases == 1


async def test_a_fragment_that_spreads_itself_is_refused_by_validation(door: Door) -> None:
    assert await door.codes("{ ...F }\nfragment F on Query { viewer { id } ...F }") == ["graphql.document_invalid"]


def test_an_exceeded_limit_says_what_was_found_and_what_is_allowed() -> None:
    with pytest.raises(LimitExceeded, match="depth: 3 where 2 are allowed"):
        Limits(depth=2).check(_extent("{ viewer { team { name } } }"))


async def test_an_operation_that_takes_too_long_is_ended(door: Door) -> None:
    door.executor.limits = Limits(seconds=0)
    assert await door.codes("{ teams { name } }") == ["graphql.too_slow"]


async def test_an_ended_operation_leaves_no_connection_behind(door: Door) -> None:
    door.executor.limits = Limits(seconds=0)
    for _ in range(5):
        await door.codes("{ customers { nodes { party { names { id } } } } }")
    assert door.executor.platform.engine.pool.checkedout() == 0
