"""Segments over GraphQL: sizes for the whole house, customers as far as the reader may see them."""

from datetime import date
from typing import Any

import pytest

from backend.customers.models import Party
from backend.engagement.segments import service
from tests.api.conftest import Door
from tests.factories import ledger
from tests.factories.customers import Bank, person, with_roles

RUNS = """
query ($first: Int! = 24) { segmentRuns(first: $first) {
  id customers moved sizes { code name customers conditions { fact limit } } flows { origin target customers }
} }
"""
MOVES = """
query ($id: UUID!, $target: String) { segmentMoves(runId: $id, target: $target) {
  origin target crossings { fact limit before after met } party { name { value visibility } }
} }
"""
MEMBERS = """
query ($segment: String!, $first: Int! = 50) { segmentMembers(segment: $segment, first: $first) {
  since party { id name { value visibility } }
} }
"""
RUN = "mutation { answer: runSegments { __typename ... on Problem { code } } }"


@pytest.fixture
async def moved(bank: Bank) -> Party:
    """Somebody who became wealthy between two runs."""
    party = await bank.customer(person())
    await ledger.book(bank, (date(2026, 10, 1), "credit", 99_000, None, None), party=party)
    await bank.run(bank.system, service.run_rules)
    await ledger.book(bank, (date(2026, 11, 1), "credit", 5_000, None, None), party=party)
    await bank.run(bank.system, service.run_rules)
    return party


async def runs(door: Door, bank: Bank, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await door.data(RUNS, bank.manager, **more))["segmentRuns"]
    return found


async def test_the_newest_run_comes_first_with_its_sizes_and_flows(door: Door, bank: Bank, moved: Party) -> None:
    newest, before = await runs(door, bank)
    assert (newest["moved"], before["moved"]) == (1, 0)
    assert [(each["code"], each["customers"]) for each in newest["sizes"] if each["customers"]] == [("private", 1)]
    assert newest["flows"][0]["target"] == "private"


async def test_no_more_runs_are_given_than_were_asked_for(door: Door, bank: Bank, moved: Party) -> None:
    assert len(await runs(door, bank, first=1)) == 1


async def test_a_move_says_which_limit_was_crossed(door: Door, bank: Bank, moved: Party) -> None:
    (newest, _) = await runs(door, bank)
    (move,) = (await door.data(MOVES, bank.manager, id=newest["id"]))["segmentMoves"]
    (crossed,) = [each for each in move["crossings"] if each["met"]]
    assert (crossed["fact"], crossed["before"], crossed["after"]) == ("balance_minor", "9900000", "10400000")
    assert (await door.data(MOVES, bank.manager, id=newest["id"], target="fading"))["segmentMoves"] == []


async def test_members_and_moves_of_others_are_not_shown(door: Door, bank: Bank, moved: Party) -> None:
    (newest, _) = await runs(door, bank)
    for reader, count in ((bank.manager, 1), (bank.stranger, 0)):
        assert len((await door.data(MOVES, reader, id=newest["id"]))["segmentMoves"]) == count
        assert len((await door.data(MEMBERS, reader, segment="private"))["segmentMembers"]) == count


async def test_a_name_is_masked_for_who_may_not_read_it(door: Door, bank: Bank, moved: Party) -> None:
    analyst = with_roles(bank.officer, "risk_analyst")
    (member,) = (await door.data(MEMBERS, analyst, segment="private"))["segmentMembers"]
    assert member["party"]["name"]["visibility"] == "MASKED"
    assert "Novák" not in str(member)


async def test_members_are_as_many_as_were_asked_for_at_most(door: Door, bank: Bank) -> None:
    for _ in range(3):
        party = await bank.customer(person())
        await ledger.book(bank, (date(2026, 10, 1), "credit", 150_000, None, None), party=party)
    await bank.run(bank.system, service.run_rules)
    assert len((await door.data(MEMBERS, bank.manager, segment="private", first=2))["segmentMembers"]) == 2


async def test_another_institution_has_its_own_segments(door: Door, foreign: Bank, moved: Party) -> None:
    assert (await door.data(RUNS, foreign.officer))["segmentRuns"] == []
    assert (await door.data(MEMBERS, foreign.officer, segment="private"))["segmentMembers"] == []


async def test_a_relationship_manager_starts_no_run(door: Door, bank: Bank) -> None:
    assert (await door.data(RUN, bank.manager))["answer"]["code"] == "access.not_allowed"


async def test_a_run_that_was_asked_for_says_how_far_it_is(door: Door, bank: Bank, moved: Party) -> None:
    analyst = with_roles(bank.officer, "risk_analyst")
    asked = "mutation { answer: runSegments { __typename ... on SegmentWork { id } } }"
    work = (await door.data(asked, analyst))["answer"]
    assert work["__typename"] == "SegmentWork"
    told = (await door.data("{ segmentWork { id kind state stage done total failure resultId } }", bank.manager))[
        "segmentWork"
    ]
    newest, *_ = await runs(door, bank)
    assert (told["id"], told["kind"], told["state"], told["failure"]) == (work["id"], "RULES", "DONE", None)
    assert (told["stage"], told["done"], told["total"], told["resultId"]) == ("WRITE", 2, 3, newest["id"])
