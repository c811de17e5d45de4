"""Runs of segments and searches for groups outside the request that asks for them, with progress that others read.

What was asked for waits in the record: a process that ends leaves it there, and the schedule takes it up.
"""

import asyncio
import logging
from dataclasses import replace
from typing import Final
from uuid import UUID

from backend.core.actor import Actor, system_actor
from backend.core.errors import TenureError
from backend.edge.platform import Platform
from backend.engagement.failures import INTERNAL, failure_kept
from backend.engagement.segments import queries, service
from backend.engagement.segments.errors import RunUnderWay
from backend.engagement.segments.models import SegmentWork, WorkState
from backend.engagement.segments.progress import Stage
from risk_models.errors import ModelInputError

_log: Final = logging.getLogger(__name__)
_running: Final[set[asyncio.Task[SegmentWork | None]]] = set()


async def start(platform: Platform, tenant_id: UUID, request_id: str, *, wait_seconds: float) -> None:
    """As a task of this process; waits a little, because a small portfolio takes less than that."""
    task = asyncio.create_task(
        carry_waiting(platform, system_actor(tenant_id, request_id)), name=f"segments {tenant_id}"
    )
    _running.add(task)
    task.add_done_callback(_running.discard)
    await asyncio.wait({task}, timeout=wait_seconds)


async def carry_waiting(platform: Platform, actor: Actor) -> SegmentWork | None:
    """What waits, to its end; None where nothing does, or another process is at it. What goes wrong is told with it."""
    waiting = await platform.run(actor, queries.waiting_work)
    if waiting is None:
        return None
    id_, worker = waiting.id, replace(actor, on_behalf_of=waiting.requested_by)

    async def tell(stage: Stage, done: int, total: int) -> None:
        await platform.run(actor, lambda ctx: service.note(ctx, id_, stage, done, total))

    try:
        return await platform.run(worker, lambda ctx: service.carry_out(ctx, id_, tell))
    except RunUnderWay:
        return None
    except (TenureError, ModelInputError) as error:
        failure = failure_kept(error)
    except Exception:
        _log.exception("work on segments %s failed", id_)
        failure = INTERNAL
    return await platform.run(worker, lambda ctx: service.fail(ctx, id_, failure))


async def carry_all(platform: Platform, actor: Actor) -> int:
    """For the schedule: how many were carried out."""
    carried = 0
    while (found := await carry_waiting(platform, actor)) is not None:
        carried += found.state == WorkState.DONE
    return carried
