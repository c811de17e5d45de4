"""Contact over GraphQL: a partner's system writes down its own, colleagues ask who may be contacted."""

from typing import Any
from uuid import UUID

from backend.core.actor import Actor
from backend.servicing.interactions import service
from backend.servicing.interactions.models import Channel, Direction
from tests.api.conftest import Door, person
from tests.factories.customers import Bank

PARTY = "mutation ($input: PartyInput!) { answer: recordParty(input: $input) { ... on Party { id } } }"
RECORD = """mutation ($id: UUID!, $input: InteractionInput!, $key: String) {
  answer: recordInteraction(partyId: $id, input: $input, idempotencyKey: $key) {
    __typename ... on Interaction { id state channel } ... on Problem { code } } }"""
HISTORY = """query ($id: UUID!, $after: String) { interactionsOf(partyId: $id, first: 2, after: $after) {
  nodes { subject body channel } pageInfo { hasNextPage endCursor } } }"""
MAY = """query ($ids: [UUID!]!, $purpose: String!) { mayContact(partyIds: $ids, purpose: $purpose) {
  partyId allowed channel reasons { code words } } }"""


def said(body: str = "Asked for a loan.") -> dict[str, Any]:
    return {"direction": "INBOUND", "channel": "PARTNER", "topic": "loan", "body": body}


async def referred(door: Door, referrer: Actor) -> str:
    return str((await door.data(PARTY, referrer, input=person()))["answer"]["id"])


async def test_a_partner_writes_down_contact_once_for_each_key(door: Door, referrer: Actor) -> None:
    party_id = await referred(door, referrer)
    answers = [(await door.data(RECORD, referrer, id=party_id, input=said(), key="k1"))["answer"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["state"] == "RECORDED"
    assert len((await door.data(HISTORY, referrer, id=party_id))["interactionsOf"]["nodes"]) == 1


async def test_a_partner_writes_nothing_down_of_others(door: Door, bank: Bank, referrer: Actor) -> None:
    stranger = await bank.customer()
    answer = (await door.data(RECORD, referrer, id=str(stranger.id), input=said()))["answer"]
    assert answer["code"] == "access.not_allowed"


async def test_a_partner_reads_nothing_of_what_the_bank_wrote_down(door: Door, bank: Bank, referrer: Actor) -> None:
    party_id = await referred(door, referrer)
    note = service.RecordInput(direction=Direction.INBOUND, channel=Channel.BRANCH, body="Is going to leave us.")
    await bank.run(bank.agent, service.record, UUID(party_id), note)
    assert (await door.data(HISTORY, referrer, id=party_id))["interactionsOf"]["nodes"] == []


async def test_the_history_goes_on_where_a_page_ended(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    for each in range(3):
        note = service.RecordInput(direction=Direction.INBOUND, channel=Channel.APP, body=f"note {each}")
        await bank.run(bank.manager, service.record, party.id, note)
    first = (await door.data(HISTORY, bank.officer, id=str(party.id)))["interactionsOf"]
    second = await door.data(HISTORY, bank.officer, id=str(party.id), after=first["pageInfo"]["endCursor"])
    bodies = [each["body"] for each in (*first["nodes"], *second["interactionsOf"]["nodes"])]
    assert bodies == ["note 2", "note 1", "note 0"]


async def test_who_may_be_contacted_is_said_with_reasons_in_the_readers_language(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    (answer,) = (await door.data(MAY, bank.manager, ids=[str(party.id)], purpose="marketing"))["mayContact"]
    assert (answer["allowed"], answer["channel"]) == (False, None)
    assert "The customer has not agreed to it" in [each["words"] for each in answer["reasons"]]


async def test_about_customers_of_others_nothing_is_said(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    assert await door.codes(MAY, bank.stranger, ids=[str(party.id)], purpose="service") == ["access.not_allowed"]


async def test_a_partner_is_not_told_who_may_be_contacted(door: Door, referrer: Actor) -> None:
    party_id = await referred(door, referrer)
    assert await door.codes(MAY, referrer, ids=[party_id], purpose="service") == ["access.not_allowed"]
