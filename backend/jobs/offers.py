"""Jobs of offers: sales find the acceptances that they came from, and every night ranks whom to look at first."""

from collections.abc import Callable
from typing import Final

from backend.access.models import Tenant
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.engagement.offers import service

Progress = Callable[[str, int, int], None]
STAGE: Final = "offers"
STAGES: Final = {STAGE: "Ranking offers"}
_BATCH: Final = 500
tie_sales = service.tie_sales


async def rank_all(platform: Platform, actor: Actor, progress: Progress) -> int:
    """How many have an offer; a batch a transaction, so that a run that is cut off leaves the rest as it was."""
    begun, found = platform.clock(), 0
    await platform.run(actor, service.learn)
    people = await platform.run(actor, service.to_rank)
    for first in range(0, len(people), _BATCH):
        some = people[first : first + _BATCH]
        found += await platform.run(actor, lambda ctx, of=some: service.rank(ctx, of))  # type: ignore[misc]
        progress(STAGE, min(first + _BATCH, len(people)), len(people))
    await platform.run(actor, lambda ctx: service.forget(ctx, begun))
    return found


async def nightly(platform: Platform, tenant: Tenant) -> None:
    """For the schedule."""
    await rank_all(platform, system_actor(tenant.id, f"job-{new_id()}"), lambda *_: None)


JOBS: Final = {"offers.rank": ("10 5 * * *", nightly)}
"""When it runs in every institution: after scores, consents and stages of the night."""
