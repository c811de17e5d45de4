"""Beneficial owners with the paths that make them so, as each role may see them."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from backend.customers import inputs, service
from backend.customers.models import Party
from tests.api.conftest import Door
from tests.factories import customers as make
from tests.factories.customers import Bank

OWNERS = """
query ($id: UUID!) {
  party(id: $id) {
    ... on Organisation {
      ownership {
        owners {
          partyId name grounds interest allPaths paths { contribution steps { partyId name fraction } }
        }
        unexplained fallback ruleset
      }
    }
  }
}
"""


async def _owns(bank: Bank, owner: Party, owned: Party, fraction: str) -> None:
    given = {"owner_id": owner.id, "owned_id": owned.id, "kind": "shares", "fraction": fraction}
    await bank.run(bank.manager, service.add_stake, inputs.parse(inputs.StakeInput, given))


@pytest.fixture
async def chain(bank: Bank) -> tuple[Party, Party, Party]:
    """Anna holds 40 % of the bakery herself and 80 % of the holding that has half of it."""
    anna = await bank.customer(make.person("Anna Nováková"))
    holding, bakery = [await bank.customer(make.organisation(name)) for name in ("Holding a.s.", "Pekařství s.r.o.")]
    await _owns(bank, anna, holding, "0.8")
    await _owns(bank, holding, bakery, "0.5")
    await _owns(bank, anna, bakery, "0.4")
    return anna, holding, bakery


async def _ownership(door: Door, actor: Any, party_id: UUID) -> Any:
    return (await door.data(OWNERS, actor, id=str(party_id)))["party"]["ownership"]


async def test_an_owner_is_shown_with_every_path_and_its_part(
    door: Door, bank: Bank, chain: tuple[Party, Party, Party]
) -> None:
    anna, holding, bakery = chain
    found = await _ownership(door, bank.manager, bakery.id)
    (owner,) = found["owners"]
    assert (owner["partyId"], owner["name"], owner["allPaths"]) == (str(anna.id), "Anna Nováková", True)
    assert Decimal(owner["interest"]) == Decimal("0.8")
    paths = {len(path["steps"]): path for path in owner["paths"]}
    assert {length: Decimal(path["contribution"]) for length, path in paths.items()} == {
        2: Decimal("0.4"),
        3: Decimal("0.4"),
    }
    steps = [(step["partyId"], step["name"], step["fraction"]) for step in paths[3]["steps"]]
    assert [step[:2] for step in steps] == [
        (str(anna.id), "Anna Nováková"),
        (str(holding.id), "Holding a.s."),
        (str(bakery.id), "Pekařství s.r.o."),
    ]
    assert [None if step[2] is None else Decimal(step[2]) for step in steps] == [Decimal("0.8"), Decimal("0.5"), None]


async def test_what_nobody_is_known_to_own_is_said(door: Door, bank: Bank, chain: tuple[Party, Party, Party]) -> None:
    found = await _ownership(door, bank.manager, chain[2].id)
    assert Decimal(found["unexplained"]) == Decimal("0.2")
    assert found["fallback"] is False
    assert len(found["ruleset"]) == 64


async def test_a_cross_holding_counts_in_the_interest_and_is_no_path_of_its_own(
    door: Door, bank: Bank, chain: tuple[Party, Party, Party]
) -> None:
    _, holding, bakery = chain
    await _owns(bank, bakery, holding, "0.2")
    (owner,) = (await _ownership(door, bank.manager, bakery.id))["owners"]
    assert (owner["allPaths"], len(owner["paths"])) == (True, 2)
    # her x of the bakery is 0.4 + 0.5 h, her h of the holding 0.8 + 0.2 x: so x is 0.8 / 0.9
    assert abs(Decimal(owner["interest"]) - Decimal(8) / 9) < Decimal("1e-11")
    assert sum(Decimal(path["contribution"]) for path in owner["paths"]) == Decimal("0.8")


@pytest.mark.parametrize("who", ["stranger", "colleague", "agent"])
async def test_ownership_is_null_to_who_may_not_see_it(
    door: Door, bank: Bank, chain: tuple[Party, Party, Party], who: str
) -> None:
    party = (await door.data(OWNERS, getattr(bank, who), id=str(chain[2].id)))["party"]
    assert party is None or party["ownership"] is None


async def test_a_name_on_a_path_is_masked_as_the_reader_sees_it(
    door: Door, bank: Bank, chain: tuple[Party, Party, Party]
) -> None:
    (owner,) = (await _ownership(door, door.somebody("risk_analyst"), chain[2].id))["owners"]
    assert owner["name"] == "A••• N•••"
    assert "Nováková" not in str(owner)


async def test_a_stake_is_refused_where_the_whole_would_be_exceeded(
    door: Door, bank: Bank, chain: tuple[Party, Party, Party]
) -> None:
    anna, _, bakery = chain
    record = """
    mutation ($input: StakeInput!) {
      recordStake(input: $input) { __typename ... on Problem { code } ... on InvalidProblem { field } }
    }
    """
    given = {"ownerId": str(anna.id), "ownedId": str(bakery.id), "kind": "SHARES", "fraction": "0.2"}
    answer = (await door.data(record, bank.manager, input=given))["recordStake"]
    assert answer == {"__typename": "ConflictProblem", "code": "customer.stakes_exceed_whole"}
