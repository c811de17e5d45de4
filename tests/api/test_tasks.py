"""Tasks over GraphQL: set, taken, handed over; the same key sets one task; ages for those who answer for them."""

from typing import Any

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.api.conftest import Door
from tests.factories import onboarding as make

ANSWER = """{ __typename
  ... on Task { id title state assignee { name } offeredDepartmentWords actions points { words } }
  ... on Problem { code } }"""
CREATE = f"""mutation ($input: TaskInput!, $key: String) {{
  answer: createTask(input: $input, idempotencyKey: $key) {ANSWER}
}}"""
TAKE = f"mutation ($id: UUID!) {{ answer: takeTask(id: $id) {ANSWER} }}"
HAND = (
    f'mutation ($id: UUID!) {{ answer: handTaskOver(id: $id, words: "Theirs.", department: "relationship") {ANSWER} }}'
)
LISTED = "query ($shelf: TaskShelf!) { tasks(shelf: $shelf) { nodes { id title } } }"
AGEING = "{ taskAgeing { tasks { department open unheld } work { department open } } }"
NOTICES = "{ taskNotices { kind task { title } } taskFigures { notices } }"
READ = "mutation { readTaskNotices { notices } }"
WANTED = {"title": "Ask the notary", "department": "compliance", "points": ["Call"]}


@pytest.fixture
async def staff(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def created(door: Door, staff: make.Bank, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await door.data(CREATE, staff["rm"], input={**WANTED, **given}))["answer"]
    return answer


async def test_a_task_is_set_and_taken(door: Door, staff: make.Bank) -> None:
    task = await created(door, staff)
    assert (task["state"], task["points"]) == ("OPEN", [{"words": "Call"}])
    found = (await door.data(LISTED, staff["officer"], shelf="DEPARTMENT"))["tasks"]["nodes"]
    assert found == [{"id": task["id"], "title": "Ask the notary"}]
    taken = (await door.data(TAKE, staff["officer"], id=task["id"]))["answer"]
    assert (taken["state"], taken["assignee"]["name"]) == ("IN_PROGRESS", "officer")
    assert (await door.data(TAKE, staff["officer2"], id=task["id"]))["answer"]["code"] == "task.taken"


async def test_the_same_key_sets_one_task(door: Door, staff: make.Bank) -> None:
    first, second = [(await door.data(CREATE, staff["rm"], input=WANTED, key="k"))["answer"]["id"] for _ in range(2)]
    assert first == second


async def test_an_offer_says_to_whom(door: Door, staff: make.Bank) -> None:
    task = await created(door, staff)
    await door.data(TAKE, staff["officer"], id=task["id"])
    offered = (await door.data(HAND, staff["officer"], id=task["id"]))["answer"]
    assert offered["offeredDepartmentWords"] == "Relationship managers"
    assert "hand_over" not in offered["actions"]


async def test_notices_are_counted_until_they_are_read(door: Door, staff: make.Bank) -> None:
    await created(door, staff, assigneeId=str(staff["officer"].id))
    told = await door.data(NOTICES, staff["officer"])
    assert told["taskNotices"] == [{"kind": "assigned", "task": {"title": "Ask the notary"}}]
    assert told["taskFigures"] == {"notices": 1}
    assert (await door.data(READ, staff["officer"]))["readTaskNotices"] == {"notices": 0}


async def test_ages_are_for_those_who_answer_for_departments(door: Door, staff: make.Bank) -> None:
    await created(door, staff)
    lines = (await door.data(AGEING, staff["lead"]))["taskAgeing"]["tasks"]
    assert next(line for line in lines if line["department"] == "compliance") == {
        "department": "compliance",
        "open": 1,
        "unheld": 1,
    }
    assert await door.codes(AGEING, staff["rm"]) == ["access.not_allowed"]


async def test_a_partner_has_no_tasks(door: Door, staff: make.Bank) -> None:
    await created(door, staff)
    assert (await door.data(LISTED, door.partner("partner_developer"), shelf="ALL"))["tasks"]["nodes"] == []
