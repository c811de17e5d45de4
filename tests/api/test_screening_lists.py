"""Lists, versions and name checks over GraphQL and the page that takes files."""

from typing import Any

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.api.conftest import Door
from tests.factories import onboarding as make
from tests.factories import screening as lists

LISTS = """
query {
  screeningLists {
    id code kind stale waiting { number }
    inForce { number entries added removed }
    versions(most: 3) {
      number state problem added
      difference { added { ref name } changed { ref fields { name added removed } } }
    }
  }
}
"""
CHECK = """
query ($input: NameCheckInput!, $near: Boolean = false) {
  nameCheck(input: $input, near: $near) {
    listCode score nameScore alert explanation { entityName comparisons { name outcome words } entry { remarks } }
  }
}
"""
ROLL_BACK = """
mutation ($code: String!, $number: Int!) {
  rollBackList(code: $code, number: $number) {
    __typename ... on ScreeningList { inForce { number entries restoredId } } ... on Problem { code }
  }
}
"""
RESCAN = """
mutation { startRescan { __typename ... on ScreeningRun { kind state } ... on Problem { code } } }
"""
SCREEN = """
mutation ($id: UUID!) {
  screenParty(partyId: $id) { __typename ... on PartyScreening { status figures { open } } ... on Problem { code } }
}
"""


@pytest.fixture
async def made(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


@pytest.fixture
async def loaded(made: make.Bank) -> make.Bank:
    await lists.set_up(made.platform, made.system)
    await lists.load(made.platform, made.system)
    return made


async def _only(door: Door, made: make.Bank) -> dict[str, Any]:
    (found,) = (await door.data(LISTS, made["officer"]))["screeningLists"]
    return found


async def test_a_list_shows_its_version_and_what_it_changed(door: Door, loaded: make.Bank) -> None:
    entries = {**lists.ENTRIES, "P-4": "P-4,person,Iolanthe Brask,,1990,,,,"}
    entries["P-2"] = "P-2,person,Zubeida Qaramanli,,1982,LY,female,,"
    await lists.load(loaded.platform, loaded.system, entries)
    found = await _only(door, loaded)
    assert (found["inForce"]["number"], found["inForce"]["added"], found["stale"]) == (2, 1, False)
    latest = found["versions"][0]["difference"]
    assert [each["name"] for each in latest["added"]] == ["Iolanthe Brask"]
    assert [(each["ref"], each["fields"][0]["name"]) for each in latest["changed"]] == [("P-2", "birth_dates")]


async def test_a_former_version_is_put_in_force_again(door: Door, loaded: make.Bank) -> None:
    fewer = {ref: line for ref, line in lists.ENTRIES.items() if ref != "P-1"}
    await lists.load(loaded.platform, loaded.system, fewer)
    back = (await door.data(ROLL_BACK, loaded["head"], code="TEST", number=1))["rollBackList"]
    assert (back["inForce"]["number"], back["inForce"]["entries"]) == (3, 3)
    refused = (await door.data(ROLL_BACK, loaded["officer"], code="TEST", number=1))["rollBackList"]
    assert refused["__typename"] == "NotAllowedProblem"


async def test_a_name_is_tried_without_being_kept(door: Door, loaded: make.Bank) -> None:
    given = {"names": ["Фёдор Морван"], "kind": "PERSON", "birthDate": "1974"}
    (hit,) = (await door.data(CHECK, loaded["officer"], input=given))["nameCheck"]
    assert (hit["listCode"], hit["alert"], hit["explanation"]["entry"]["remarks"]) == ("TEST", True, "Minister")


async def test_a_name_without_letters_is_refused(door: Door, loaded: make.Bank) -> None:
    assert await door.codes(CHECK, loaded["officer"], input={"names": ["  "]}) == ["screening.check.empty"]


async def test_the_first_line_neither_sees_lists_nor_tries_names(door: Door, loaded: make.Bank) -> None:
    assert await door.codes(LISTS, loaded["rm"]) == ["access.not_allowed"]
    assert await door.codes(CHECK, loaded["rm"], input={"names": ["Teodor Morvane"]}) == ["access.not_allowed"]


async def test_nothing_is_screened_without_a_list(door: Door, made: make.Bank) -> None:
    assert (await door.data(RESCAN, made["officer"]))["startRescan"]["code"] == "screening.run.no_lists"


async def test_a_rescan_of_everybody_is_asked_for(door: Door, loaded: make.Bank) -> None:
    assert (await door.data(RESCAN, loaded["officer"]))["startRescan"] == {
        "__typename": "ScreeningRun",
        "kind": "PORTFOLIO",
        "state": "RUNNING",
    }


async def test_one_customer_is_screened_at_once(door: Door, loaded: make.Bank) -> None:
    party = (await make.person(loaded)).party_id
    found = (await door.data(SCREEN, loaded["officer"], id=str(party)))["screenParty"]
    assert found == {"__typename": "PartyScreening", "status": "CLEARED", "figures": {"open": 0}}
