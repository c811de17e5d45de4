"""What people do with segments and groups; each answers with the record as it is afterwards."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.groupings import Grouping, grouping_shown
from backend.api.inputs import Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    write,
)
from backend.api.request import Info
from backend.api.segments import SegmentRun, SegmentScheme, segment_run
from backend.engagement.segments import queries, service

SegmentRunResult = Annotated[
    SegmentRun | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("SegmentRunResult"),
]
GroupingResult = Annotated[
    Grouping | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("GroupingResult"),
]


@strawberry.type
class SegmentMutation:
    @changes("Puts the whole portfolio into segments now.")
    async def run_segments(
        self, info: Info, scheme: SegmentScheme = SegmentScheme.RULES, idempotency_key: Key = None
    ) -> SegmentRunResult:
        act = service.run_rules if scheme is SegmentScheme.RULES else service.run_clusters
        outcome = await write(info, act, lambda row: row.id, key=idempotency_key, given=scheme.value)
        if isinstance(outcome, Problem):
            return outcome

        async def found(ctx: Context) -> SegmentRun:
            return segment_run(ctx, await queries.run(ctx, outcome), await queries.clustering_in_use(ctx))

        return await info.context.read(found)

    @changes("Looks for groups in the portfolio and proposes them.")
    async def fit_groups(self, info: Info, idempotency_key: Key = None) -> GroupingResult:
        return await _grouped(info, service.fit, idempotency_key, None)

    @changes("Brings proposed groups into use, by somebody else than who fitted them.")
    async def adopt_groups(self, info: Info, grouping_id: Id, idempotency_key: Key = None) -> GroupingResult:
        return await _grouped(
            info, lambda ctx: service.adopt(ctx, grouping_id), idempotency_key, grouping_id, four_eyes=True
        )

    @changes("Rejects proposed groups.")
    async def reject_groups(self, info: Info, grouping_id: Id, idempotency_key: Key = None) -> GroupingResult:
        return await _grouped(
            info, lambda ctx: service.reject(ctx, grouping_id), idempotency_key, grouping_id, four_eyes=True
        )


async def _grouped(
    info: Info, act: Any, key: str | None, grouping_id: UUID | None, *, four_eyes: bool = False
) -> GroupingResult:
    given = None if grouping_id is None else str(grouping_id)
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=four_eyes)
    if isinstance(outcome, Problem):
        return outcome

    async def found(ctx: Context) -> Grouping:
        return grouping_shown(ctx, await queries.clustering(ctx, outcome))

    return await info.context.read(found)
