"""Keeps the work beside the doors going: what ends by itself is reported, begun again after a pause, and makes the
process unready until it has run steadily for a while."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

_log = logging.getLogger(__name__)
_SHORTEST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 5.0


@dataclass(slots=True)
class Keeper:
    """`work` is called for each run, and is expected neither to return nor to raise before it is told to stop.

    Seconds: the first pause, which doubles from failure to failure up to the longest; and how long a run must last to
    count as steady.
    """

    name: str
    work: Callable[[], Awaitable[None]]
    shortest: float = _SHORTEST_PAUSE
    longest: float = _LONGEST_PAUSE
    steady: float = _STEADY_SECONDS
    _failures: int = 0
    _began: float | None = None

    @property
    def ailing(self) -> bool:
        """Down, or up again too short a time to be trusted."""
        return self._failures > 0 and not self._is_steady()

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._began = _now()
            try:
                await self.work()
            except Exception:
                _log.exception("%s stopped", self.name)
            else:
                if stop.is_set():
                    return
                _log.error("%s ended by itself", self.name)
            self._failures = 1 if self._is_steady() else self._failures + 1
            self._began = None
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), min(self.shortest * 2 ** (self._failures - 1), self.longest))

    def _is_steady(self) -> bool:
        return self._began is not None and _now() - self._began >= self.steady


def _now() -> float:
    return asyncio.get_running_loop().time()
