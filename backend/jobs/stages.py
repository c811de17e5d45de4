"""Stages and early warnings as jobs: the whole portfolio every night, and a run that was cut off to its end."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from backend.access.models import Tenant
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.edge import stage_runs
from backend.edge.platform import Platform
from backend.engagement.stages import queries
from backend.engagement.stages.models import StageRun

Progress = Callable[[str, int, int], None]
_SILENCE: Final = timedelta(minutes=10)
"""After which a run has nobody who carries it."""


async def compute_portfolio(platform: Platform, actor: Actor, progress: Progress) -> StageRun:
    return await stage_runs.to_its_end(platform, actor, partial(progress, "stages"))


async def nightly(platform: Platform, tenant: Tenant) -> None:
    """For the schedule."""
    await compute_portfolio(platform, _system(tenant), lambda *_: None)


async def take_up(platform: Platform, tenant: Tenant) -> None:
    """For the schedule: a run whose process ended before it did."""
    actor = _system(tenant)
    if await platform.run(actor, lambda ctx: queries.stalled(ctx, ctx.now - _SILENCE)):
        await compute_portfolio(platform, actor, lambda *_: None)


def _system(tenant: Tenant) -> Actor:
    return system_actor(tenant.id, f"job-{new_id()}")


JOBS: Final = {"life.stages": ("40 3 * * *", nightly), "life.stages_run": ("*/5 * * * *", take_up)}
"""When each runs in every institution."""
