"""What is asked about segments and groups."""

from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.groupings import Grouping, grouping_shown
from backend.api.pages import First, page_size
from backend.api.request import Info
from backend.api.segment_work import SegmentWork, newest_work
from backend.api.segments import SegmentMember, SegmentMove, SegmentRun, SegmentScheme, segment_move, segment_run
from backend.engagement.segments import queries
from backend.engagement.segments.models import Scheme


@strawberry.type
class SegmentQuery:
    @resolved("Runs, the newest first.", weight=10, sliced_by="first")
    async def segment_runs(
        self, info: Info, scheme: SegmentScheme = SegmentScheme.RULES, first: First = 24
    ) -> list[SegmentRun]:
        wanted, limit = Scheme(scheme.value), page_size(first)

        async def found(ctx: Context) -> list[SegmentRun]:
            rows = await queries.runs(ctx, wanted, limit)
            used = await queries.clustering_in_use(ctx) if wanted is Scheme.CLUSTERS else None
            return [segment_run(ctx, row, used) for row in rows]

        return await info.context.read(found)

    @resolved("Customers who moved in a run, as far as they may be seen.", weight=5, sliced_by="first")
    async def segment_moves(
        self, info: Info, run_id: UUID, origin: str | None = None, target: str | None = None, first: First = 50
    ) -> list[SegmentMove]:
        limit = page_size(first)

        async def found(ctx: Context) -> list[SegmentMove]:
            rows = await queries.moves(ctx, run_id, origin=origin, target=target, limit=limit)
            return [segment_move(row) for row in rows]

        return await info.context.read(found)

    @resolved("Customers of a segment, as far as they may be seen; who came last first.", weight=5, sliced_by="first")
    async def segment_members(
        self, info: Info, segment: str, scheme: SegmentScheme = SegmentScheme.RULES, first: First = 50
    ) -> list[SegmentMember]:
        wanted, limit = Scheme(scheme.value), page_size(first)
        rows = await info.context.read(lambda ctx: queries.members(ctx, wanted, segment, after=None, limit=limit))
        return [SegmentMember(segment=row.segment, since=row.since, party_id=row.party_id) for row in rows]

    @resolved("The run or search that is under way, or the last one that was asked for.", weight=3)
    async def segment_work(self, info: Info) -> SegmentWork | None:
        return await info.context.read(newest_work)

    @resolved("Groups that were found, the newest first.", weight=10, size=5)
    async def groupings(self, info: Info) -> list[Grouping]:
        async def found(ctx: Context) -> list[Grouping]:
            return [grouping_shown(ctx, row) for row in await queries.clusterings(ctx)]

        return await info.context.read(found)
