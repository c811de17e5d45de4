"""Assessments as jobs: those that ran out end, those about to are told of, all of them are computed again."""

from collections.abc import Callable
from functools import partial
from typing import Final

from backend.core.actor import Actor
from backend.edge.platform import Platform
from backend.products.suitability import replay, watching
from backend.products.suitability.replay import Replayed

Progress = Callable[[str, int, int], None]
_BATCH: Final = 200
_PAGE: Final = 500


async def look_at_due(platform: Platform, actor: Actor, progress: Progress) -> tuple[int, int]:
    """Batch by batch until nothing is left; how many ended, and of how many was told."""
    ended = told = 0
    while batch := await platform.run(actor, lambda ctx: watching.expire_due(ctx, _BATCH)):
        ended += batch
        progress("due", ended, ended)
    while batch := await platform.run(actor, lambda ctx: watching.remind_due(ctx, _BATCH)):
        told += batch
        progress("due", ended + told, ended + told)
    return ended, told


async def replay_all(platform: Platform, actor: Actor, progress: Progress) -> Replayed:
    """Every stored assessment, a page a transaction."""
    found = Replayed()
    while True:
        page = await platform.run(actor, partial(replay.replay, after=found.last, limit=_PAGE))
        found.checked, found.erased = found.checked + page.checked, found.erased + page.erased
        found.differences += page.differences
        found.last = page.last
        progress("replay", found.checked, found.checked)
        if found.last is None:
            return found
