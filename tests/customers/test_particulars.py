"""What the page of a party shows beside its summary: read for those who may, and noted field by field."""

from uuid import UUID

import pytest

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers import queries, service
from tests.factories.customers import Bank, person, with_roles


async def test_particulars_of_parties_that_may_not_be_seen_are_left_out(bank: Bank) -> None:
    mine, other = await bank.customer(person(gender="male")), await bank.record(person(), bank.stranger)
    found = await bank.run(bank.manager, queries.particulars_of, [mine.id, other.id, new_id()])
    assert found.keys() == {mine.id}
    assert (found[mine.id].gender, found[mine.id].ver, found[mine.id].created_by) == ("male", 1, bank.manager.id)


@pytest.mark.parametrize(("role", "shown"), [("auditor", True), ("risk_analyst", True), ("service_agent", False)])
async def test_an_occupation_is_read_for_who_sees_it(bank: Bank, role: str, shown: bool) -> None:
    party = await bank.customer(person(occupation="teacher"))
    found = await bank.run(with_roles(bank.agent, role), queries.occupations_of, [party.id])
    assert found == ({party.id: "teacher"} if shown else {})


async def test_only_what_is_recorded_is_noted_as_read(bank: Bank) -> None:
    with_city, without = await bank.customer(person(region="Praha")), await bank.customer(person())

    async def look(ctx: Context) -> tuple[dict[UUID, str | None], dict[tuple[str, UUID], set[str]]]:
        return await queries.regions_of(ctx, [with_city.id, without.id]), ctx.reads

    found, reads = await bank.run(bank.auditor, look)
    assert found == {with_city.id: "Praha", without.id: None}
    assert reads == {("party", with_city.id): {"city"}}


async def test_the_pairs_of_a_party_are_those_of_which_both_may_be_seen(bank: Bank) -> None:
    mine, near = await bank.customer(), await bank.record(person("Jan Nowák"))
    far = await bank.record(person("Jan Nowak"), bank.stranger)
    for other in (near, far):
        await bank.run(bank.officer, service.propose_merge, mine.id, other.id, mine.id)
    seen = await bank.run(bank.manager, queries.merges_of, [mine.id, near.id, far.id])
    assert [len(seen[each]) for each in (mine.id, near.id, far.id)] == [1, 1, 0]
    assert {seen[mine.id][0].first.id, seen[mine.id][0].second.id} == {mine.id, near.id}
