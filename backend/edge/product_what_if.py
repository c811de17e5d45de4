"""What a draft of a product would do, measured outside the request that asks, with progress that others can read."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final
from uuid import UUID

from backend.core.actor import Actor, system_actor
from backend.core.errors import TenureError
from backend.edge.platform import Platform
from backend.product_reviews import what_if_service as service

_log: Final = logging.getLogger(__name__)
_FAILED: Final = "internal"
_running: Final[set[asyncio.Task[None]]] = set()


async def proceed(platform: Platform, actor: Actor, run_id: UUID, *, wait_seconds: float) -> None:
    """A run that was begun goes on as a task of this process; waits a little, because most are done by then.

    What a process leaves behind is taken up by a job. It is measured by the platform: who asked may see less.
    """
    worker = replace(system_actor(actor.tenant_id, actor.request_id), on_behalf_of=actor.id)
    task = asyncio.create_task(carry_out(platform, worker, run_id), name=f"what-if {run_id}")
    _running.add(task)
    task.add_done_callback(_running.discard)
    await asyncio.wait({task}, timeout=wait_seconds)


async def carry_out(
    platform: Platform, actor: Actor, run_id: UUID, *, watch: Callable[[int, int], None] | None = None
) -> None:
    """What goes wrong is told with the run, by its code."""

    async def report(done: int, total: int) -> None:
        if watch is not None:
            watch(done, total)
        await platform.run(actor, lambda ctx: service.note_progress(ctx, run_id, done, total))

    try:
        found = await platform.run(actor, lambda ctx: service.measure(ctx, run_id, report))
        await platform.run(actor, lambda ctx: service.finish(ctx, run_id, found))
    except TenureError as error:
        await platform.run(actor, partial(service.fail, run_id=run_id, problem=error.code))
    except Exception:
        _log.exception("what-if %s failed", run_id)
        await platform.run(actor, partial(service.fail, run_id=run_id, problem=_FAILED))


async def take_up_abandoned(platform: Platform, tenant_id: UUID, request_id: str) -> int:
    """Runs whose process ended are carried out here, in the name of the platform."""
    actor = system_actor(tenant_id, request_id)
    runs = await platform.run(actor, service.silent)
    for run in runs:
        await carry_out(platform, replace(actor, on_behalf_of=run.started_by), run.id)
    return len(runs)
