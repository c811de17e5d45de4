"""From outbox to jobs: each event becomes one job for each of its subscribers, at least once, in order of writing."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.events import Outbox

Defer = Callable[[str, Outbox], Awaitable[None]]
_BATCH = 500


async def dispatch(ctx: Context, subscribers: Mapping[str, tuple[str, ...]], defer: Defer) -> int:
    """Hands over a batch and marks it; a crash in between hands the same jobs over again under the same lock names."""
    waiting = select(Outbox).where(col(Outbox.dispatched_at).is_(None)).order_by(col(Outbox.id))
    events = (await ctx.session.scalars(waiting.limit(_BATCH).with_for_update(skip_locked=True))).all()
    for event in events:
        for task in subscribers.get(event.name, ()):
            await defer(task, event)
    if events:
        await ctx.session.execute(_mark([event.id for event in events], ctx.now))
    return len(events)


def _mark(ids: list[Any], now: datetime) -> Any:
    return update(Outbox).where(col(Outbox.id).in_(ids)).values(dispatched_at=now)
