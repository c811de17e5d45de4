"""Runs of segments and searches for groups that somebody asked for: how far they are, and what went wrong."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.engagement.segments import models, queries, service


@strawberry.enum
class SegmentWorkKind(Enum):
    RULES = "rules"
    CLUSTERS = "clusters"
    FIT = "fit"


@strawberry.enum
class SegmentWorkState(Enum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@strawberry.enum(description="The portfolio is read, groups are tried or everybody is sorted, the result is written.")
class SegmentWorkStage(Enum):
    READ = "read"
    SORT = "sort"
    TRY = "try"
    WRITE = "write"


@strawberry.type(description="It goes on by itself, also after a restart; one waits at a time.")
class SegmentWork:
    id: UUID
    kind: SegmentWorkKind
    state: SegmentWorkState
    stage: SegmentWorkStage | None
    done: int
    total: int
    requested_at: datetime
    ended_at: datetime | None
    failure: str | None
    result_id: UUID | None = strawberry.field(description="The run, or the grouping.")
    row: strawberry.Private[models.SegmentWork]

    @strawberry.field
    def requested_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.requested_by)


async def newest_work(ctx: Context) -> SegmentWork | None:
    found = await queries.newest_work(ctx)
    return None if found is None else _shown(ctx, *found)


async def work_shown(ctx: Context, work_id: UUID) -> SegmentWork:
    return _shown(ctx, await queries.work(ctx, work_id), await queries.progress(ctx, work_id))


def _shown(ctx: Context, row: models.SegmentWork, at: models.SegmentProgress | None) -> SegmentWork:
    return SegmentWork(
        id=row.id,
        kind=SegmentWorkKind(row.kind),
        state=SegmentWorkState(row.state),
        stage=None if at is None else SegmentWorkStage(at.stage),
        done=0 if at is None else at.done,
        total=0 if at is None else at.total,
        requested_at=row.requested_at,
        ended_at=row.ended_at,
        failure=None if row.failure is None else service.failure_words(ctx.actor.locale, row.failure),
        result_id=row.result_id,
        row=row,
    )
