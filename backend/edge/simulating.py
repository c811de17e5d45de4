"""Simulations outside the request that asks for them: in pieces that commit, with progress that others can read."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from uuid import UUID

from backend.core.actor import Actor, system_actor
from backend.core.errors import TenureError
from backend.edge.platform import Platform
from backend.governance import queries, simulating

_log: Final = logging.getLogger(__name__)
_FAILED: Final = "internal"
_running: Final[set[asyncio.Task[None]]] = set()


async def start(platform: Platform, actor: Actor, run_id: UUID, *, wait_seconds: float) -> None:
    """Runs as a task of this process; waits a little, because most simulations take less than that.

    A process that ends leaves the run unfinished, and `abandoned` lets a job take it up.
    """
    task = asyncio.create_task(carry_out(platform, actor, run_id), name=f"simulation {run_id}")
    _running.add(task)
    task.add_done_callback(_running.discard)
    await asyncio.wait({task}, timeout=wait_seconds)


async def carry_out(
    platform: Platform, actor: Actor, run_id: UUID, *, watch: Callable[[int, int], None] | None = None
) -> None:
    """What goes wrong is told with the run, by its code. `watch` hears of progress where the run is carried out."""

    async def progress(done: int, total: int) -> None:
        if watch is not None:
            watch(done, total)
        await platform.run(actor, lambda ctx: simulating.note_progress(ctx, run_id, done, total))

    try:
        document, stamp = await platform.run(actor, lambda ctx: simulating.measure(ctx, run_id, progress))
        await platform.run(actor, lambda ctx: simulating.finish(ctx, run_id, document, stamp))
    except TenureError as error:
        code = error.code
        await platform.run(actor, lambda ctx: simulating.fail(ctx, run_id, code))
    except Exception:
        _log.exception("simulation %s failed", run_id)
        await platform.run(actor, lambda ctx: simulating.fail(ctx, run_id, _FAILED))


async def take_up_abandoned(platform: Platform, tenant_id: UUID, request_id: str) -> int:
    """Runs whose process ended are carried out here, in the name of the platform."""
    actor = system_actor(tenant_id, request_id)
    runs = await platform.run(actor, queries.abandoned_simulations)
    for run in runs:
        await carry_out(platform, replace(actor, on_behalf_of=run.started_by), run.id)
    return len(runs)
