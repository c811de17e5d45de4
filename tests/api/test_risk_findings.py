"""Adverse information over GraphQL: recorded, told to compliance alone, withdrawn with a reason."""

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.api.conftest import Door
from tests.factories import onboarding as make

RECORD = """
mutation Record($input: AdverseFindingInput!) {
  recordAdverseFinding(input: $input) {
    __typename
    ... on AdverseFinding { id standing publisher summary publishedOn recordedBy { name } }
    ... on Problem { code }
    ... on InvalidProblem { field }
  }
}
"""
WITHDRAW = """
mutation Withdraw($id: UUID!, $why: String!) {
  withdrawAdverseFinding(id: $id, why: $why) {
    __typename
    ... on AdverseFinding { withdrawal withdrawnBy { name } }
    ... on Problem { code }
  }
}
"""
FINDINGS = "query Findings($id: UUID!) { adverseFindings(partyId: $id) { standing publisher } }"


@pytest.fixture
async def staff(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def _input(staff: make.Bank) -> dict[str, str]:
    known = await make.person(staff)
    return {
        "partyId": str(known.party_id),
        "standing": "CONFIRMED",
        "publisher": "Courier",
        "summary": "Convicted of fraud.",
        "publishedOn": "2026-01-02",
    }


async def test_a_report_is_recorded_told_and_withdrawn(door: Door, staff: make.Bank) -> None:
    wanted = await _input(staff)
    made = (await door.data(RECORD, staff["officer"], input=wanted))["recordAdverseFinding"]
    assert (made["standing"], made["publisher"], made["publishedOn"]) == ("CONFIRMED", "Courier", "2026-01-02")
    ended = (await door.data(WITHDRAW, staff["officer"], id=made["id"], why="A namesake."))["withdrawAdverseFinding"]
    assert ended["withdrawal"] == "A namesake."
    assert ended["withdrawnBy"] is not None


async def test_what_is_missing_is_named_as_the_client_wrote_it(door: Door, staff: make.Bank) -> None:
    wanted = {**await _input(staff), "publishedOn": None}
    answer = (await door.data(RECORD, staff["officer"], input=wanted))["recordAdverseFinding"]
    assert (answer["__typename"], answer["field"]) == ("InvalidProblem", "publishedOn")


async def test_the_first_line_is_told_nothing_and_records_nothing(door: Door, staff: make.Bank) -> None:
    wanted = await _input(staff)
    await door.data(RECORD, staff["officer"], input=wanted)
    assert (await door.data(FINDINGS, staff["rm"], id=wanted["partyId"]))["adverseFindings"] == []
    answer = (await door.data(RECORD, staff["rm"], input=wanted))["recordAdverseFinding"]
    assert answer["__typename"] == "NotAllowedProblem"
