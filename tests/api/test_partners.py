"""What a partner sees: its own referrals, refusals without the house's policy, and no colleague's name."""

from typing import Any

import pytest

from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.onboarding import service as onboarding
from tests.api.conftest import PERSON, Door
from tests.factories import customers as make
from tests.factories.customers import Bank

REFERRAL = {
    "kind": "PERSON",
    "names": [{"fullName": "Jan Novák"}],
    "source": "partner",
    "birthDate": "1971-03-19",
    "identifiers": [{"type": "cz_birth_number", "value": make.BIRTH_NUMBER}],
    "relation": {"stage": "PROSPECT"},
}
INSIDE = ("fields.csv", "policy.csv", "line ", "own_referral", "roles that could", "relationship manager")


async def _referred(door: Door, referrer: Actor) -> str:
    recorded = (await door.data(PERSON, referrer, input=REFERRAL))["recordParty"]
    assert recorded["__typename"] == "Person", recorded
    party_id: str = recorded["id"]
    return party_id


async def _opened(door: Door, actor: Actor, party_id: str) -> str:
    opened = (
        "mutation ($input: CaseInput!) { openCase(input: $input) { ... on Case { id } ... on Problem { message } } }"
    )
    given = {"purpose": "new", "jurisdiction": "CZ", "products": ["basic_account"], "channel": "partner"}
    answer = (await door.data(opened, actor, input={"partyId": party_id, **given}))["openCase"]
    assert "id" in answer, answer
    case_id: str = answer["id"]
    return case_id


async def _colleagues_case(bank: Bank) -> tuple[str, str]:
    party = await bank.customer(make.person("Jan Novák"))
    given: dict[str, Any] = {"purpose": "new", "jurisdiction": "CZ", "products": ["basic_account"], "channel": "branch"}
    case = await bank.run(bank.manager, onboarding.open_case, party_id=party.id, customer_id=None, **given)
    return str(party.id), str(case.id)


async def test_a_partner_sees_the_party_it_referred_and_no_other(door: Door, bank: Bank, referrer: Actor) -> None:
    own, (others, _) = await _referred(door, referrer), await _colleagues_case(bank)
    query = "query ($id: UUID!) { party(id: $id) { id } customer(partyId: $id) { party { id } } }"
    found = [await door.data(query, referrer, id=party) for party in (own, others)]
    assert found == [{"party": {"id": own}, "customer": {"party": {"id": own}}}, {"party": None, "customer": None}]


async def test_a_partner_sees_no_referral_of_another_partner(door: Door, bank: Bank, referrer: Actor) -> None:
    own = await _referred(door, referrer)
    query = "query ($id: UUID!) { party(id: $id) { id } }"
    assert await door.data(query, door.partner("partner", "partner_developer"), id=own) == {"party": None}


async def test_a_partner_sees_the_cases_of_its_referrals_alone(door: Door, bank: Bank, referrer: Actor) -> None:
    own, (_, others) = await _opened(door, referrer, await _referred(door, referrer)), await _colleagues_case(bank)
    query = "query ($id: UUID!) { case(id: $id) { id } cases { nodes { id } } }"
    assert await door.data(query, referrer, id=others) == {"case": None, "cases": {"nodes": [{"id": own}]}}
    assert (await door.data(query, referrer, id=own))["case"] == {"id": own}


async def test_a_partners_search_and_lists_find_its_referrals_alone(door: Door, bank: Bank, referrer: Actor) -> None:
    own = await _referred(door, referrer)
    await _colleagues_case(bank)
    query = '{ search(text: "novak") { nodes { id } } customers { nodes { party { id } } totalCount } }'
    data = await door.data(query, referrer)
    assert data["search"]["nodes"] == [{"id": own}]
    assert data["customers"] == {"nodes": [{"party": {"id": own}}], "totalCount": 1}


async def test_a_partner_looks_nobody_up_by_identifier(door: Door, bank: Bank, referrer: Actor) -> None:
    await _referred(door, referrer)
    query = "query ($value: String!) { searchIdentifier(value: $value) { id } }"
    assert await door.data(query, referrer, value=make.BIRTH_NUMBER) == {"searchIdentifier": []}


async def test_an_identifier_is_masked_to_the_partner_who_gave_it(door: Door, bank: Bank, referrer: Actor) -> None:
    query = "query ($id: UUID!) { party(id: $id) { identifiers { value { value visibility } } } }"
    party = (await door.data(query, referrer, id=await _referred(door, referrer)))["party"]
    assert party["identifiers"] == [{"value": {"value": "•••2745", "visibility": "MASKED"}}]


