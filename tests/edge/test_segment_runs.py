"""Runs of segments and searches for groups in the background: carried out, told when they fail, one at a time."""

from datetime import date
from typing import Any

import pytest

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import Actor
from backend.edge import segment_runs
from backend.edge.platform import Platform
from backend.engagement.segments import queries, service
from backend.engagement.segments.errors import ClusteringMissing, RunUnderWay
from backend.engagement.segments.models import SegmentWork, WorkKind, WorkState
from backend.engagement.segments.progress import Stage
from backend.jobs import segmenting
from tests.factories import ledger
from tests.factories.customers import Bank, open_bank, person, with_roles


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    found = await open_bank(platform, tenant)
    party = await found.customer(person())
    await ledger.book(found, (date(2026, 11, 1), "credit", 150_000, None, None), party=party)
    return found


@pytest.fixture
def analyst(bank: Bank) -> Actor:
    return with_roles(bank.colleague, "risk_analyst")


async def newest(bank: Bank) -> Any:
    return await bank.run(bank.system, queries.newest_work)


async def test_what_was_asked_for_is_carried_out_in_the_name_of_who_asked(bank: Bank, analyst: Actor) -> None:
    asked = await bank.run(analyst, service.ask, WorkKind.RULES)
    await segment_runs.start(bank.platform, bank.tenant.id, "r1", wait_seconds=30)
    row, progress = await newest(bank)
    assert (row.id, row.state) == (asked.id, WorkState.DONE)
    run = await bank.run(bank.system, queries.run, row.result_id)
    assert (run.run_by, run.sizes) == (analyst.id, {"private": 1})
    assert (progress.stage, progress.done, progress.total) == (Stage.WRITE, 2, 3)


async def test_asking_twice_is_asking_once(bank: Bank, analyst: Actor) -> None:
    first = await bank.run(analyst, service.ask, WorkKind.RULES)
    assert (await bank.run(analyst, service.ask, WorkKind.RULES)).id == first.id


async def test_one_thing_waits_at_a_time(bank: Bank, analyst: Actor) -> None:
    await bank.run(analyst, service.ask, WorkKind.RULES)
    with pytest.raises(RunUnderWay):
        await bank.run(analyst, service.ask, WorkKind.FIT)


async def test_groups_that_nobody_adopted_cannot_be_run(bank: Bank, analyst: Actor) -> None:
    with pytest.raises(ClusteringMissing):
        await bank.run(analyst, service.ask, WorkKind.CLUSTERS)


async def test_what_goes_wrong_is_told_in_the_readers_language(bank: Bank, analyst: Actor) -> None:
    await bank.run(analyst, service.ask, WorkKind.FIT)
    await segment_runs.start(bank.platform, bank.tenant.id, "r1", wait_seconds=30)
    row, _ = await newest(bank)
    assert row.state == WorkState.FAILED
    assert service.failure_words("en", row.failure).startswith("1 customer is too few")
    assert service.failure_words("zh_CN", row.failure) != service.failure_words("en", row.failure)


async def test_work_of_a_process_that_ended_is_taken_up_by_the_schedule(
    bank: Bank, analyst: Actor, tenant: Tenant
) -> None:
    await bank.run(analyst, service.ask, WorkKind.RULES)
    await segmenting.asked_for(bank.platform, tenant)
    row, _ = await newest(bank)
    assert row.state == WorkState.DONE


async def test_while_another_process_is_at_it_the_work_waits(bank: Bank, analyst: Actor) -> None:
    asked = await bank.run(analyst, service.ask, WorkKind.RULES)

    async def at_it(ctx: Context) -> SegmentWork | None:
        assert await queries.lock(ctx.session, bank.tenant.id)
        return await segment_runs.carry_waiting(bank.platform, bank.system)

    assert await bank.run(bank.system, at_it) is None
    assert (await bank.run(bank.system, queries.work, asked.id)).state == WorkState.WAITING


async def test_a_fault_of_ours_leaves_no_trace_but_its_failure(
    bank: Bank, analyst: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    asked = await bank.run(analyst, service.ask, WorkKind.RULES)
    monkeypatch.setattr(service, "carry_out", broken)
    row = await segment_runs.carry_waiting(bank.platform, bank.system)
    assert row is not None
    assert (row.id, row.state) == (asked.id, WorkState.FAILED)
    assert service.failure_words("en", row.failure or "") == "It ended by a fault; the server's log says which."
