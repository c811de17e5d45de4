"""A repeated key repeats the answer and not the effect, as clients meet it over HTTP."""

import asyncio
from typing import Any

from sqlalchemy import text

from backend.core.actor import Actor
from backend.edge.idempotency import recall
from tests.api.conftest import PERSON, Door, person
from tests.factories.customers import Bank

CONTACT = """
mutation ($id: UUID!, $key: String, $value: String! = "a@example.com") {
  addContact(partyId: $id, input: {kind: EMAIL, value: $value}, idempotencyKey: $key) {
    __typename ... on Party { contacts { id } } ... on Problem { code }
  }
}
"""


async def _record(door: Door, actor: Actor, key: str, name: str = "Anna Nováková") -> dict[str, Any]:
    relation = {"managerId": str(actor.id), "stage": "PROSPECT"}
    answer: dict[str, Any] = await door.data(PERSON, actor, input=person(name, relation=relation), key=key)
    return answer["recordParty"]  # type: ignore[no-any-return]


async def _count(bank: Bank, table: str) -> int:
    async with bank.platform.transaction(bank.system) as ctx:
        return await ctx.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0


async def test_a_replay_answers_the_same_and_writes_nothing(door: Door, bank: Bank) -> None:
    first = await _record(door, bank.manager, "k-1")
    written = [await _count(bank, table) for table in ("party", "record_version")]
    assert first["__typename"] == "Person"
    assert await _record(door, bank.manager, "k-1") == first
    assert [await _count(bank, table) for table in ("party", "record_version")] == written


async def test_a_replay_shows_the_record_as_it_is_now(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    first = (await door.data(CONTACT, bank.manager, id=str(party.id), key="k-1"))["addContact"]
    await door.data(CONTACT, bank.manager, id=str(party.id), key="k-2", value="b@example.com")
    replay = (await door.data(CONTACT, bank.manager, id=str(party.id), key="k-1"))["addContact"]
    assert [len(answer["contacts"]) for answer in (first, replay)] == [1, 2]


async def test_a_key_with_another_payload_is_a_conflict(door: Door, bank: Bank) -> None:
    await _record(door, bank.manager, "k-1")
    again = await _record(door, bank.manager, "k-1", "Eva Malá")
    assert (again["__typename"], again["code"]) == ("ConflictProblem", "idempotency.key_reused")


async def test_a_key_of_another_mutation_is_a_conflict(door: Door, bank: Bank) -> None:
    first = await _record(door, bank.manager, "k-1")
    answer = (await door.data(CONTACT, bank.manager, id=first["id"], key="k-1"))["addContact"]
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "idempotency.key_reused")


async def test_two_people_may_use_the_same_key(door: Door, bank: Bank) -> None:
    mine, theirs = await _record(door, bank.manager, "k-1"), await _record(door, bank.colleague, "k-1")
    assert mine["id"] != theirs["id"]


async def test_a_refused_request_may_be_repeated_with_its_key(door: Door, bank: Bank) -> None:
    refused = await _record(door, bank.auditor, "k-1")
    assert refused["__typename"] == "NotAllowedProblem"
    assert (await _record(door, bank.auditor, "k-1"))["__typename"] == "NotAllowedProblem"


async def test_a_key_whose_request_still_runs_says_so(door: Door, bank: Bank) -> None:
    async with bank.platform.transaction(bank.manager) as ctx:
        assert await recall(ctx, "k-1", b"another") is None
        answer = await asyncio.wait_for(_record(door, bank.manager, "k-1"), 60)
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "idempotency.in_flight")
    assert await _count(bank, "party") == 0


async def test_a_malformed_key_names_its_argument(door: Door, bank: Bank) -> None:
    answer = await _record(door, bank.manager, "k" * 129)
    assert (answer["__typename"], answer["field"]) == ("InvalidProblem", "idempotencyKey")
