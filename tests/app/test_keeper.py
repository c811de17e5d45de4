"""Work beside the doors that ends is begun again, and the process says that it is not ready meanwhile."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from backend.app.keeper import Keeper


class Fragile:
    """Fails as often as it is told to, then works."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.runs = 0
        self.failed, self.works = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> None:
        self.runs += 1
        if self.runs <= self.failures:
            self.failed.set()
            raise RuntimeError(f"run {self.runs}")
        self.works.set()
        await asyncio.Event().wait()


@asynccontextmanager
async def kept(keeper: Keeper) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(keeper.run(stop))
    try:
        yield
    finally:
        stop.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_work_that_died_is_begun_again(caplog: pytest.LogCaptureFixture) -> None:
    work = Fragile(3)
    async with kept(Keeper("jobs", work, shortest=0.01)), asyncio.timeout(60):
        await work.works.wait()
    assert work.runs == 4
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == ["jobs stopped"] * 3


async def test_the_pause_doubles_up_to_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    wait_for = asyncio.wait_for

    async def noted(waiting: object, seconds: float) -> object:
        pauses.append(seconds)
        return await wait_for(waiting, 0)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "wait_for", noted)
    work = Fragile(5)
    async with kept(Keeper("jobs", work, shortest=1, longest=6)), asyncio.timeout(60):
        await work.works.wait()
    assert pauses == [1, 2, 4, 6, 6]


async def test_a_process_ails_until_its_work_is_steady_again() -> None:
    work = Fragile(1)
    keeper = Keeper("jobs", work, shortest=0.01, steady=0.5)
    seen = []
    async with kept(keeper), asyncio.timeout(60):
        await work.failed.wait()
        seen.append(keeper.ailing)  # down
        await work.works.wait()
        seen.append(keeper.ailing)  # up, and not yet trusted
        while keeper.ailing:  # noqa: ASYNC110 - nobody signals it
            await asyncio.sleep(0.01)
    assert seen == [True, True]


async def test_work_that_never_failed_does_not_ail() -> None:
    work = Fragile(0)
    keeper = Keeper("jobs", work)
    async with kept(keeper), asyncio.timeout(60):
        await work.works.wait()
        assert not keeper.ailing


async def test_work_that_returns_is_begun_again() -> None:
    runs = asyncio.Semaphore(0)

    async def ends() -> None:
        runs.release()

    async with kept(Keeper("jobs", ends, shortest=0.01)), asyncio.timeout(60):
        for _ in range(3):
            await runs.acquire()


async def test_work_that_ends_because_it_was_told_to_is_not_begun_again(caplog: pytest.LogCaptureFixture) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(Keeper("sequencer", stop.wait).run(stop))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    stop.set()
    async with asyncio.timeout(60):
        await task
    assert caplog.records == []
