"""Ids of another institution answer exactly as ids that do not exist."""

from typing import Any

import pytest

from backend.core.ids import new_id
from backend.customers import service
from backend.customers.inputs import DocumentInput
from backend.onboarding import service as onboarding
from tests.api.conftest import Door
from tests.factories import customers as make
from tests.factories.customers import Bank, with_roles

QUERIES = {
    "party": "party(id: $id) { id }",
    "customer": "customer(partyId: $id) { id }",
    "case": "case(id: $id) { id }",
    "work item": "workItem(id: $id) { id }",
    "audit trail": "auditTrail(recordId: $id) { nodes { id } }",
    "past party": 'partyAsOf(id: $id, at: "2027-01-01T00:00:00Z") { id }',
    "past record": 'recordAsOf(recordId: $id, at: "2027-01-01T00:00:00Z") { id }',
    "explanation": 'explain(object: "customer", action: "view", recordId: $id) { words }',
}
PROBLEM = "{ __typename ... on Problem { code message } }"
MUTATIONS = {
    "edit party": f'editParty(partyId: $id, input: {{occupation: "judge"}}) {PROBLEM}',
    "add name": f'addName(partyId: $id, input: {{kind: ALIAS, fullName: "Eva"}}) {PROBLEM}',
    "open customer": f"openCustomer(partyId: $id, input: {{stage: PROSPECT}}) {PROBLEM}",
    "assign customer": f"assignCustomer(customerId: $id) {PROBLEM}",
    "accept document": f"acceptDocument(documentId: $id) {PROBLEM}",
    "dismiss merge": f"dismissMerge(mergeId: $id) {PROBLEM}",
    "submit case": f"submitCase(caseId: $id) {PROBLEM}",
    "meet condition": f"meetCondition(conditionId: $id) {PROBLEM}",
    "claim work": f"claimWork(id: $id) {PROBLEM}",
}


@pytest.fixture
async def ids(foreign: Bank) -> dict[str, str]:
    """One record of each kind in the other institution."""
    first, second = await foreign.customer(), await foreign.record(make.person("Jan Nowák"))
    document = await foreign.run(
        foreign.manager,
        service.upload_document,
        second.id,
        DocumentInput(type="identity_card", expires_on="2030-01-31"),
        b"%PDF-1.7 x",
    )
    merge = await foreign.run(foreign.officer, service.propose_merge, first.id, second.id, first.id)
    given: dict[str, Any] = {"purpose": "new", "jurisdiction": "CZ", "products": ["basic_account"], "channel": "branch"}
    case = await foreign.run(foreign.manager, onboarding.open_case, party_id=first.id, customer_id=None, **given)
    return {"party": str(first.id), "document": str(document.id), "merge": str(merge.id), "case": str(case.id)}


@pytest.mark.parametrize("what", QUERIES)
async def test_a_query_tells_no_foreign_record_from_none(
    door: Door, bank: Bank, ids: dict[str, str], what: str
) -> None:
    query = f"query ($id: UUID!) {{ {QUERIES[what]} }}"
    given = {"party": ids["party"], "case": ids["case"]}.get(what, ids["party"])
    answers = [_plain(await door.ask(query, bank.officer, id=each)) for each in (given, str(new_id()))]
    assert answers[0] == answers[1]
    assert given not in str(answers[0])


@pytest.mark.parametrize("what", MUTATIONS)
async def test_a_mutation_tells_no_foreign_record_from_none(
    door: Door, bank: Bank, ids: dict[str, str], what: str
) -> None:
    mutation = f"mutation ($id: UUID!) {{ answer: {MUTATIONS[what]} }}"
    everybody = with_roles(bank.lead, "relationship_manager", "team_lead", "compliance_officer", "head_of_compliance")
    given = next((each for kind, each in ids.items() if kind in what), ids["party"])
    answers = [(await door.data(mutation, everybody, id=each))["answer"] for each in (given, str(new_id()))]
    assert answers[0] == answers[1]
    assert answers[0]["__typename"] == "NotFoundProblem"


def _plain(answer: dict[str, Any]) -> list[Any]:
    """The data, and of every error its code: a message may name the id that was asked for."""
    return [answer.get("data"), [error["extensions"]["code"] for error in answer.get("errors", [])]]
