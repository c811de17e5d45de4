"""Goals of the demonstration bank, what was reached in each of the last thirteen months, and the week's report."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Final

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.clock import FixedClock
from backend.core.periods import months_later
from backend.demo.cases import Story
from backend.engagement.targets import queries, service
from backend.jobs import targets as jobs

_MONTHS: Final = 12
_SETS: Final = "karel"
_GOALS: Final = (
    ("satisfaction", Decimal(30)),
    ("churn", Decimal("0.01")),
    ("conversion", Decimal("0.75")),
    ("cost_to_serve", Decimal(5)),
    ("time_to_yes", Decimal(48)),
    ("reviews_in_time", Decimal("0.95")),
    ("complaints_in_time", Decimal("0.98")),
)
_STRICTER: Final = ("complaints_in_time", Decimal("0.99"))


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds figures, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    now = story.platform.clock()
    this = now.date().replace(day=1)
    first = months_later(this, -_MONTHS)
    for measure, value in _GOALS:
        await _set(story, first, measure, value)
    await _set(story, months_later(this, -3), *_STRICTER)
    for back in range(_MONTHS, -1, -1):
        month = months_later(this, -back)
        await _computed(story, system, month, min(_morning_after(month), now))
    await jobs.report(story.platform, system, at_once=True)


async def _any(ctx: Context) -> bool:
    return bool(await queries.snapshots(ctx, 1))


async def _set(story: Story, month: date, measure: str, value: Decimal) -> None:
    """In the month from which it counts."""
    then = replace(story, platform=replace(story.platform, clock=FixedClock(datetime.combine(month, time(9), UTC))))
    await then.act(_SETS, lambda ctx: service.set_goal(ctx, measure, "all", "", value, month))


async def _computed(story: Story, system: Actor, month: date, at: datetime) -> None:
    platform = replace(story.platform, clock=FixedClock(at))
    await platform.run(system, partial(service.compute, first=month))


def _morning_after(month: date) -> datetime:
    """The first morning of the next month."""
    return datetime.combine(months_later(month, 1), time(5), UTC)
