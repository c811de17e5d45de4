"""Ratings as jobs: of whom a change touched, of the whole portfolio with progress, and of all that is stored again."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.actor import Actor
from backend.edge import rating_runs
from backend.edge.platform import Platform
from backend.onboarding import service as onboarding
from backend.risk import queries, service
from backend.risk.models import Cause, RatingRun
from backend.risk.replay import Replayed

Progress = Callable[[str, int, int], None]
_REPLAYED: Final = 1_000


async def rate_changed(ctx: Context, party_id: UUID) -> None:
    """The party that changed, and whatever it owns: owners count in the rating of an organisation."""
    owned = await queries.owned_by(ctx, party_id)
    rated = await service.rate_now(ctx, [party_id, *owned], Cause.CHANGE)
    for change in rated.changes:
        await onboarding.answer_again(ctx, change.party_id, "rating")


async def rate_portfolio(platform: Platform, actor: Actor, progress: Progress) -> RatingRun:
    return await rating_runs.to_its_end(platform, actor, partial(progress, "rate"))


async def replay(platform: Platform, actor: Actor, since: datetime | None, progress: Progress) -> Replayed:
    """Every stored rating from `since` on, recomputed; what it found, in one."""
    total = await platform.run(actor, lambda ctx: queries.stored_count(ctx, since))
    whole, after = Replayed(), None
    while True:
        page = await platform.run(actor, partial(service.replay, after=after, since=since, limit=_REPLAYED))
        whole.checked += page.checked
        whole.erased += page.erased
        whole.differences += page.differences
        progress("replay", whole.checked + whole.erased, total)
        after = page.last
        if after is None:
            return whole
