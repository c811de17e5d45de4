"""What runs beside the doors in a serving process: the sequencer of the log and the worker of the jobs."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backend.app.keeper import Keeper
from backend.audit.sequencer import Sequencer, Standing, open_sequencer
from backend.edge.platform import Platform
from backend.jobs.schedule import Schedule, job_app
from backend.jobs.screening import keep_current
from backend.privacy.shredding import listen

_GRACE_SECONDS = 10.0


class Background:
    """Both go on when the database was gone, and begin again when they end."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._stop = asyncio.Event()
        self._keepers: tuple[Keeper, ...] = ()
        self._sequencer: Sequencer | None = None

    @property
    def ailing(self) -> tuple[str, ...]:
        """The names of what does not run, or only just runs again."""
        return tuple(keeper.name for keeper in self._keepers if keeper.ailing)

    async def log(self) -> Standing | None:
        """How far the logs are behind; None before the work began."""
        return None if self._sequencer is None else await self._sequencer.standing()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        sequencer = open_sequencer(self._platform.settings, self._platform.database, self._platform.clock)
        self._sequencer = sequencer
        self._keepers = (
            Keeper("sequencer", lambda: sequencer.run(self._stop)),
            Keeper("jobs", self._work),
            Keeper("keys", lambda: listen(self._platform.database, self._platform.keyring, self._stop)),
            Keeper("lists", lambda: keep_current(self._platform, self._stop)),
        )
        tasks = [asyncio.create_task(keeper.run(self._stop), name=keeper.name) for keeper in self._keepers]
        # What was imported stays: the collector need not walk through it again while requests wait.
        gc.collect()
        gc.freeze()
        try:
            yield
        finally:
            self._stop.set()
            tasks[1].cancel()  # the worker heeds nothing else; the sequencer ends its batch
            await asyncio.gather(*tasks, return_exceptions=True)
            await sequencer.close()

    async def _work(self) -> None:
        app = job_app(self._platform.database)
        Schedule(self._platform, app)
        async with app.open_async():
            await app.run_worker_async(
                wait=True,
                install_signal_handlers=False,
                listen_notify=True,
                shutdown_graceful_timeout=_GRACE_SECONDS,
                delete_jobs="successful",
            )
