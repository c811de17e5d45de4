"""What the platform does by itself, run by a real worker over the real queue."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from procrastinate import App
from sqlalchemy import text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import system_actor
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.ids import new_id
from backend.customers import service as customers
from backend.customers.inputs import AddressInput
from backend.edge.platform import Platform
from backend.jobs.schedule import Schedule, job_app
from backend.jobs.subscriptions import SUBSCRIBERS
from backend.onboarding import service as onboarding
from backend.onboarding.models import Decision
from backend.onboarding.service import ConditionInput
from tests.factories import onboarding as make


@pytest.fixture(scope="module")
def database(own_database: Database) -> Database:
    return own_database


@pytest.fixture
async def jobs(platform: Platform, tenant: Tenant) -> AsyncIterator[App]:
    """An open queue with nothing in it; jobs of earlier tests belong to institutions of their own."""
    app = job_app(platform.database)
    Schedule(platform, app)
    async with app.open_async():
        yield app


async def _run(app: App, *names: str) -> dict[str, str]:
    """One pass of a worker over the jobs of these names; how each ended."""
    ids = [await app.configure_task(name).defer_async(timestamp=0) for name in names]
    await app.run_worker_async(wait=False, install_signal_handlers=False)
    found = [(await app.job_manager.list_jobs_async(id=id_)) for id_ in ids]
    return {job.task_name: job.status for jobs in found for job in jobs}


async def _one(platform: Platform, tenant_id: UUID, query: str, **params: Any) -> Any:
    async with platform.transaction(system_actor(tenant_id, "test")) as ctx:
        return await ctx.session.scalar(text(query), params)


PERIODIC = ("outbox.dispatch", "work.escalate", "onboarding.expire", "onboarding.conditions", "customers.documents")


def test_every_subscribed_job_exists(platform: Platform) -> None:
    app = job_app(platform.database)
    Schedule(platform, app)
    assert {task for tasks in SUBSCRIBERS.values() for task in tasks} <= app.tasks.keys()


async def test_every_periodic_job_has_its_time(jobs: App) -> None:
    assert {task.task.name for task in jobs.periodic_registry.periodic_tasks.values()} >= set(PERIODIC)


async def test_periodic_jobs_have_nothing_to_do_in_an_empty_institution(jobs: App, tenant: Tenant) -> None:
    assert await _run(jobs, *PERIODIC) == dict.fromkeys(PERIODIC, "succeeded")


async def test_what_is_overdue_in_a_full_institution_is_dealt_with(
    jobs: App, platform: Platform, tenant: Tenant, clock: FixedClock
) -> None:
    """A case nobody picked up is escalated, one whose customer never answered expires, an identity card runs out."""
    bank = await make.bank(platform, tenant)
    left = await make.submitted(bank, await make.person(bank))
    silent = await make.draft(bank, await make.person(bank))
    clock.advance(timedelta(days=5 * 366))
    assert await _run(jobs, *PERIODIC) == dict.fromkeys(PERIODIC, "succeeded")
    queries = {
        "escalated": "SELECT count(*) FROM work_item WHERE subject_id = :id AND escalation_level > 0",
        "expired": "SELECT count(*) FROM onboarding_case WHERE id = :id AND state = 'expired'",
    }
    assert await _one(platform, tenant.id, queries["escalated"], id=left.id) == 1
    assert await _one(platform, tenant.id, queries["expired"], id=silent.id) == 1
    assert await _one(platform, tenant.id, "SELECT count(*) FROM document WHERE status = 'expired'") == 2


async def test_a_party_that_changed_has_its_case_computed_anew(jobs: App, platform: Platform, tenant: Tenant) -> None:
    bank = await make.bank(platform, tenant)
    known = await make.person(bank, address=False)
    case = await make.draft(bank, known)
    query = "SELECT status FROM case_requirement WHERE case_id = :id AND code = 'residence'"
    before = await _one(platform, tenant.id, query, id=case.id)
    home = AddressInput(kind="home", text="Korunní 48, Praha", country="CZ")
    await bank.run("rm", customers.add_address, known.party_id, home)
    unheard = await _one(platform, tenant.id, query, id=case.id)
    await _run(jobs, "outbox.dispatch")
    assert (before, unheard, await _one(platform, tenant.id, query, id=case.id)) == ("open", "open", "satisfied")


async def test_an_owner_who_is_decided_has_the_organisation_looked_at_again(platform: Platform, tenant: Tenant) -> None:
    bank = await make.bank(platform, tenant)
    owner = await make.person(bank, customer=False)
    parent = await make.submitted(bank, await make.organisation(bank, {owner.party_id: "1"}))
    child = await _one(platform, tenant.id, "SELECT id FROM onboarding_case WHERE parent_id = :id", id=parent.id)
    await make.lists(bank)
    await bank.run("officer", onboarding.start_review, child)
    await bank.run("officer", onboarding.run_checks, child)
    conditions = [ConditionInput("provide_tax_number", date(2027, 1, 31))]
    decision = (Decision.APPROVE_WITH_CONDITIONS, ["met_with_conditions"], conditions)
    await bank.run("officer", onboarding.propose_decision, child, *decision)
    query = "SELECT status FROM case_requirement WHERE case_id = :id AND code = 'owners_identified'"
    assert await _one(platform, tenant.id, query, id=parent.id) == "satisfied"


async def test_a_job_of_a_killed_worker_is_run_again(jobs: App, platform: Platform, tenant: Tenant) -> None:
    job_id = await jobs.configure_task("onboarding.recompute").defer_async(tenant=str(tenant.id), subject=str(new_id()))
    async with jobs.connector.pool.connection() as connection:
        await connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        )
        await connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = "
            "(SELECT max(id) FROM procrastinate_workers) WHERE id = %s",
            [job_id],
        )
    await _run(jobs, "jobs.rescue")
    [job] = await jobs.job_manager.list_jobs_async(id=job_id)
    assert job.status != "doing"


async def test_trouble_in_one_institution_does_not_hold_up_the_others(
    jobs: App, platform: Platform, tenant: Tenant
) -> None:
    seen = []

    async def fail_first(ctx: Context) -> int:
        seen.append(ctx.actor.tenant_id)
        if len(seen) == 1:
            raise RuntimeError
        return 0

    with pytest.raises(ExceptionGroup):
        await Schedule(platform, job_app(platform.database)).sweep(fail_first)
    assert tenant.id in seen
