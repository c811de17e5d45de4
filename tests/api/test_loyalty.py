"""Points over GraphQL, as a partner's system books them."""

from typing import Any
from uuid import UUID

from backend.core.actor import Actor
from backend.loyalty import service
from backend.loyalty.consents import Agreement
from tests.api.conftest import Door, person
from tests.factories.customers import Bank

RECORD = "mutation ($input: PartyInput!) { answer: recordParty(input: $input) { ... on Party { id } } }"
AFTER = "{ __typename ... on LoyaltyMember { id tier standing { available } } ... on Problem { code } }"
EARN = (
    "mutation ($input: EarnPointsInput!, $key: String) "
    f"{{ answer: earnPoints(input: $input, idempotencyKey: $key) {AFTER} }}"
)
BURN = f"mutation ($input: BurnPointsInput!) {{ answer: burnPoints(input: $input) {AFTER} }}"
STATEMENT = """query ($id: UUID!) { loyaltyMember(partyId: $id) {
  statement(first: 1) { nodes { kind points reference } pageInfo { hasNextPage endCursor } }
  accounts { account points } } }"""


async def member(door: Door, referrer: Actor) -> str:
    """Of the partner's own referral."""
    party_id = (await door.data(RECORD, referrer, input=person()))["answer"]["id"]
    agreed = Agreement(1, "en", "partner_form")
    await door.executor.platform.run(referrer, lambda ctx: service.enrol(ctx, UUID(party_id), agreed))
    return str(party_id)


def paid(party_id: str, reference: str = "pay-1", amount: str = "2500.00") -> dict[str, Any]:
    return {
        "partyId": party_id,
        "code": "card_payment",
        "reference": reference,
        "amount": amount,
        "currency": "CZK",
    }


async def test_a_partner_books_points_for_whom_it_referred(door: Door, referrer: Actor) -> None:
    party_id = await member(door, referrer)
    answer = (await door.data(EARN, referrer, input=paid(party_id)))["answer"]
    assert answer["standing"]["available"] == 100


async def test_a_reference_counts_once_with_or_without_a_key(door: Door, referrer: Actor) -> None:
    party_id = await member(door, referrer)
    for key in ("key-1", "key-1", None):
        answer = (await door.data(EARN, referrer, input=paid(party_id), key=key))["answer"]
    assert answer["standing"]["available"] == 100


async def test_a_partner_does_not_book_for_others(door: Door, bank: Bank, referrer: Actor) -> None:
    stranger = await bank.customer()
    answer = (await door.data(EARN, referrer, input=paid(str(stranger.id))))["answer"]
    assert answer["code"] == "access.not_allowed"


async def test_what_is_not_there_is_answered_as_a_conflict(door: Door, referrer: Actor) -> None:
    party_id = await member(door, referrer)
    given = {"partyId": party_id, "code": "charity", "points": 100, "reference": "order-1"}
    answer = (await door.data(BURN, referrer, input=given))["answer"]
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "loyalty.not_enough")


async def test_the_statement_pages_and_the_accounts_sum_to_zero(door: Door, referrer: Actor) -> None:
    party_id = await member(door, referrer)
    for reference in ("pay-1", "pay-2"):
        await door.data(EARN, referrer, input=paid(party_id, reference))
    found = (await door.data(STATEMENT, referrer, id=party_id))["loyaltyMember"]
    assert found["statement"]["nodes"] == [{"kind": "EARN", "points": 100, "reference": "pay-2"}]
    assert found["statement"]["pageInfo"]["hasNextPage"] is True
    assert sum(each["points"] for each in found["accounts"]) == 0
