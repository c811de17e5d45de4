"""Segments as jobs: every week, and at once when other rules or other groups than the last run's are in force."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.edge import segment_runs
from backend.edge.platform import Platform
from backend.engagement.segments import queries, service
from backend.engagement.segments.models import Scheme, SegmentRun
from backend.engagement.segments.ruleset import segment_rules

_RUNS: Final[Mapping[Scheme, Callable[[Context], Awaitable[SegmentRun]]]] = {
    Scheme.RULES: service.run_rules,
    Scheme.CLUSTERS: service.run_clusters,
}


async def run_all(platform: Platform, actor: Actor) -> list[SegmentRun]:
    """By rules, and by groups where some are in use; each in a transaction of its own."""
    schemes = [Scheme.RULES]
    if await platform.run(actor, queries.clustering_in_use) is not None:
        schemes.append(Scheme.CLUSTERS)
    return [await platform.run(actor, _RUNS[scheme]) for scheme in schemes]


async def renew(platform: Platform, actor: Actor) -> list[SegmentRun]:
    """Runs what the newest run was not made by."""
    return [await platform.run(actor, _RUNS[scheme]) for scheme in await platform.run(actor, _outdated)]


async def weekly(platform: Platform, tenant: Tenant) -> None:
    """For the schedule."""
    await run_all(platform, system_actor(tenant.id, f"job-{new_id()}"))


async def follow_rules(platform: Platform, tenant: Tenant) -> None:
    """For the schedule."""
    await renew(platform, system_actor(tenant.id, f"job-{new_id()}"))


async def asked_for(platform: Platform, tenant: Tenant) -> None:
    """For the schedule: what a process that ended left waiting."""
    await segment_runs.carry_all(platform, system_actor(tenant.id, f"job-{new_id()}"))


async def _outdated(ctx: Context) -> list[Scheme]:
    found = []
    by_rules = await queries.newest_run(ctx, Scheme.RULES)
    if by_rules is not None and by_rules.ruleset != segment_rules(ctx.policies, ctx.now.date()).sha256:
        found.append(Scheme.RULES)
    used, by_groups = await queries.clustering_in_use(ctx), await queries.newest_run(ctx, Scheme.CLUSTERS)
    if used is not None and (by_groups is None or by_groups.clustering_id != used.id):
        found.append(Scheme.CLUSTERS)
    return found


JOBS: Final = {
    "segments.asked": ("*/2 * * * *", asked_for),
    "segments.run": ("10 4 * * 1", weekly),
    "segments.renew": ("25 * * * *", follow_rules),
}
"""When each runs in every institution."""
