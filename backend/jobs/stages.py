"""Stages and early warnings as a job: the whole portfolio with progress."""

from collections.abc import Callable
from functools import partial

from backend.core.actor import Actor
from backend.edge import stage_runs
from backend.edge.platform import Platform
from backend.engagement.stages.models import StageRun

Progress = Callable[[str, int, int], None]


async def compute_portfolio(platform: Platform, actor: Actor, progress: Progress) -> StageRun:
    return await stage_runs.to_its_end(platform, actor, partial(progress, "stages"))
