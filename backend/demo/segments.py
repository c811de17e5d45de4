"""Segments of the demonstration bank over two years of its ledger, and groups that an analyst found."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.periods import months_later
from backend.demo.cases import Story
from backend.engagement.facts import as_of_day
from backend.engagement.segments import queries, service
from backend.engagement.segments.errors import PortfolioTooSmall
from backend.engagement.segments.models import Scheme

_QUARTERS: Final = 8
_A_QUARTER: Final = 3
_GROUPED: Final = 3
_FITS, _ADOPTS = "petr", "alena"


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds runs, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    last = await story.platform.run(system, as_of_day)
    for day in _days(last):
        await story.platform.run(system, partial(service.run_rules, as_of=day))
    await _grouped(story, system, _days(last))


async def _any(ctx: Context) -> bool:
    return await queries.newest_run(ctx, Scheme.RULES) is not None


def _days(last: date) -> list[date]:
    """The last day that is known, and the same day in the quarters before, the oldest first."""
    return [months_later(last, -_A_QUARTER * back) for back in range(_QUARTERS, -1, -1)]


async def _grouped(story: Story, system: Actor, days: Sequence[date]) -> None:
    """A made bank may be too small to have groups."""
    try:
        found = await story.act(_FITS, service.fit)
    except PortfolioTooSmall:
        return
    await story.decide(_ADOPTS, lambda ctx: service.adopt(ctx, found.id))
    for day in days[-_GROUPED:]:
        await story.platform.run(system, partial(service.run_clusters, as_of=day))
