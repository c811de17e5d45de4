"""Lists of customers: pages, cursors, filters, and how many statements they take."""

from typing import Any

import pytest

from backend.core.ids import new_id
from backend.customers import service
from backend.edge.platform import Platform
from tests.api.conftest import Door, statements
from tests.factories import customers as make
from tests.factories.customers import Bank

LIST = """
query ($first: Int!, $after: String, $where: CustomerFilter) {
  customers(first: $first, after: $after, where: $where) {
    nodes {
      number stage manager { name } team { name }
      party {
        name { value } names { fullName { value } } identifiers { value { value } } documents { id } cases { id }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
COUNT = "query ($where: CustomerFilter) { customers(where: $where) { totalCount } }"


async def _customers(bank: Bank, count: int) -> None:
    for number in range(count):
        await bank.customer(make.person(f"Jan Novák {number}"))


async def test_pages_follow_each_other_without_gap_or_repetition(door: Door, bank: Bank) -> None:
    await _customers(bank, 5)
    numbers, after = [], None
    for _ in range(3):
        page = (await door.data(LIST, bank.manager, first=2, after=after))["customers"]
        numbers += [node["number"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert len(numbers) == len(set(numbers)) == 5
    assert page["pageInfo"] == {"hasNextPage": False, "endCursor": None}


async def test_the_number_of_statements_does_not_grow_with_the_page(door: Door, bank: Bank, platform: Platform) -> None:
    await _customers(bank, 4)
    counts = []
    for first in (1, 4):
        with statements(platform) as sent:
            await door.data(LIST, bank.manager, first=first)
        counts.append(len(sent))
    assert counts[0] == counts[1]


async def test_a_colleague_of_another_team_sees_none_of_the_book(door: Door, bank: Bank) -> None:
    await _customers(bank, 1)
    assert (await door.data(LIST, bank.stranger, first=10))["customers"]["nodes"] == []


async def test_the_total_is_counted_over_what_may_be_seen(door: Door, bank: Bank) -> None:
    await _customers(bank, 2)
    assert (await door.data(COUNT, bank.manager))["customers"]["totalCount"] == 2
    assert (await door.data(COUNT, bank.stranger))["customers"]["totalCount"] == 0


async def test_mine_is_the_viewers_own_book(door: Door, bank: Bank) -> None:
    await _customers(bank, 1)
    where = {"mine": True}
    assert (await door.data(COUNT, bank.manager, where=where))["customers"]["totalCount"] == 1
    assert (await door.data(COUNT, bank.officer, where=where))["customers"]["totalCount"] == 0


@pytest.mark.parametrize("cursor", ["", "AAAA", "not base64!", "é", "A" * 600, "2026-11-22T09:00:00+00:00|x"])
async def test_a_cursor_that_was_not_issued_is_refused(door: Door, bank: Bank, cursor: str) -> None:
    assert await door.codes(LIST, bank.manager, first=1, after=cursor) == ["graphql.cursor_invalid"]


async def test_a_cursor_of_another_list_is_refused(door: Door, bank: Bank) -> None:
    await _customers(bank, 2)
    page = (await door.data(LIST, bank.manager, first=1))["customers"]
    search = 'query ($after: String) { search(text: "Jan", after: $after) { nodes { id } } }'
    assert await door.codes(search, bank.manager, after=page["pageInfo"]["endCursor"]) == ["graphql.cursor_invalid"]


async def test_a_cursor_of_another_institution_is_refused(door: Door, bank: Bank) -> None:
    foreign = door.executor._cursors.seal(new_id(), "customers", str(new_id()))
    assert await door.codes(LIST, bank.manager, first=1, after=foreign) == ["graphql.cursor_invalid"]


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
async def test_a_page_has_a_largest_size(door: Door, bank: Bank, first: int) -> None:
    query = "query ($first: Int!) { customers(first: $first) { nodes { number } } }"
    assert await door.codes(query, bank.manager, first=first) == ["graphql.page_size"]


async def test_a_name_is_found_in_any_order_of_its_words(door: Door, bank: Bank) -> None:
    party = await bank.customer(make.person("Božena Němcová"))
    search = "query ($text: String!) { search(text: $text) { nodes { __typename id } } }"
    found = (await door.data(search, bank.manager, text="nemcova bozena"))["search"]["nodes"]
    assert found == [{"__typename": "Person", "id": str(party.id)}]


async def test_a_party_is_found_by_its_identifier(door: Door, bank: Bank) -> None:
    identifiers: list[dict[str, Any]] = [{"type": "cz_birth_number", "value": make.BIRTH_NUMBER}]
    party = await bank.customer(make.person(birth_date=make.BORN, identifiers=identifiers))
    search = "query ($value: String!) { searchIdentifier(value: $value) { id } }"
    assert await door.data(search, bank.manager, value="710319 2745") == {"searchIdentifier": [{"id": str(party.id)}]}


async def test_a_lead_assigns_a_customer_to_a_colleague(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    find = "query ($id: UUID!) { customer(partyId: $id) { id } }"
    customer = (await door.data(find, bank.lead, id=str(party.id)))["customer"]
    assign = """
    mutation ($id: UUID!, $manager: UUID!, $team: UUID!) {
      assignCustomer(customerId: $id, managerId: $manager, teamId: $team) {
        ... on Customer { manager { id } }
        ... on Problem { message }
      }
    }
    """
    given = {"id": customer["id"], "manager": str(bank.colleague.id), "team": str(bank.team.id)}
    answer = (await door.data(assign, bank.lead, **given))["assignCustomer"]
    assert answer == {"manager": {"id": str(bank.colleague.id)}}


MERGE = """{
  __typename
  ... on Party { id merges { id status survivorId first { id } second { id } proposedBy { name } decidedBy { name } } }
}"""


async def test_proposing_and_dismissing_a_merge_answer_with_the_merge(door: Door, bank: Bank) -> None:
    first, second = await bank.customer(make.person("Jan Novák")), await bank.record(make.person("Jan Nowák"))
    propose = (
        f"mutation ($a: UUID!, $b: UUID!) {{ it: proposeMerge(firstId: $a, secondId: $b, survivorId: $a) {MERGE} }}"
    )
    answer = (await door.data(propose, bank.officer, a=str(first.id), b=str(second.id)))["it"]
    (merge,) = answer["merges"]
    assert (answer["id"], merge["survivorId"]) == (str(first.id), str(first.id))
    assert (merge["status"], merge["proposedBy"], merge["decidedBy"]) == ("PROPOSED", {"name": "officer"}, None)
    dismiss = f"mutation ($id: UUID!) {{ it: dismissMerge(mergeId: $id) {MERGE} }}"
    (dismissed,) = (await door.data(dismiss, bank.second_officer, id=merge["id"]))["it"]["merges"]
    assert (dismissed["id"], dismissed["status"]) == (merge["id"], "DISMISSED")
    assert dismissed["decidedBy"] == {"name": "second_officer"}


async def test_a_merge_is_shown_to_who_may_see_both_parties_alone(door: Door, bank: Bank) -> None:
    first, second = await bank.customer(make.person("Jan Novák")), await bank.record(make.person("Jan Nowák"))
    await bank.run(bank.officer, service.propose_merge, first.id, second.id, first.id)
    query = "query ($id: UUID!) { party(id: $id) { merges { first { id } second { id } } } }"
    found = [(await door.data(query, actor, id=str(first.id)))["party"] for actor in (bank.officer, bank.manager)]
    assert [len(party["merges"]) for party in found] == [1, 1]
    hidden = await bank.record(make.person("Jan Nowak"), bank.stranger)
    await bank.run(bank.officer, service.propose_merge, first.id, hidden.id, first.id)
    found = [(await door.data(query, actor, id=str(first.id)))["party"] for actor in (bank.officer, bank.manager)]
    assert [len(party["merges"]) for party in found] == [2, 1]


async def test_a_merge_needs_a_second_person(door: Door, bank: Bank) -> None:
    first, second = await bank.customer(make.person("Jan Novák")), await bank.record(make.person("Jan Nowák"))
    propose = """
    mutation ($a: UUID!, $b: UUID!) {
      proposeMerge(firstId: $a, secondId: $b, survivorId: $a) { __typename ... on Party { id } }
    }
    """
    answer = await door.data(propose, bank.officer, a=str(first.id), b=str(second.id))
    assert answer["proposeMerge"] == {"__typename": "Person", "id": str(first.id)}
    listed = "{ duplicates(status: PROPOSED) { nodes { id first { id } second { id } } } }"
    merge = (await door.data(listed, bank.officer))["duplicates"]["nodes"][0]
    approve = "mutation ($id: UUID!) { approveMerge(mergeId: $id) { __typename ... on Party { id } } }"
    own = await door.data(approve, bank.officer, id=merge["id"])
    assert own["approveMerge"]["__typename"] == "NotAllowedProblem"
    other = await door.data(approve, bank.second_officer, id=merge["id"])
    assert other["approveMerge"] == {"__typename": "Person", "id": str(first.id)}
