"""Reviews as jobs: what happened is noted, what is due is opened, clocks are watched, movements are looked at."""

from collections.abc import Callable
from functools import partial
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.actor import Actor
from backend.edge.platform import Platform
from backend.reviews import service
from backend.risk import queries

Progress = Callable[[str, int, int], None]
_BATCH: Final = 500
_CUSTOMERS: Final = 1_000


async def look(ctx: Context, party_id: UUID) -> None:
    """The party that something happened to, and whatever it owns: owners count there."""
    await service.look(ctx, [party_id, *await queries.owned_by(ctx, party_id)])


async def open_due(ctx: Context) -> int:
    """One batch; how many reviews it opened, or ended by rule."""
    return (await service.open_due(ctx, _BATCH)).reviews


async def open_all_due(platform: Platform, actor: Actor, progress: Progress) -> service.Opened:
    """Batch by batch until none is due."""
    opened = automatic = 0
    while (batch := await platform.run(actor, lambda ctx: service.open_due(ctx, _BATCH))).reviews:
        opened, automatic = opened + batch.opened, automatic + batch.automatic
        progress("open", opened + automatic, opened + automatic)
    return service.Opened(opened, automatic)


async def look_at_movements(platform: Platform, actor: Actor, progress: Progress) -> tuple[int, int]:
    """Every customer's movements, a page of customers a transaction; how many were looked at, and how many flags."""
    customers, flags, after = 0, 0, None
    while True:
        page = await platform.run(actor, partial(service.look_at_movements, after=after, limit=_CUSTOMERS))
        customers, flags, after = customers + page.customers, flags + page.flags, page.last
        progress("behaviour", customers, customers)
        if after is None:
            return customers, flags
