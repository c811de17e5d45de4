"""The portrait over GraphQL: as much of a customer as the reader may see, and events in their life."""

from datetime import date
from typing import Any

import pytest

from backend.core.actor import Actor
from backend.customers.models import Party
from tests.api.conftest import Door
from tests.factories import ledger
from tests.factories.customers import Bank, person, with_roles

PORTRAIT = """
query ($id: UUID!) { portrait(partyId: $id) {
  asOf mayRecord facts { code kind value vocabulary source on money { amount currency } } balances { on amount }
  eventKinds { code words }
} }
"""
RECORD = """
mutation ($id: UUID!, $kind: String!, $on: Date!, $key: String) {
  answer: recordLifeEvent(partyId: $id, kind: $kind, on: $on, note: "Twins", idempotencyKey: $key) {
    __typename
    ... on LifeEvent { id }
    ... on Problem { code }
    ... on InvalidProblem { field }
  }
}
"""
WITHDRAW = """
mutation ($id: UUID!) { answer: withdrawLifeEvent(id: $id) { __typename ... on Problem { code } } }
"""
SOON = date(2026, 12, 24)


@pytest.fixture
async def party(bank: Bank) -> Party:
    made = await bank.customer(person(birth_date=date(1980, 12, 24)))
    await ledger.book(bank, (date(2026, 11, 1), "credit", 500, None, None), party=made)
    return made


async def facts(door: Door, reader: Actor, party: Party) -> dict[str, dict[str, Any]]:
    found = (await door.data(PORTRAIT, reader, id=str(party.id)))["portrait"]["facts"]
    return {each["code"]: each for each in found}


async def recorded(door: Door, actor: Actor, party: Party, kind: str = "moved", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (
        await door.data(RECORD, actor, id=str(party.id), kind=kind, on=more.pop("on", "2026-11-01"), **more)
    )["answer"]
    return answer


async def test_a_manager_is_told_each_fact_with_its_day_and_source(door: Door, bank: Bank, party: Party) -> None:
    balance = (await facts(door, bank.manager, party))["balance"]
    assert (balance["kind"], balance["money"]) == ("MONEY", {"amount": "500.00", "currency": "CZK"})
    assert (balance["source"], balance["on"]) == ("facts", "2026-11-01")


async def test_a_birthday_is_left_out_where_the_date_is_masked(door: Door, bank: Bank, party: Party) -> None:
    assert (await facts(door, bank.manager, party))["birthday"]["value"] == SOON.isoformat()
    assert "birthday" not in await facts(door, with_roles(bank.officer, "risk_analyst"), party)


async def test_a_customer_of_another_book_is_answered_like_one_who_does_not_exist(
    door: Door, bank: Bank, party: Party
) -> None:
    assert await door.codes(PORTRAIT, bank.stranger, id=str(party.id)) == ["customer.party_not_found"]
    assert await door.codes(PORTRAIT, bank.stranger, id=str(bank.tenant.id)) == ["customer.party_not_found"]


async def test_a_customer_of_another_institution_has_no_portrait(door: Door, foreign: Bank, party: Party) -> None:
    assert await door.codes(PORTRAIT, foreign.officer, id=str(party.id)) == ["customer.party_not_found"]


async def test_an_event_is_recorded_once_for_a_key(door: Door, bank: Bank, party: Party) -> None:
    answers = [await recorded(door, bank.manager, party, key="event-1") for _ in range(2)]
    assert answers[0]["__typename"] == "LifeEvent"
    assert answers[0] == answers[1]


async def test_an_event_that_the_rules_do_not_know_is_refused_at_its_field(
    door: Door, bank: Bank, party: Party
) -> None:
    answer = await recorded(door, bank.manager, party, "abducted")
    assert (answer["__typename"], answer["field"]) == ("InvalidProblem", "kind")


async def test_who_only_reads_records_no_event_and_is_offered_none(door: Door, bank: Bank, party: Party) -> None:
    assert (await recorded(door, bank.auditor, party))["code"] == "access.not_allowed"
    shown = (await door.data(PORTRAIT, bank.auditor, id=str(party.id)))["portrait"]
    assert (shown["mayRecord"], shown["eventKinds"]) == (False, [])


async def test_an_event_is_taken_back_once(door: Door, bank: Bank, party: Party) -> None:
    event = await recorded(door, bank.manager, party)
    answers = [(await door.data(WITHDRAW, bank.manager, id=event["id"]))["answer"] for _ in range(2)]
    assert [each["__typename"] for each in answers] == ["LifeEvent", "ConflictProblem"]
