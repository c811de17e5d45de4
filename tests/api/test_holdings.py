"""Accounts and their movements: pages without gap, and numbers as far as the reader may see them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.holdings import queries
from backend.holdings.intake import NewAccount, NewHolder, NewMovement, NewOrder, record_accounts, record_movements
from backend.holdings.models import Account
from tests.api.conftest import Door
from tests.factories import customers as make
from tests.factories.customers import Bank

NUMBER, PAYEE = "0000001234", "0087144583"
DAY = date(2026, 1, 1)
SHOWN = """
query ($id: UUID!) {
  party(id: $id) {
    accounts {
      number accountNumber { value visibility field }
      orders { payeeAccount payee { value visibility } }
      movements { nodes { counterpartyAccount counterparty { value visibility } } }
    }
  }
}
"""
PAGE = """
query ($id: UUID!, $first: Int!, $after: String) {
  party(id: $id) {
    accounts {
      movementCount balance { amount currency }
      movements(first: $first, after: $after) {
        nodes { id bookedOn balance { amount } } pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""


@dataclass
class Held:
    party_id: UUID
    account_id: UUID
    bank: Bank

    async def book(self, count: int, *, a_day: int = 1) -> None:
        """The balance after the n-th movement is n."""
        movements = [self._movement(number, DAY + timedelta(days=number // a_day)) for number in range(1, count + 1)]
        await self.bank.run(self.bank.system, record_movements, new_id(), movements)

    def _movement(self, number: int, booked_on: date) -> NewMovement:
        return NewMovement(
            ref=f"{self.account_id}:{number}",
            account_id=self.account_id,
            owner_id=self.party_id,
            booked_on=booked_on,
            direction="credit",
            operation="transfer_in",
            amount=Decimal("1.00"),
            balance=Decimal(number),
            currency="CZK",
            purpose=None,
            counterparty_bank="YZ",
            counterparty_account=PAYEE,
        )


@pytest.fixture
async def held(bank: Bank) -> Held:
    party = await bank.customer()
    ref = f"account:{party.id}"
    order = NewOrder(f"{ref}:order", "YZ", PAYEE, Decimal("2452.10"), "household")
    holders = (NewHolder(party.id, "owner"),)
    account = NewAccount(ref, NUMBER, "current_account", "CZK", "Praha", "monthly", DAY, holders, (), (), (order,))
    await bank.run(bank.system, record_accounts, [account])
    ids = await bank.run(bank.system, queries.ids_by_ref, Account, [ref])
    return Held(party.id, ids[ref], bank)


async def _account(door: Door, held: Held, actor: Actor, query: str, **given: Any) -> dict[str, Any]:
    data = await door.data(query, actor, id=str(held.party_id), **given)
    (account,) = data["party"]["accounts"]
    return account  # type: ignore[no-any-return]


@pytest.mark.parametrize("size", [1, 3, 7, 20])
async def test_movements_page_newest_first_without_gap_or_repetition(door: Door, held: Held, size: int) -> None:
    await held.book(7, a_day=3)
    nodes: list[dict[str, Any]] = []
    after, more = None, True
    while more:
        account = await _account(door, held, held.bank.manager, PAGE, first=size, after=after)
        page = account["movements"]
        assert len(page["nodes"]) <= size
        nodes += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert after is None
    assert len({node["id"] for node in nodes}) == len(nodes) == account["movementCount"] == 7
    assert [node["bookedOn"] for node in nodes] == sorted((node["bookedOn"] for node in nodes), reverse=True)
    assert Decimal(account["balance"]["amount"]) == 7


async def test_movements_booked_while_one_pages_do_not_shift_the_pages(door: Door, held: Held) -> None:
    await held.book(4)
    first = (await _account(door, held, held.bank.manager, PAGE, first=2))["movements"]
    late = [held._movement(9, DAY + timedelta(days=30))]
    await held.bank.run(held.bank.system, record_movements, new_id(), late)
    cursor = first["pageInfo"]["endCursor"]
    second = (await _account(door, held, held.bank.manager, PAGE, first=2, after=cursor))["movements"]
    balances = [Decimal(node["balance"]["amount"]) for node in [*first["nodes"], *second["nodes"]]]
    assert balances == [4, 3, 2, 1]


async def test_a_cursor_of_customers_opens_no_movements(door: Door, held: Held) -> None:
    cursor = door.executor._cursors.seal(held.bank.tenant.id, "customers", str(new_id()))
    codes = await door.codes(PAGE, held.bank.manager, id=str(held.party_id), first=2, after=cursor)
    assert codes == ["graphql.cursor_invalid"]


@pytest.mark.parametrize(
    ("who", "number", "payee", "visibility"),
    [
        ("relationship_manager", NUMBER, PAYEE, "CLEAR"),
        ("compliance_officer", NUMBER, PAYEE, "CLEAR"),
        ("team_lead", "•••1234", "•••4583", "MASKED"),
        ("service_agent", "•••1234", "•••4583", "MASKED"),
        ("auditor", "•••1234", "•••4583", "MASKED"),
        ("risk_analyst", None, None, "HIDDEN"),
    ],
)
async def test_a_plain_account_number_shows_no_more_than_its_visibility(
    door: Door, held: Held, who: str, number: str | None, payee: str | None, visibility: str
) -> None:
    await held.book(1)
    person = held.bank.manager if who == "relationship_manager" else held.bank.lead
    account = await _account(door, held, make.with_roles(person, who), SHOWN)
    shown = {"value": number, "visibility": visibility, "field": "customer.account_number"}
    other = {"value": payee, "visibility": visibility}
    assert (account["number"], account["accountNumber"]) == (number, shown)
    assert account["orders"] == [{"payeeAccount": payee, "payee": other}]
    assert account["movements"]["nodes"] == [{"counterpartyAccount": payee, "counterparty": other}]


async def test_accounts_are_null_to_who_may_not_see_holdings(door: Door, held: Held) -> None:
    query = "query ($id: UUID!) { party(id: $id) { accounts { number } } }"
    assert await door.data(query, held.bank.colleague, id=str(held.party_id)) == {"party": {"accounts": None}}
