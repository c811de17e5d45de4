"""Consents, requests of data subjects, holds and retention over GraphQL."""

from uuid import UUID

from backend.consent import service as consent
from backend.core.actor import Actor
from tests.api.conftest import PERSON, Door, person
from tests.factories.customers import Bank

_CONSENT = """
mutation ($party: UUID!, $input: ConsentInput!, $key: String) {
  recordConsent(partyId: $party, input: $input, idempotencyKey: $key) {
    __typename
    ... on Consent { id act expiresOn }
    ... on Problem { code }
  }
}
"""
_RECEIVE = """
mutation ($party: UUID!, $input: PrivacyRequestInput!, $key: String) {
  receivePrivacyRequest(partyId: $party, input: $input, idempotencyKey: $key) {
    __typename
    ... on PrivacyRequest { id number state dueOn actions article }
    ... on Problem { code }
  }
}
"""
_GIVEN = {"purpose": "marketing", "channel": "email", "textVersion": 1, "evidence": "partner_form"}


async def _referral(door: Door, referrer: Actor) -> str:
    made = await door.data(PERSON, referrer, input={**person(), "relation": None})
    return str(made["recordParty"]["id"])


async def test_a_partner_records_a_consent_once_however_often_it_is_sent(door: Door, referrer: Actor) -> None:
    party = await _referral(door, referrer)
    answers = [await door.data(_CONSENT, referrer, party=party, input=_GIVEN, key="consent-1") for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["recordConsent"]["act"] == "GIVEN"
    history = await door.data("query ($p: UUID!) { useOfData(partyId: $p) { consents { id } } }", referrer, p=party)
    assert len(history["useOfData"]["consents"]) == 1


async def test_a_partner_records_no_consent_of_a_stranger(door: Door, bank: Bank, referrer: Actor) -> None:
    party = await bank.customer()
    answer = await door.data(_CONSENT, referrer, party=str(party.id), input=_GIVEN)
    assert answer["recordConsent"]["__typename"] in {"NotAllowedProblem", "NotFoundProblem"}


async def test_a_restricted_person_is_told_to_no_partner(door: Door, bank: Bank, referrer: Actor) -> None:
    party = await _referral(door, referrer)
    query = "query ($p: UUID!) { party(id: $p) { id } }"
    assert (await door.data(query, referrer, p=party))["party"] is not None
    await bank.run(bank.officer, consent.restrict, UUID(party), "request", None)
    assert (await door.data(query, referrer, p=party))["party"] is None
    assert (await door.data(query, bank.officer, p=party))["party"] is not None


async def test_each_use_says_on_what_it_rests_and_why(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    query = "query ($p: UUID!) { useOfData(partyId: $p) { decisions { purpose allowed reason basis article text } } }"
    decisions = (await door.data(query, bank.manager, p=str(party.id)))["useOfData"]["decisions"]
    found = {each["purpose"]: each for each in decisions}
    assert (found["analytics"]["allowed"], found["analytics"]["basis"]) == (True, "legitimate_interest")
    assert found["marketing"]["reason"] == "consent_missing"
    assert found["marketing"]["text"].startswith("I agree")


async def test_a_request_goes_its_way_over_graphql(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    given = {"kind": "CORRECTION", "channel": "post"}
    received = (await door.data(_RECEIVE, bank.officer, party=str(party.id), input=given))["receivePrivacyRequest"]
    assert (received["state"], received["article"]) == ("RECEIVED", "GDPR art. 16")
    assert received["actions"] == ["identify", "extend", "refuse", "withdraw"]
    act = """mutation ($id: UUID!) {
      identifyRequester(id: $id, method: "signed_in") { __typename ... on PrivacyRequest { state actions } }
      fulfilPrivacyRequest(id: $id) { __typename ... on PrivacyRequest { state closedBy { name } } }
    }"""
    done = await door.data(act, bank.officer, id=received["id"])
    assert done["identifyRequester"]["state"] == "IN_PROGRESS"
    assert done["fulfilPrivacyRequest"] == {
        "__typename": "PrivacyRequest",
        "state": "FULFILLED",
        "closedBy": {"name": "officer"},
    }


async def test_requests_are_listed_with_what_is_due_first(door: Door, bank: Bank) -> None:
    for kind in ("ACCESS", "CORRECTION"):
        party = await bank.customer()
        await door.data(_RECEIVE, bank.officer, party=str(party.id), input={"kind": kind, "channel": "post"})
    query = """{
      privacyRequests(first: 1) { nodes { kind daysLeft } pageInfo { hasNextPage endCursor } }
      privacyFigures { state count }
    }"""
    first = await door.data(query, bank.officer)
    assert first["privacyFigures"] == [{"state": "RECEIVED", "count": 2}]
    after = first["privacyRequests"]["pageInfo"]["endCursor"]
    rest = """query ($after: String) {
      privacyRequests(first: 1, after: $after) { nodes { kind } pageInfo { hasNextPage } }
    }"""
    second = (await door.data(rest, bank.officer, after=after))["privacyRequests"]
    assert {first["privacyRequests"]["nodes"][0]["kind"], second["nodes"][0]["kind"]} == {"ACCESS", "CORRECTION"}
    assert not second["pageInfo"]["hasNextPage"]


async def test_a_relationship_manager_sees_no_request(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    await door.data(_RECEIVE, bank.officer, party=str(party.id), input={"kind": "ACCESS", "channel": "post"})
    assert (await door.data("{ privacyRequests { nodes { id } } }", bank.manager))["privacyRequests"]["nodes"] == []


async def test_a_hold_waits_for_somebody_else(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    place = """mutation ($p: UUID!) { placeLegalHold(partyId: $p, reason: "litigation", reference: "1 C 2/2026") {
      __typename ... on LegalHold { id state mayConfirm words } } }"""
    hold = (await door.data(place, bank.officer, p=str(party.id)))["placeLegalHold"]
    assert (hold["state"], hold["mayConfirm"], hold["words"]) == ("PLACED", False, "Court proceedings")
    confirm = """mutation ($id: UUID!) {
      confirmLegalHold(id: $id) { __typename ... on LegalHold { state } ... on Problem { code } }
    }"""
    refused = await door.data(confirm, bank.officer, id=hold["id"])
    assert refused["confirmLegalHold"]["__typename"] == "NotAllowedProblem"
    confirmed = await door.data(confirm, bank.second_officer, id=hold["id"])
    assert confirmed["confirmLegalHold"]["state"] == "IN_FORCE"


async def test_retention_tells_every_period_with_its_article(door: Door, bank: Bank) -> None:
    query = "{ retention { jurisdiction mayApprove periods { code keep article words } open { id } } }"
    told = (await door.data(query, bank.officer))["retention"]
    assert told["jurisdiction"] == "CZ"
    assert {each["code"]: each["keep"] for each in told["periods"]}["due_diligence"] == "5 years"
    assert told["open"] is None


async def test_what_keeps_the_data_is_told(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    query = "query ($p: UUID!) { erasureOutlook(partyId: $p) { erasable freeFrom keeping { code article until } } }"
    told = (await door.data(query, bank.officer, p=str(party.id)))["erasureOutlook"]
    assert (told["erasable"], [each["code"] for each in told["keeping"]]) == (False, ["prospect"])
