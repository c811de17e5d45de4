"""What people do with segments and groups; each answers with the record as it is afterwards."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
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
from backend.api.segment_work import SegmentWork, work_shown
from backend.api.segments import SegmentScheme
from backend.edge import segment_runs
from backend.engagement.segments import queries, service
from backend.engagement.segments.models import WorkKind

_WAIT: Final = 1.0
SegmentWorkResult = Annotated[
    SegmentWork | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("SegmentWorkResult"),
]
GroupingResult = Annotated[
    Grouping | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("GroupingResult"),
]


@strawberry.type
class SegmentMutation:
    @changes("Puts the whole portfolio into segments, beginning at once; the same run under way goes on.")
    async def run_segments(
        self, info: Info, scheme: SegmentScheme = SegmentScheme.RULES, idempotency_key: Key = None
    ) -> SegmentWorkResult:
        return await _asked(info, WorkKind(scheme.value), idempotency_key)

    @changes("Looks for groups in the portfolio, beginning at once, and proposes them.")
    async def fit_groups(self, info: Info, idempotency_key: Key = None) -> SegmentWorkResult:
        return await _asked(info, WorkKind.FIT, idempotency_key)

    @changes("Brings proposed groups into use, by somebody else than who fitted them.")
    async def adopt_groups(self, info: Info, grouping_id: Id, idempotency_key: Key = None) -> GroupingResult:
        return await _grouped(info, lambda ctx: service.adopt(ctx, grouping_id), idempotency_key, grouping_id)

    @changes("Rejects proposed groups.")
    async def reject_groups(self, info: Info, grouping_id: Id, idempotency_key: Key = None) -> GroupingResult:
        return await _grouped(info, lambda ctx: service.reject(ctx, grouping_id), idempotency_key, grouping_id)


async def _asked(info: Info, kind: WorkKind, key: str | None) -> SegmentWorkResult:
    outcome = await write(info, lambda ctx: service.ask(ctx, kind), lambda row: row.id, key=key, given=kind.value)
    if isinstance(outcome, Problem):
        return outcome
    context = info.context
    await segment_runs.start(context.platform, context.actor.tenant_id, context.actor.request_id, wait_seconds=_WAIT)
    return await context.read(lambda ctx: work_shown(ctx, outcome))


async def _grouped(
    info: Info, act: Callable[[Context], Awaitable[Any]], key: str | None, grouping_id: UUID
) -> GroupingResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=str(grouping_id), four_eyes=True)
    if isinstance(outcome, Problem):
        return outcome

    async def found(ctx: Context) -> Grouping:
        return grouping_shown(ctx, await queries.clustering(ctx, outcome))

    return await info.context.read(found)
