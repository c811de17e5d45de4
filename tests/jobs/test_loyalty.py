"""Loyalty as jobs: expiry with progress, care as work, and membership that ends with its consent."""

from datetime import timedelta
from uuid import UUID

import pytest

from backend.access.models import Tenant
from backend.casework import queries as work
from backend.consent import service as consents
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from backend.jobs import loyalty as jobs
from backend.loyalty import service
from backend.loyalty.queries import care, members
from tests.factories import loyalty as made
from tests.factories import onboarding as make


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def test_every_members_points_expire_in_one_run_that_tells_how_far_it_is(
    bank: make.Bank, platform: Platform, clock: FixedClock
) -> None:
    for _ in range(3):
        await made.earned(bank, await made.member(bank), 1000)
    clock.advance(timedelta(days=740))
    told: list[tuple[str, int, int]] = []
    assert await jobs.expire_all(platform, bank.system, lambda *step: told.append(step)) == 3
    assert told[-1] == ("expire", 3, 3)
    assert await jobs.expire_all(platform, bank.system, lambda *step: told.append(step)) == 0


async def test_tiers_of_everybody_are_looked_at(bank: make.Bank, platform: Platform, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    await made.earned(bank, party_id, 75_000)
    clock.advance(timedelta(days=366))
    assert await jobs.review_all_tiers(platform, bank.system, lambda *_: None) == 1
    assert (await bank.run("system", members.standing, [party_id]))[party_id][0] == "classic"


async def golden(bank: make.Bank, clock: FixedClock) -> UUID:
    party_id = await made.member(bank)
    for _ in range(3):
        await made.earned(bank, party_id, 125_000)
        clock.advance(timedelta(days=31))
    return party_id


async def test_care_that_is_due_becomes_the_managers_work_once(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await golden(bank, clock)
    assert await bank.run("system", jobs.place_due, 100) == 1
    assert await bank.run("system", jobs.place_due, 100) == 0
    [step] = await bank.run("system", care.steps_due, clock().date() + timedelta(days=7), 10)
    item = await bank.run("system", work.open_of, step.id)
    assert (item.queue, item.owner_id, item.party_id) == (jobs.QUEUE, bank["rm"].id, party_id)


async def test_a_step_that_is_done_is_no_work_any_more(bank: make.Bank, clock: FixedClock) -> None:
    await golden(bank, clock)
    await bank.run("system", jobs.place_due, 100)
    [step] = await bank.run("system", care.steps_due, clock().date() + timedelta(days=7), 10)
    await bank.run("rm", service.complete_step, step.id)
    await bank.run("system", jobs.close_work, step.id)
    assert await bank.run("system", work.open_of, step.id) is None


async def test_membership_ends_with_the_consent_that_it_rests_on(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    await bank.run("system", jobs.follow_consent, party_id)
    assert party_id in await bank.run("system", members.standing, [party_id])
    await bank.run("rm", consents.withdraw_consent, party_id, "loyalty")
    await bank.run("system", jobs.follow_consent, party_id)
    member = await bank.run("system", members.member_of, party_id)
    assert (member.state, member.left_reason) == ("left", "consent_ended")
