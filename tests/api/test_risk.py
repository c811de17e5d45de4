"""Ratings over GraphQL: reasons as data, what-if, overrides by two people, the portfolio."""

from typing import Any

import pytest

from backend.risk import service
from backend.risk.models import Cause
from tests.api.conftest import Door
from tests.factories import onboarding as make
from tests.factories.rating import ORDINARY, Offers, offering

RATING = """
query ($id: UUID!) {
  customerRating(partyId: $id) {
    levels { code }
    current { level points reasons { level steps { kind code fact value hidden points start end } } }
    overrides { state note }
  }
}
"""
WHAT_IF = """
query ($id: UUID!, $changes: [RatingFactInput!]!) {
  ratingWhatIf(partyId: $id, changes: $changes) { now { level } then { level } }
}
"""
PROPOSE = """
mutation ($input: RiskOverrideInput!) {
  proposeRiskOverride(input: $input) {
    __typename
    ... on RiskOverride { id state }
    ... on Problem { code }
    ... on InvalidProblem { field }
  }
}
"""
APPROVE = """
mutation ($id: UUID!) {
  approveRiskOverride(id: $id) { __typename ... on RiskOverride { state } ... on Problem { code } }
}
"""


@pytest.fixture
async def staff(platform: Any, tenant: Any) -> make.Bank:
    return await make.bank(platform, tenant)


async def _rated(staff: make.Bank, **given: Any) -> Any:
    known = await make.person(staff)
    with offering(Offers(everybody={**ORDINARY, **given})):
        await staff.run("system", service.rate, [known.party_id], Cause.REQUEST)
    return known.party_id


async def test_the_waterfall_is_data(door: Door, staff: make.Bank) -> None:
    party = await _rated(staff)
    found = (await door.data(RATING, staff["officer"], id=str(party)))["customerRating"]
    items = [step for step in found["current"]["reasons"]["steps"] if step["kind"] == "ITEM"]
    assert sum(step["points"] for step in items) == found["current"]["points"]
    assert [step["start"] for step in items][1:] == [step["end"] for step in items][:-1]


async def test_the_first_line_reads_no_finding_of_compliance(door: Door, staff: make.Bank) -> None:
    party = await _rated(staff, pep="current")
    found = (await door.data(RATING, staff["rm"], id=str(party)))["customerRating"]
    steps = found["current"]["reasons"]["steps"]
    assert found["current"]["level"] == "high"
    assert {"pep", "list_hit"}.isdisjoint({step["fact"] for step in steps} | {step["code"] for step in steps})


async def test_what_if_answers_both_levels(door: Door, staff: make.Bank) -> None:
    party = await _rated(staff)
    changes = [{"fact": "pep", "value": "current"}]
    with offering(Offers(everybody=ORDINARY)):
        found = await door.data(WHAT_IF, staff["officer"], id=str(party), changes=changes)
    assert found["ratingWhatIf"] == {"now": {"level": "low"}, "then": {"level": "high"}}


async def test_two_people_override_a_level(door: Door, staff: make.Bank) -> None:
    party = await _rated(staff)
    wanted = {
        "partyId": str(party),
        "level": "medium",
        "reason": "new_information",
        "note": "seen at the branch",
        "expiresOn": "2027-05-01",
    }
    made = (await door.data(PROPOSE, staff["officer"], input=wanted))["proposeRiskOverride"]
    refused = (await door.data(APPROVE, staff["officer"], id=made["id"]))["approveRiskOverride"]
    with offering(Offers(everybody=ORDINARY)):
        agreed = (await door.data(APPROVE, staff["officer2"], id=made["id"]))["approveRiskOverride"]
    assert (made["state"], refused["__typename"], agreed["state"]) == ("PROPOSED", "NotAllowedProblem", "IN_FORCE")


async def test_an_override_that_cannot_be_says_where(door: Door, staff: make.Bank) -> None:
    party = await _rated(staff)
    wanted = {
        "partyId": str(party),
        "level": "low",
        "reason": "new_information",
        "note": "x",
        "expiresOn": "2027-05-01",
    }
    answer = (await door.data(PROPOSE, staff["officer"], input=wanted))["proposeRiskOverride"]
    assert (answer["code"], answer["field"]) == ("risk.override_refused", "level")


async def test_the_portfolio_is_not_for_the_first_line(door: Door, staff: make.Bank) -> None:
    assert await door.codes("{ ratingDistribution { level customers } }", staff["rm"]) == ["access.not_allowed"]
