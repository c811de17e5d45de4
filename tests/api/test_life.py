"""Stages, warnings and prospects over GraphQL."""

import asyncio
from datetime import date

import pytest

from backend.access.models import Tenant
from backend.customers.models import Customer, Party, Stage
from backend.customers.service.relations import customer_of, set_stage
from backend.edge.platform import Platform
from backend.engagement.funnel import service as funnel
from tests.api.conftest import Door
from tests.factories.customers import Bank, open_bank, partner, with_roles
from tests.factories.ledger import book

LAST = date(2026, 11, 20)
RUN = "mutation { startStageRun { __typename ... on StageRun { running } ... on Problem { code } } }"
RUNNING = "query { stageRun { running moved warned } }"
LIFE = """
query Life($id: UUID!) {
  stageCounts { stage customers }
  stageMoves(since: "2026-01-01") { fromStage toStage customers }
  stageHistory(partyId: $id) { toStage cause reasons { code words } figures { fact value } asOf }
  stageTransitions(first: 1) { nodes { partyId } pageInfo { hasNextPage endCursor } }
  stageFunnel(by: CHANNEL) { group fromStage toStage entered advanced }
}
"""
CORRECT = """
mutation Correct($id: UUID!, $reason: String!) {
  correctStage(customerId: $id, stage: ACTIVE, reason: $reason, note: "Bought a flat") {
    __typename
    ... on StageTransition { id cause note until by { name } }
    ... on Problem { code }
    ... on InvalidProblem { field }
  }
}
"""
WATCH = """
query Watch($after: String) {
  watchList(first: 1, after: $after) {
    nodes { id severity signals { code unit value } party { id } }
    pageInfo { hasNextPage endCursor }
  }
  watchFigures { state severity warnings }
}
"""
ACT = """
mutation Act($id: UUID!, $act: String!) {
  actOnWarning(id: $id, act: $act, note: "Called twice") {
    __typename
    ... on EarlyWarning { state steps { act note by { name } } }
    ... on Problem { code }
  }
}
"""
RECORD = """
mutation Record($party: PartyInput!, $input: ProspectInput!) {
  recordProspect(party: $party, input: $input) {
    __typename
    ... on Prospect { id source state party { id } }
    ... on Problem { code }
  }
}
"""
PROSPECTS = "query { prospects(open: true) { nodes { id source } } prospectCounts { source state prospects } }"


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


async def _drained(bank: Bank) -> Party:
    lines = [(date(2026, 3, 1), "credit", 50_000, None, None), (LAST, "debit", 49_000, None, None)]
    party = await book(bank, *lines, opened=date(2026, 1, 1))

    async def activate(ctx: object) -> None:
        customer: Customer | None = await customer_of(ctx, party.id)
        await set_stage(ctx, customer, Stage.ACTIVE, "test")

    await bank.run(bank.system, activate)
    return party


async def _computed(door: Door, bank: Bank) -> dict[str, object]:
    """A run goes on after the answer, in this process; it has minutes on a busy machine."""
    analyst = with_roles(bank.officer, "risk_analyst")
    assert (await door.data(RUN, analyst))["startStageRun"]["__typename"] == "StageRun"
    for _ in range(600):
        run: dict[str, object] = (await door.data(RUNNING, analyst))["stageRun"]
        if not run["running"]:
            return run
        await asyncio.sleep(0.2)
    raise AssertionError("the run did not end")


async def test_a_run_moves_customers_and_tells_why(door: Door, bank: Bank) -> None:
    party = await _drained(bank)
    assert await _computed(door, bank) == {"running": False, "moved": 1, "warned": 1}
    found = await door.data(LIFE, bank.manager, id=str(party.id))
    assert found["stageCounts"] == [{"stage": "AT_RISK", "customers": 1}]
    assert found["stageMoves"] == [{"fromStage": "ACTIVE", "toStage": "AT_RISK", "customers": 1}]
    (step,) = found["stageHistory"]
    assert [reason["code"] for reason in step["reasons"]] == ["money_left"]
    assert {figure["fact"]: figure["value"] for figure in step["figures"]}["balance_minor"] == 100_000
    assert found["stageFunnel"] == [
        {"group": "test", "fromStage": "ACTIVE", "toStage": "GROWING", "entered": 1, "advanced": 0}
    ]


