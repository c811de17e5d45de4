"""A run over the portfolio that goes on page by page, carried outside the request that asks for it.

Each page is a transaction of its own. A process that ends leaves the run unfinished, and the schedule goes on where it
stopped.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

from backend.access.context import Context
from backend.core.actor import Actor, system_actor
from backend.edge.platform import Platform

Watch = Callable[[int, int], None]
_UNDER_WAY: Final = "running"
_log: Final = logging.getLogger(__name__)
_running: Final[set[asyncio.Task[None]]] = set()


class Run(Protocol):
    id: UUID
    state: str
    done: int
    total: int


R = TypeVar("R", bound=Run)


@dataclass(frozen=True, slots=True)
class PageRuns(Generic[R]):
    """`start` answers the run that is under way, if one is; a step answers None when none is any more.

    `steps` gives what takes one step after the other; it may keep between them what it has read. `after` is done when a
    run came to its end, whoever carried it.
    """

    name: str
    start: Callable[[Context], Awaitable[R]]
    steps: Callable[[], Callable[[Context], Awaitable[R | None]]]
    read: Callable[[Context, UUID], Awaitable[R]]
    after: Callable[[Context], Awaitable[object]] | None = None

    async def begin(self, platform: Platform, tenant_id: UUID, request_id: str, *, wait_seconds: float) -> None:
        """Carries the run to its end, and waits a little, because a small portfolio takes less than that."""
        task = asyncio.create_task(
            self._carried(platform, system_actor(tenant_id, request_id)), name=f"{self.name} {tenant_id}"
        )
        _running.add(task)
        task.add_done_callback(_running.discard)
        await asyncio.wait({task}, timeout=wait_seconds)

    async def to_its_end(self, platform: Platform, actor: Actor, watch: Watch) -> R:
        """A run from its start, or the one that was cut off from where it stopped."""
        run = await self._stepped(platform, actor, watch)
        if self.after is not None:
            await platform.run(actor, self.after)
        return run

    async def _stepped(self, platform: Platform, actor: Actor, watch: Watch) -> R:
        run = await platform.run(actor, self.start)
        id_, advance = run.id, self.steps()
        watch(run.done, run.total)
        while run.state == _UNDER_WAY:
            further = await platform.run(actor, advance)
            if further is None:
                return await platform.run(actor, lambda ctx: self.read(ctx, id_))
            run = further
            watch(run.done, run.total)
        return run

    async def _carried(self, platform: Platform, actor: Actor) -> None:
        try:
            await self.to_its_end(platform, actor, lambda _done, _total: None)
        except Exception:
            _log.exception("a run over the portfolio stopped (%s); the schedule goes on with it", self.name)
