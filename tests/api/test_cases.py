"""A case from opening to decision, its queue, its trail and its past, over GraphQL."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from tests.api.conftest import Door
from tests.factories import onboarding as make
from tests.factories import screening
from tests.factories.rating import ORDINARY, Offers, offering

CASE = """
query ($id: UUID!) {
  case(id: $id) {
    number version state purpose riskLevel dueDiligence
    ruleset { sha256 title }
    party { id name { value } }
    customer { stage }
    openedBy { name }
    requirements { code words status because { rule words source facts } }
    checks { kind status findings { name value } performedBy { name kind } }
    approvals { signature approver { name } note { value visibility } }
    conditions { code words status }
    informationRequests { requirements message { value visibility } }
    work { queue state owner { name } overdue }
    actions { verb words available whyNot }
    reasonChoices { code words uses }
    children { id }
    parent { id }
  }
}
"""
ANSWER = "{ __typename ... on Case { id state } ... on Problem { code message } }"


@pytest.fixture
async def staff(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def _do(door: Door, actor: Any, field: str, case_id: Any, arguments: str = "") -> dict[str, Any]:
    mutation = f"mutation ($id: UUID!) {{ {field}(caseId: $id {arguments}) {ANSWER} }}"
    answer: dict[str, Any] = (await door.data(mutation, actor, id=str(case_id)))[field]
    return answer


async def _opened(door: Door, staff: make.Bank, known: make.Known) -> str:
    open_case = f"mutation ($input: CaseInput!) {{ openCase(input: $input) {ANSWER} }}"
    given = {
        "partyId": str(known.party_id),
        "customerId": str(known.customer_id),
        "purpose": "new",
        "jurisdiction": "CZ",
        "products": ["basic_account"],
        "channel": "branch",
    }
    answer = (await door.data(open_case, staff["rm"], input=given))["openCase"]
    assert answer.get("state") == "DRAFT", answer
    case_id: str = answer["id"]
    return case_id


@pytest.fixture
def ordinary() -> Iterator[None]:
    """Nothing that other capabilities know raises the risk of anybody."""
    with offering(Offers(everybody=ORDINARY)):
        yield


@pytest.mark.usefixtures("ordinary")
async def test_a_case_goes_from_draft_to_approval(door: Door, staff: make.Bank) -> None:
    await make.lists(staff)
    case_id = await _opened(door, staff, await make.person(staff))
    assert (await _do(door, staff["rm"], "submitCase", case_id))["state"] == "SUBMITTED"
    assert (await _do(door, staff["officer"], "startReview", case_id))["state"] == "IN_REVIEW"
    assert (await _do(door, staff["officer"], "runChecks", case_id))["__typename"] == "Case"
    terms = 'decision: APPROVE_WITH_CONDITIONS, reasons: ["met_with_conditions"], '
    terms += 'conditions: [{code: "provide_tax_number", dueOn: "2027-01-31"}]'
    decided = await _do(door, staff["officer"], "proposeDecision", case_id, terms)
    assert decided["state"] == "APPROVED_WITH_CONDITIONS", decided


async def test_a_case_says_in_words_why_it_asks(door: Door, staff: make.Bank) -> None:
    case_id = await _opened(door, staff, await make.person(staff))
    case = (await door.data(CASE, staff["rm"], id=case_id))["case"]
    assert case["requirements"]
    for requirement in case["requirements"]:
        assert requirement["words"] != requirement["code"]
        assert all(because["words"] and because["source"] for because in requirement["because"])
    assert case["ruleset"]["title"]
    assert case["work"]["owner"]["name"] == "rm"


async def test_the_first_line_is_not_told_what_screening_found(door: Door, staff: make.Bank) -> None:
    await screening.set_up(staff.platform, staff.system)
    await screening.load(staff.platform, staff.system, {"S-1": "S-1,person,Jana Nováková,,1971-07-09,CZ,,,"})
    case = await make.in_review(staff, await make.person(staff))
    told = {}
    for who in ("rm", "officer"):
        checks = (await door.data(CASE, staff[who], id=str(case.id)))["case"]["checks"]
        told[who] = [(one["status"], bool(one["findings"])) for one in checks if one["kind"] == "screening"]
    assert told == {"rm": [("OPEN", False)], "officer": [("OPEN", True)]}


async def test_an_action_that_is_closed_says_why(door: Door, staff: make.Bank) -> None:
    case_id = await _opened(door, staff, await make.person(staff))
    actions = (await door.data(CASE, staff["rm"], id=case_id))["case"]["actions"]
    by_verb = {action["verb"]: action for action in actions}
    assert by_verb["SUBMIT"]["available"]
    assert by_verb["SUBMIT"]["whyNot"] is None
    assert not by_verb["START_REVIEW"]["available"]
    assert by_verb["START_REVIEW"]["whyNot"]


async def test_who_submitted_a_case_does_not_review_it(door: Door, staff: make.Bank) -> None:
    case_id = await _opened(door, staff, await make.person(staff))
    await _do(door, staff["rm"], "submitCase", case_id)
    answer = await _do(door, staff["rm"], "startReview", case_id)
    assert answer["__typename"] == "NotAllowedProblem"


async def test_an_edit_of_an_older_version_is_a_conflict(door: Door, staff: make.Bank) -> None:
    case_id = await _opened(door, staff, await make.person(staff))
    answer = await _do(door, staff["rm"], "editCase", case_id, 'version: 0, products: ["card"]')
    assert answer == {"__typename": "ConflictProblem", "code": "case.changed", "message": answer["message"]}


async def test_a_case_in_the_wrong_state_is_a_conflict(door: Door, staff: make.Bank) -> None:
    case_id = await _opened(door, staff, await make.person(staff))
    answer = await _do(door, staff["officer"], "resumeCase", case_id)
    assert answer["__typename"] in {"ConflictProblem", "NotAllowedProblem"}


async def test_cases_are_listed_by_state(door: Door, staff: make.Bank) -> None:
    draft = await _opened(door, staff, await make.person(staff))
    listed = "query ($states: [CaseState!]) { cases(where: {states: $states}) { nodes { id state } } }"
    assert (await door.data(listed, staff["rm"], states=["DRAFT"]))["cases"]["nodes"] == [
        {"id": draft, "state": "DRAFT"}
    ]
    assert (await door.data(listed, staff["rm"], states=["APPROVED"]))["cases"]["nodes"] == []


async def test_my_work_holds_the_case_i_opened(door: Door, staff: make.Bank) -> None:
    case_id = await _opened(door, staff, await make.person(staff))
    query = "{ myWork { nodes { subjectId case { id } party { name { value } } } } }"
    work = (await door.data(query, staff["rm"]))["myWork"]["nodes"]
    assert work == [{"subjectId": case_id, "case": {"id": case_id}, "party": {"name": {"value": "Jana Nováková"}}}]


async def test_work_of_a_queue_is_claimed_once(door: Door, staff: make.Bank) -> None:
    case_id = await _opened(door, staff, await make.person(staff))
    await _do(door, staff["rm"], "submitCase", case_id)
    queues = (await door.data("{ queues { name words waiting } }", staff["officer"]))["queues"]
    name = next(queue["name"] for queue in queues if queue["waiting"])
    listed = "query ($name: String!) { queue(name: $name) { nodes { id state } } }"
    item = (await door.data(listed, staff["officer"], name=name))["queue"]["nodes"][0]
    claim = """
    mutation ($id: UUID!) {
      claimWork(id: $id) { __typename ... on WorkItem { owner { name } } ... on Problem { code } }
    }
    """
    first = (await door.data(claim, staff["officer"], id=item["id"]))["claimWork"]
    second = (await door.data(claim, staff["officer2"], id=item["id"]))["claimWork"]
    assert first == {"__typename": "WorkItem", "owner": {"name": "officer"}}
    assert second["__typename"] != "WorkItem"


async def test_the_trail_of_a_case_names_who_did_what(door: Door, staff: make.Bank) -> None:
    case_id = await _opened(door, staff, await make.person(staff))
    trail = """
    query ($id: UUID!) {
      auditTrail(recordId: $id, kind: CASE) {
        nodes { action words actor { name } changes { table operation columns { column after } } }
      }
    }
    """
    entries = (await door.data(trail, staff["rm"], id=case_id))["auditTrail"]["nodes"]
    opened = next(entry for entry in entries if entry["action"] == "customer.kyc.open")
    assert opened["actor"]["name"] == "rm"
    assert any(change["table"] == "onboarding_case" for change in opened["changes"])


async def test_a_trail_shows_no_personal_column_that_is_hidden(door: Door, staff: make.Bank) -> None:
    known = await make.person(staff, occupation="beekeeper")
    trail = """
    query ($id: UUID!) { auditTrail(recordId: $id) { nodes { changes { columns { column sealed after } } } } }
    """
    clear = await door.data(trail, staff["officer"], id=str(known.party_id))
    hidden = await door.data(trail, door.somebody("auditor", "administrator"), id=str(known.party_id))
    assert '"beekeeper"' in str(clear)
    assert "beekeeper" not in str(hidden)
    assert {"column": "occupation", "sealed": True, "after": None} in _columns(hidden)


def _columns(trail: dict[str, Any]) -> list[dict[str, Any]]:
    entries = trail["auditTrail"]["nodes"]
    return [column for entry in entries for change in entry["changes"] for column in change["columns"]]


async def test_a_party_is_read_as_it_was(door: Door, staff: make.Bank, clock: FixedClock) -> None:
    known = await make.person(staff, occupation="teacher")
    before = clock()
    clock.advance(timedelta(days=1))
    edit = 'mutation ($id: UUID!) { editParty(partyId: $id, input: {occupation: "judge"}) { __typename } }'
    await door.data(edit, staff["rm"], id=str(known.party_id))
    past = "query ($id: UUID!, $at: DateTime!) { partyAsOf(id: $id, at: $at) { version occupation { value } } }"
    then = (await door.data(past, staff["officer"], id=str(known.party_id), at=before.isoformat()))["partyAsOf"]
    now = (await door.data(past, staff["officer"], id=str(known.party_id), at=clock().isoformat()))["partyAsOf"]
    assert (then["occupation"]["value"], now["occupation"]["value"]) == ("teacher", "judge")


async def test_explain_names_the_line_that_decided(door: Door, staff: make.Bank) -> None:
    known = await make.person(staff)
    query = """
    query ($id: UUID!) {
      explain(object: "customer.national_id", action: "view", recordId: $id) {
        allowed visibility words decidedBy { file line }
      }
    }
    """
    answer = (await door.data(query, staff["auditor"], id=str(known.party_id)))["explain"]
    assert (answer["allowed"], answer["visibility"]) == (True, "MASKED")
    assert answer["decidedBy"]["file"] == "fields.csv"
