"""Events leave the outbox at least once, by one dispatcher at a time, and end as one job."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import system_actor
from backend.core.database import Database
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.jobs.outbox import dispatch
from backend.jobs.schedule import Schedule, job_app

HEARD = {"party.changed": ("first", "second")}


class Line:
    """An institution's outbox, and what was handed over from it."""

    def __init__(self, platform: Platform, tenant: Tenant) -> None:
        self.platform, self.actor = platform, system_actor(tenant.id, "test")
        self.handed: list[tuple[str, UUID]] = []

    async def emit(self, *names: str) -> list[UUID]:
        subjects = [new_id() for _ in names]

        async def work(ctx: Context) -> None:
            for name, subject in zip(names, subjects, strict=True):
                await ctx.emit(name, subject, {"party": str(subject)})

        await self.platform.run(self.actor, work)
        return subjects

    async def defer(self, task: str, event: Outbox) -> None:
        self.handed.append((task, event.subject_id))

    async def dispatch(self) -> int:
        return await self.platform.run(self.actor, lambda ctx: dispatch(ctx, HEARD, self.defer))

    async def waiting(self) -> int:
        async with self.platform.transaction(self.actor) as ctx:
            return await ctx.session.scalar(text("SELECT count(*) FROM outbox WHERE dispatched_at IS NULL"))


@pytest.fixture(scope="module")
def database(own_database: Database) -> Database:
    return own_database


@pytest.fixture
def line(platform: Platform, tenant: Tenant) -> Line:
    return Line(platform, tenant)


async def test_each_subscriber_hears_each_event_in_the_order_of_writing(line: Line) -> None:
    one, other = await line.emit("party.changed", "party.changed")
    assert await line.dispatch() == 2
    assert line.handed == [("first", one), ("second", one), ("first", other), ("second", other)]


async def test_what_was_handed_over_is_not_handed_over_again(line: Line) -> None:
    await line.emit("party.changed")
    assert [await line.dispatch(), await line.dispatch()] == [1, 0]
    assert len(line.handed) == 2


async def test_an_event_that_nobody_hears_is_marked_too(line: Line) -> None:
    await line.emit("customer.activated")
    await line.dispatch()
    assert (line.handed, await line.waiting()) == ([], 0)


async def test_a_failure_on_the_way_leaves_the_events_waiting(line: Line) -> None:
    await line.emit("party.changed", "party.changed")

    async def fail(task: str, event: Outbox) -> None:
        await line.defer(task, event)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await line.platform.run(line.actor, lambda ctx: dispatch(ctx, HEARD, fail))
    assert await line.waiting() == 2
    await line.dispatch()
    assert (len(line.handed), await line.waiting()) == (5, 0)


async def test_two_dispatchers_share_the_events_between_them(line: Line) -> None:
    """The second does not wait for the first, nor take what the first holds."""
    await line.emit("party.changed")
    holding, leave = asyncio.Event(), asyncio.Event()

    async def slow(task: str, event: Outbox) -> None:
        await line.defer(task, event)
        holding.set()
        await leave.wait()

    first = asyncio.create_task(line.platform.run(line.actor, lambda ctx: dispatch(ctx, HEARD, slow)))
    await holding.wait()
    (late,) = await line.emit("party.changed")
    assert await asyncio.wait_for(line.dispatch(), 60) == 1
    leave.set()
    assert await first == 1
    assert sorted(task for task, subject in line.handed if subject == late) == ["first", "second"]
    assert len(line.handed) == 4


async def test_another_institutions_events_are_left_alone(line: Line) -> None:
    await line.emit("party.changed")
    other = system_actor(new_id(), "test")
    assert await line.platform.run(other, lambda ctx: dispatch(ctx, HEARD, line.defer)) == 0


async def test_events_handed_over_twice_are_one_job_while_it_waits(line: Line) -> None:
    """A crash between handing over and marking repeats the hand-over; the queueing lock holds one job."""
    app = job_app(line.platform.database)
    schedule = Schedule(line.platform, app)
    (party,) = await line.emit("party.changed")
    async with app.open_async():
        for _ in range(2):
            await schedule.sweep(schedule._dispatch)
            async with line.platform.transaction(line.actor) as ctx:
                await ctx.session.execute(text("UPDATE outbox SET dispatched_at = NULL"))
        jobs = list(await app.job_manager.list_jobs_async(queueing_lock=f"onboarding.recompute:{party}"))
    assert [(job.task_name, job.status) for job in jobs] == [("onboarding.recompute", "todo")]
