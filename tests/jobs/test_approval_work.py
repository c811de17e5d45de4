"""What waits for a second person is work in a queue until it is decided, whatever way it ends."""

from typing import Any
from uuid import UUID

import pytest

from backend.access import appointing
from backend.access.context import Context
from backend.access.models import Tenant
from backend.casework import queries, service
from backend.casework.errors import WorkNotForYou
from backend.casework.models import WorkItem
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from backend.governance import service as governance
from backend.governance.models import Proposal
from backend.jobs import approval_work
from backend.jobs.subscriptions import SUBSCRIBERS
from tests.governance.conftest import House

LINE = "p, service_agent, *, holding, view, tenant, allow\n"


@pytest.fixture
async def house(platform: Platform, tenant: Tenant, clock: FixedClock) -> House:
    made = House(platform, tenant, clock)
    await made.hire("admin", "administrator")
    await made.hire("adela", "administrator")
    await made.hire("helena", "head_of_compliance")
    await made.hire("lucie", "compliance_officer")
    await made.hire("jana", "relationship_manager")
    return made


async def waiting(house: House, subject_id: UUID) -> WorkItem | None:
    async def look(ctx: Context) -> WorkItem | None:
        return await queries.open_of(ctx, subject_id)

    return await house.platform.run(house.system, look)


async def proposed(house: House) -> Proposal:
    assert LINE in house.files
    row = await house.ready("admin", house.files.replace(LINE, ""))
    await house.run(house.system, approval_work.follow_rules, row.id)
    return row


async def queue_of(house: House) -> Any:
    queues = house.platform.policies.directory / "casework" / "queues" / "queues-2026.yaml"
    content = queues.read_text("utf-8").replace("working_days: 10", "working_days: 11").encode()
    lucie = house.people["lucie"]
    row = await house.run(
        lucie, governance.propose, kind="queues", name="queues", content=content, reason="More time for customers"
    )
    await house.simulate("lucie", row.id)
    await house.run(house.people["lucie"], governance.submit, row.id)
    await house.run(house.system, approval_work.follow_rules, row.id)
    return await waiting(house, row.id)


async def test_a_proposed_access_policy_is_work_for_those_who_may_approve_access(house: House) -> None:
    item = await waiting(house, (await proposed(house)).id)
    assert item is not None
    assert item.queue == approval_work.PEOPLE


async def test_a_proposed_rule_set_is_work_for_those_who_approve_rules(house: House) -> None:
    assert (await queue_of(house)).queue == approval_work.RULES


async def test_an_event_that_comes_twice_makes_one_piece_of_work(house: House) -> None:
    row = await proposed(house)
    await house.run(house.system, approval_work.follow_rules, row.id)
    assert await waiting(house, row.id) is not None


async def test_the_proposer_does_not_take_the_work(house: House) -> None:
    item = await waiting(house, (await proposed(house)).id)
    assert item is not None
    with pytest.raises(WorkNotForYou):
        await house.run(house.people["admin"], service.claim, item.id)
    assert (await house.run(house.people["adela"], service.claim, item.id)).owner_id == house.people["adela"].id


@pytest.mark.parametrize(("who", "verb"), [("adela", governance.approve), ("adela", governance.reject)])
async def test_work_on_rules_ends_with_the_decision(house: House, who: str, verb: Any) -> None:
    row = await proposed(house)
    await house.run(house.people[who], verb, row.id)
    await house.run(house.system, approval_work.follow_rules, row.id)
    assert await waiting(house, row.id) is None


async def test_a_proposal_that_is_taken_back_for_editing_is_nobodys_work(house: House) -> None:
    row = await proposed(house)
    text = house.files.replace(LINE, "").replace("# All staff", "# All of staff")
    await house.run(house.people["admin"], governance.edit, row.id, content=text.encode(), reason="Better words")
    await house.run(house.system, approval_work.follow_rules, row.id)
    assert await waiting(house, row.id) is None


@pytest.mark.parametrize("verb", [appointing.approve_role, appointing.reject_role])
async def test_a_role_for_somebody_is_work_until_it_is_decided(house: House, verb: Any) -> None:
    holder = (await house.hire("dana")).id
    row = await house.run(
        house.people["admin"], appointing.propose_role, holder_id=holder, role="compliance_officer", reason="Moves over"
    )
    await house.run(house.system, approval_work.follow_role, row.id)
    item = await waiting(house, row.id)
    assert item is not None
    assert item.queue == approval_work.PEOPLE
    await house.run(house.people["helena"], verb, row.id)
    await house.run(house.system, approval_work.follow_role, row.id)
    assert await waiting(house, row.id) is None


def test_every_way_a_proposal_goes_is_heard_by_the_job_that_keeps_its_work() -> None:
    for happened in ("proposed", "taken_back", "approved", "rejected", "withdrawn"):
        assert "governance.approval_work" in SUBSCRIBERS[f"ruleset.{happened}"]
    for capability, job in (("role", "access.role_work"), ("factor_reset", "access.reset_work")):
        for happened in ("proposed", "decided"):
            assert job in SUBSCRIBERS[f"{capability}.{happened}"]