async def test_a_refused_query_tells_a_partner_code_and_message_alone(door: Door, bank: Bank, referrer: Actor) -> None:
    (error,) = (await door.ask("{ teams { name } }", referrer))["errors"]
    assert error["extensions"] == {"code": "access.not_allowed", "params": {}, "requestId": "request-1"}
    assert error["message"] == "You are not allowed to do this (view on team)."


async def test_a_refused_mutation_tells_a_partner_code_and_message_alone(
    door: Door, bank: Bank, referrer: Actor
) -> None:
    edit = """
    mutation ($id: UUID!) {
      editParty(partyId: $id, input: {occupation: "judge"}) {
        ... on NotAllowedProblem { code message object action missing roles }
      }
    }
    """
    answer = (await door.data(edit, referrer, id=await _referred(door, referrer)))["editParty"]
    assert answer == {
        "code": "access.not_allowed",
        "message": "You are not allowed to do this (edit on customer).",
        "object": None,
        "action": None,
        "missing": [],
        "roles": [],
    }


@pytest.mark.parametrize(("right", "allowed"), [("customer", True), ("customer.national_id", True), ("holding", False)])
async def test_an_explanation_tells_a_partner_the_answer_and_no_line(
    door: Door, bank: Bank, referrer: Actor, right: str, allowed: bool
) -> None:
    query = """
    query ($id: UUID!, $right: String!) {
      explain(object: $right, action: "view", recordId: $id) { allowed words decidedBy { file } missing roles }
    }
    """
    answer = (await door.data(query, referrer, id=await _referred(door, referrer), right=right))["explain"]
    assert (answer["allowed"], answer["decidedBy"], answer["missing"], answer["roles"]) == (allowed, None, [], [])
    assert not any(word in answer["words"].lower() for word in INSIDE)


async def test_a_closed_action_tells_a_partner_no_line(door: Door, bank: Bank, referrer: Actor) -> None:
    case_id = await _opened(door, referrer, await _referred(door, referrer))
    query = "query ($id: UUID!) { case(id: $id) { actions { verb available whyNot } } }"
    actions = (await door.data(query, referrer, id=case_id))["case"]["actions"]
    closed = [action for action in actions if not action["available"]]
    assert all(action["whyNot"] for action in closed)
    assert not any(word in action["whyNot"].lower() for action in closed for word in INSIDE)
    run = next(action for action in closed if action["verb"] == "RUN_CHECKS")
    staff = (await door.data(query, bank.auditor, id=case_id))["case"]["actions"]
    assert run["whyNot"] != next(action for action in staff if action["verb"] == "RUN_CHECKS")["whyNot"]


async def test_a_partner_cannot_tell_a_foreign_record_from_none(door: Door, bank: Bank, referrer: Actor) -> None:
    others, _ = await _colleagues_case(bank)
    query = 'query ($id: UUID!) { explain(object: "customer", action: "view", recordId: $id) { words } }'
    answers = [(await door.ask(query, referrer, id=party))["errors"] for party in (others, str(new_id()))]
    assert answers[0] == answers[1]
    assert answers[0][0]["extensions"]["code"] == "customer.party_not_found"


async def test_staff_are_told_which_partner_it_was(door: Door, bank: Bank, referrer: Actor) -> None:
    party_id = await _referred(door, referrer)
    query = "query ($id: UUID!) { party(id: $id) { details { createdBy { kind name } } } }"
    party = (await door.data(query, bank.officer, id=party_id))["party"]
    assert party["details"]["createdBy"] == {"kind": "PARTNER", "name": "Broker s.r.o."}


async def test_a_partner_is_told_its_own_name(door: Door, bank: Bank, referrer: Actor) -> None:
    viewer = (await door.data("{ viewer { agent { kind name } } }", referrer))["viewer"]
    assert viewer["agent"] == {"kind": "PARTNER", "name": "Broker s.r.o."}


async def test_a_partner_is_told_no_colleagues_name(door: Door, bank: Bank, referrer: Actor) -> None:
    relation = {"stage": "PROSPECT", "managerId": str(bank.manager.id), "teamId": str(bank.team.id)}
    own = (await door.data(PERSON, referrer, input={**REFERRAL, "relation": relation}))["recordParty"]["id"]
    query = "query ($id: UUID!) { customer(partyId: $id) { manager { kind name } } }"
    found = [(await door.data(query, actor, id=own))["customer"]["manager"] for actor in (bank.officer, referrer)]
    assert found == [{"kind": "STAFF", "name": "manager"}, {"kind": "STAFF", "name": None}]