async def test_the_run_leaves_no_funnel_behind_that_was_kept_before_it(door: Door, bank: Bank) -> None:
    await bank.run(bank.system, funnel.keep, 0)
    await _drained(bank)
    assert await bank.run(bank.auditor, funnel.steps) == []
    await _computed(door, bank)
    for _ in range(600):
        if steps := await bank.run(bank.auditor, funnel.steps):
            break
        await asyncio.sleep(0.1)
    assert steps[0].entered == 1


async def test_a_relationship_manager_may_not_compute_the_portfolio(door: Door, bank: Bank) -> None:
    assert (await door.data(RUN, bank.manager))["startStageRun"]["__typename"] == "NotAllowedProblem"


async def test_a_correction_shows_its_note_to_whom_the_field_is_shown(door: Door, bank: Bank) -> None:
    party = await _drained(bank)
    row: Customer = await bank.run(bank.system, customer_of, party.id)
    made = (await door.data(CORRECT, bank.manager, id=str(row.id), reason="normal_activity"))["correctStage"]
    assert (made["cause"], made["note"], made["by"]["name"]) == ("PERSON", "Bought a flat", "manager")
    wrong = (await door.data(CORRECT, bank.manager, id=str(row.id), reason="whim"))["correctStage"]
    assert (wrong["__typename"], wrong["field"]) == ("InvalidProblem", "reason")


async def test_the_watch_list_pages_and_is_worked(door: Door, bank: Bank) -> None:
    for _ in range(2):
        await _drained(bank)
    await _computed(door, bank)
    first = await door.data(WATCH, bank.manager)
    (one,) = first["watchList"]["nodes"]
    assert one["signals"] == [{"code": "balance_outflow", "unit": "SHARE", "value": 0.02}]
    assert first["watchFigures"] == [{"state": "OPEN", "severity": "HIGH", "warnings": 2}]
    after = first["watchList"]["pageInfo"]["endCursor"]
    (two,) = (await door.data(WATCH, bank.manager, after=after))["watchList"]["nodes"]
    assert two["id"] != one["id"]
    done = (await door.data(ACT, bank.manager, id=one["id"], act="called"))["actOnWarning"]
    assert (done["state"], done["steps"][0]["note"]) == ("ACTED", "Called twice")
    assert (await door.data(WATCH, bank.stranger))["watchList"]["nodes"] == []


async def test_a_partner_records_a_prospect_and_sees_it_and_no_other(door: Door, bank: Bank) -> None:
    given = {"party": {"kind": "PERSON", "names": [{"fullName": "Petra Malá"}], "source": "partner"}}
    mine = with_roles(partner(bank.tenant), "partner_developer")
    made = (await door.data(RECORD, mine, **given, input={"source": "PARTNER"}))["recordProspect"]
    assert (made["__typename"], made["state"]) == ("Prospect", "NEW")
    await door.data(RECORD, bank.manager, **given, input={"source": "BRANCH"})
    seen = await door.data(PROSPECTS, mine)
    assert [each["id"] for each in seen["prospects"]["nodes"]] == [made["id"]]
    assert seen["prospectCounts"] == [{"source": "PARTNER", "state": "NEW", "prospects": 1}]


async def test_a_partner_has_documents_for_its_prospects(door: Door, bank: Bank) -> None:
    given = {"party": {"kind": "PERSON", "names": [{"fullName": "Petra Malá"}], "source": "partner"}}
    variables = {**given, "input": {"source": "PARTNER"}, "idempotencyKey": "shop-1"}
    shop = partner(bank.tenant)
    made = (await door.post(shop, documentId="partner/record-prospect", variables=variables)).json()["data"]["result"]
    variables = {"open": True, "first": 10}
    seen = (await door.post(shop, documentId="partner/prospects", variables=variables)).json()["data"]
    assert [(each["id"], each["state"]) for each in seen["prospects"]["nodes"]] == [(made["id"], "NEW")]
