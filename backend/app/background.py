"""What runs beside the doors in a serving process: the sequencer of the log and the worker of the jobs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from backend.audit.sequencer import open_sequencer
from backend.edge.platform import Platform
from backend.jobs.schedule import Schedule, job_app

_log = logging.getLogger(__name__)
_GRACE_SECONDS = 10.0


@asynccontextmanager
async def background(platform: Platform) -> AsyncIterator[None]:
    stop = asyncio.Event()
    sequencer = open_sequencer(platform.settings, platform.database, platform.clock)
    app = job_app(platform.database)
    Schedule(platform, app)
    async with app.open_async():
        worker = app.run_worker_async(
            wait=True,
            install_signal_handlers=False,
            listen_notify=True,
            shutdown_graceful_timeout=_GRACE_SECONDS,
            delete_jobs="successful",
        )
        tasks = [_task("sequencer", sequencer.run(stop)), _task("jobs", worker)]
        try:
            yield
        finally:
            stop.set()
            tasks[1].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await sequencer.close()


def _task(name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_report)
    return task


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("%s stopped", task.get_name(), exc_info=task.exception())
