"""Screening over GraphQL: lists of alerts, one with its explanation, decisions, and what the first line may know."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.models import Tenant
from backend.core.ids import new_id
from backend.core.rulesets import load
from backend.edge.platform import Platform
from backend.screening.matching.rules import ScreeningRules
from tests.api.conftest import Door, statements
from tests.factories import onboarding as make
from tests.factories.alerts import Listed, Screener, entity
from tests.screening.conftest import REPOSITORY

LIST = """
query ($where: AlertFilter, $first: Int = 50, $after: String) {
  screeningAlerts(where: $where, first: $first, after: $after) {
    nodes {
      id state severity score fourEyes entityName listCode
      assignee { name } party { id name { value } }
      dispositions { outcome } comments { text { value } }
    }
    totalCount
    pageInfo { hasNextPage endCursor }
  }
}
"""
ONE = """
query ($id: UUID!) {
  screeningAlert(id: $id) {
    id state suppressed
    acts { verb available whyNot }
    explanation {
      subjectName entityName nameScore score base
      comparisons { group name outcome share contribution words }
      entry { names { text } birthDates { first } }
    }
    comments { text { value } author { name } }
    dispositions { outcome decidedBy { name } reason { words } }
  }
}
"""
DECIDE = """
mutation ($id: UUID!, $input: VerdictInput!) {
  decideAlert(id: $id, input: $input) {
    __typename
    ... on Alert { state proposal proposedBy { name } proposalReason { code words } }
    ... on Problem { code message }
  }
}
"""
CONFIRM = """
mutation ($id: UUID!) {
  confirmAlert(id: $id) { __typename ... on Alert { state decidedBy { name } } ... on Problem { code message } }
}
"""
TRIAGE = """
mutation ($ids: [UUID!]!, $input: VerdictInput!) {
  triageAlerts(ids: $ids, input: $input) {
    __typename
    ... on Triage { alerts { alertId state problem { __typename code message } } }
    ... on Problem { code }
  }
}
"""
STATUS = """
query ($id: UUID!) {
  party(id: $id) { screening { status figures { open trueMatch } alerts { id entityName } } }
}
"""
DIFFERENT = {"outcome": "FALSE_POSITIVE", "reason": "different_birth_date"}


@pytest.fixture
async def made(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


@pytest.fixture
async def screener(made: make.Bank) -> Screener:
    rules = load(REPOSITORY / "policies" / "screening" / "names-2026.yaml", ScreeningRules).rules
    return Screener(made, rules)


async def test_alerts_come_the_strongest_first_and_in_pages(door: Door, made: make.Bank, screener: Screener) -> None:
    weak = await screener.raised("other", born=False)
    for _ in range(2):
        await screener.raised("other")
    page = (await door.data(LIST, made["officer"], first=2))["screeningAlerts"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    rest = (await door.data(LIST, made["officer"], after=page["pageInfo"]["endCursor"]))["screeningAlerts"]
    assert [node["id"] for node in rest["nodes"]] == [str(weak.id)]


async def test_a_list_of_alerts_costs_the_same_statements_however_long(
    door: Door, made: make.Bank, screener: Screener, platform: Platform
) -> None:
    async def sent() -> int:
        with statements(platform) as found:
            await door.data(LIST, made["officer"])
        return len(found)

    await screener.raised("other")
    await sent()
    few = await sent()
    for _ in range(6):
        await screener.raised("other")
    assert await sent() == few


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ({"kinds": ["PEP"]}, 1),
        ({"scoreFrom": 101}, 0),
        ({"states": ["ESCALATED"]}, 0),
        ({"unassigned": True}, 2),
        ({"mine": True}, 0),
    ],
)
async def test_alerts_are_filtered(
    door: Door, made: make.Bank, screener: Screener, where: dict[str, Any], count: int
) -> None:
    await screener.raised("pep")
    await screener.raised("other")
    found = (await door.data(LIST, made["officer"], where=where))["screeningAlerts"]
    assert found["totalCount"] == count


async def test_an_alert_explains_each_comparison_and_shows_the_entry(
    door: Door, made: make.Bank, screener: Screener
) -> None:
    alert = await screener.raised()
    found = (await door.data(ONE, made["officer"], id=str(alert.id)))["screeningAlert"]["explanation"]
    assert found["entry"]["names"] == [{"text": "Rurik Vasnetzov"}]
    total = found["base"] + sum(each["contribution"] for each in found["comparisons"])
    assert total == pytest.approx(alert.strength / 100, abs=0.01)
    born = next(each for each in found["comparisons"] if each["name"] == "birth_date")
    assert (born["group"], born["outcome"]) == ("EVIDENCE", "AGREED")


async def test_reading_an_explanation_is_noted(door: Door, made: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    await door.data(ONE, made["officer"], id=str(alert.id))
    async with made.platform.transaction(made.system) as ctx:
        wanted = text("SELECT reads FROM audit_entry WHERE action = 'personal_data.read' AND reads LIKE :party")
        (reads,) = (await ctx.session.scalars(wanted, {"party": f"%{alert.party_id}%"})).all()
    assert "compliance_note" in reads


async def test_the_maker_is_told_that_another_person_must_answer(
    door: Door, made: make.Bank, screener: Screener
) -> None:
    alert = await screener.raised()
    proposed = (await door.data(DECIDE, made["officer"], id=str(alert.id), input=DIFFERENT))["decideAlert"]
    assert (proposed["state"], proposed["proposal"]) == ("ESCALATED", "FALSE_POSITIVE")
    acts = {
        act["verb"]: act for act in (await door.data(ONE, made["officer"], id=str(alert.id)))["screeningAlert"]["acts"]
    }
    assert not acts["CONFIRM"]["available"]
    assert acts["CONFIRM"]["whyNot"]
    refused = (await door.data(CONFIRM, made["officer"], id=str(alert.id)))["confirmAlert"]
    assert refused["__typename"] == "NotAllowedProblem"


async def test_a_second_person_confirms(door: Door, made: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    await door.data(DECIDE, made["officer"], id=str(alert.id), input=DIFFERENT)
    confirmed = (await door.data(CONFIRM, made["officer2"], id=str(alert.id)))["confirmAlert"]
    assert (confirmed["state"], confirmed["decidedBy"]["name"]) == ("FALSE_POSITIVE", "officer2")
    (kept,) = (await door.data(ONE, made["officer"], id=str(alert.id)))["screeningAlert"]["dispositions"]
    assert (kept["outcome"], kept["reason"]["words"]) == ("FALSE_POSITIVE", "Different date of birth")


async def test_a_batch_answers_for_each_alert(door: Door, made: make.Bank, screener: Screener) -> None:
    alert, unknown = await screener.raised("other"), new_id()
    ids = [str(alert.id), str(unknown)]
    found = (await door.data(TRIAGE, made["officer"], ids=ids, input=DIFFERENT))["triageAlerts"]["alerts"]
    assert [each["state"] for each in found] == ["FALSE_POSITIVE", None]
    assert found[1]["problem"]["__typename"] == "NotFoundProblem"


async def _status(door: Door, made: make.Bank, login: str, party_id: UUID) -> Any:
    return (await door.data(STATUS, made[login], id=str(party_id)))["party"]["screening"]


async def test_compliance_sees_the_alerts_of_a_customer(door: Door, made: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    found = await _status(door, made, "officer", alert.party_id)
    assert (found["status"], found["figures"]["open"]) == ("PENDING", 1)
    assert [each["id"] for each in found["alerts"]] == [str(alert.id)]


async def test_the_relationship_manager_cannot_tell_an_open_alert_from_a_true_match(
    door: Door, made: make.Bank, screener: Screener
) -> None:
    party = await screener.party()
    on = Listed("other")
    await screener.screen(party, on, entity())
    waiting = await _status(door, made, "rm", party)
    alert = await screener.only(party)
    await door.data(DECIDE, made["officer"], id=str(alert.id), input={"outcome": "TRUE_MATCH", "reason": "same_person"})
    assert await _status(door, made, "rm", party) == waiting
    assert (waiting["status"], waiting["figures"], waiting["alerts"]) == ("PENDING", None, None)


async def test_the_first_line_gets_no_alert_from_any_door(door: Door, made: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    assert (await door.data(LIST, made["rm"]))["screeningAlerts"]["nodes"] == []
    assert await door.codes(ONE, made["rm"], id=str(alert.id)) == ["screening.alert.not_found"]
