"""A rating of the portfolio outside the request that asks for it: page by page, begun at once in this process."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final
from uuid import UUID

from backend.core.actor import Actor, system_actor
from backend.edge.platform import Platform
from backend.risk import queries, service
from backend.risk.models import RatingRun, RunState

Watch = Callable[[int, int], None]
_log: Final = logging.getLogger(__name__)
_running: Final[set[asyncio.Task[None]]] = set()


async def start(platform: Platform, tenant_id: UUID, request_id: str, *, wait_seconds: float) -> None:
    """Carries the run that is under way to its end, and waits a little, because a small portfolio takes less than that.

    A process that ends leaves the run unfinished, and the schedule goes on where it stopped.
    """
    task = asyncio.create_task(_carried(platform, system_actor(tenant_id, request_id)), name=f"rating {tenant_id}")
    _running.add(task)
    task.add_done_callback(_running.discard)
    await asyncio.wait({task}, timeout=wait_seconds)


async def _carried(platform: Platform, actor: Actor) -> None:
    try:
        await to_its_end(platform, actor, lambda _done, _total: None)
    except Exception:
        _log.exception("a rating of the portfolio stopped; the schedule goes on with it")


async def to_its_end(platform: Platform, actor: Actor, watch: Watch) -> RatingRun:
    """A run from its start, or the one that was cut off from where it stopped."""
    run = await platform.run(actor, service.start)
    id_ = run.id
    watch(run.done, run.total)
    while run.state == RunState.RUNNING:
        further = await platform.run(actor, service.advance)
        if further is None:
            return await platform.run(actor, lambda ctx: queries.run(ctx, id_))
        run = further
        watch(run.done, run.total)
    return run
