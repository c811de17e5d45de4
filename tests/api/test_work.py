"""Work taken, given and put back over GraphQL."""

from typing import Any

import pytest

from backend.access.models import Tenant
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from tests.api.conftest import Door
from tests.factories import onboarding as make

ANSWER = "{ __typename ... on WorkItem { id state owner { name } } ... on Problem { code message } }"
CLAIM = f"mutation ($id: UUID!) {{ answer: claimWork(id: $id) {ANSWER} }}"
RELEASE = f"mutation ($id: UUID!) {{ answer: releaseWork(id: $id) {ANSWER} }}"
ASSIGN = f"mutation ($id: UUID!, $owner: UUID!) {{ answer: assignWork(id: $id, ownerId: $owner) {ANSWER} }}"
MINE = "{ myWork { nodes { id } } }"


@pytest.fixture
async def staff(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


@pytest.fixture
async def item(door: Door, staff: make.Bank) -> str:
    """A submitted case waits for somebody of compliance."""
    case = await make.submitted(staff, await make.person(staff))
    query = "query ($id: UUID!) { case(id: $id) { work { id state owner { name } } } }"
    work = (await door.data(query, staff["officer"], id=str(case.id)))["case"]["work"]
    assert (work["state"], work["owner"]) == ("OPEN", None)
    item_id: str = work["id"]
    return item_id


async def _do(door: Door, actor: Actor, mutation: str, item: str, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await door.data(mutation, actor, id=item, **given))["answer"]
    return answer


async def test_released_work_waits_for_anybody_again(door: Door, staff: make.Bank, item: str) -> None:
    await _do(door, staff["officer"], CLAIM, item)
    released = await _do(door, staff["officer"], RELEASE, item)
    assert (released["state"], released["owner"]) == ("OPEN", None)
    taken = await _do(door, staff["officer2"], CLAIM, item)
    assert (taken["state"], taken["owner"]) == ("CLAIMED", {"name": "officer2"})


async def test_anothers_work_is_not_released(door: Door, staff: make.Bank, item: str) -> None:
    await _do(door, staff["officer"], CLAIM, item)
    assert (await _do(door, staff["officer2"], RELEASE, item))["__typename"] == "NotAllowedProblem"


async def test_work_that_nobody_took_is_not_released(door: Door, staff: make.Bank, item: str) -> None:
    answer = await _do(door, staff["head"], RELEASE, item)
    assert (answer["__typename"], answer.get("code")) == ("ConflictProblem", "work.not_taken")


async def test_assigned_work_is_the_assignees(door: Door, staff: make.Bank, item: str) -> None:
    given = await _do(door, staff["head"], ASSIGN, item, owner=str(staff["officer2"].id))
    assert (given["state"], given["owner"]) == ("CLAIMED", {"name": "officer2"})
    assert (await door.data(MINE, staff["officer2"]))["myWork"]["nodes"] == [{"id": item}]
    assert (await door.data(MINE, staff["officer"]))["myWork"]["nodes"] == []


async def test_work_is_given_away_by_who_leads_alone(door: Door, staff: make.Bank, item: str) -> None:
    answer = await _do(door, staff["officer"], ASSIGN, item, owner=str(staff["officer2"].id))
    assert answer["__typename"] == "NotAllowedProblem"


async def test_work_is_given_to_nobody_who_does_not_serve_its_queue(door: Door, staff: make.Bank, item: str) -> None:
    for owner in (staff["auditor"].id, new_id()):
        answer = await _do(door, staff["head"], ASSIGN, item, owner=str(owner))
        assert answer["code"] == "work.does_not_serve", answer


async def test_work_is_not_given_to_who_took_an_earlier_step(door: Door, staff: make.Bank, item: str) -> None:
    answer = await _do(door, staff["head"], ASSIGN, item, owner=str(staff["rm"].id))
    assert (answer["__typename"], answer["code"]) == ("NotAllowedProblem", "work.not_for_you")


async def test_several_fields_that_may_not_be_null_fail_together_in_our_own_words(door: Door) -> None:
    fields = " ".join(f'f{number}: workItem(id: "{new_id()}") {{ id }}' for number in range(6))
    assert set(await door.codes(f"{{ {fields} }}")) == {"work.not_found"}
