"""Reviews as jobs: what happened is noted, what is due is opened, clocks are watched, movements are looked at."""

from collections.abc import Callable, Iterator, Sequence
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


async def open_all_due(platform: Platform, actor: Actor, progress: Progress) -> service.Opened:
    """What is due is found once, and worked off a batch a transaction."""
    night = await platform.run(actor, service.due_now)
    opened = automatic = done = 0
    for page in _batched(night.parties, _BATCH):
        batch = await platform.run(actor, partial(service.open_due, parties=page, takeovers=night.takeovers))
        opened, automatic, done = opened + batch.opened, automatic + batch.automatic, done + len(page)
        progress("open", done, len(night.parties))
    return service.Opened(opened, automatic)


def _batched(parties: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    return (parties[start : start + size] for start in range(0, len(parties), size))


async def look_at_movements(platform: Platform, actor: Actor, progress: Progress) -> tuple[int, int]:
    """Every customer's movements, a page of customers a transaction; how many were looked at, and how many flags."""
    customers, flags, after = 0, 0, None
    while True:
        page = await platform.run(actor, partial(service.look_at_movements, after=after, limit=_CUSTOMERS))
        customers, flags, after = customers + page.customers, flags + page.flags, page.last
        progress("behaviour", customers, customers)
        if after is None:
            return customers, flags
