"""Runs and searches that were asked for: they wait, are carried out in one transaction, and say what went wrong."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.engagement.segments import queries
from backend.engagement.segments.errors import ClusteringMissing, RunUnderWay
from backend.engagement.segments.models import SegmentProgress, SegmentWork, WorkKind, WorkState
from backend.engagement.segments.progress import Stage, Tell
from backend.engagement.segments.service.grouping import fit
from backend.engagement.segments.service.running import run_clusters, run_rules


class _Made(Protocol):
    id: UUID


async def ask(ctx: Context, kind: WorkKind) -> SegmentWork:
    """What is under way already is answered again, so that asking twice is asking once.

    Raises NotAllowed, RunUnderWay while something else is, and ClusteringMissing for a run by groups without any.
    """
    queries.may(ctx, "fit" if kind is WorkKind.FIT else "run")
    waiting = await queries.waiting_work(ctx)
    if waiting is not None:
        if waiting.kind == kind:
            return waiting
        raise RunUnderWay()
    if kind is WorkKind.CLUSTERS and await queries.clustering_in_use(ctx) is None:
        raise ClusteringMissing()
    row = SegmentWork(
        id=new_id(), tenant_id=ctx.actor.tenant_id, kind=kind.value, requested_by=ctx.actor.id, requested_at=ctx.now
    )
    async with ctx.audit("segment.ask", ("segment_work", row.id), reason=kind.value):
        ctx.session.add(row)
    return row


async def carry_out(ctx: Context, work_id: UUID, tell: Tell) -> SegmentWork:
    """By an actor in the name of whoever asked; the result and the end of the work are one transaction.

    Raises RunUnderWay while another process is at it, and what the run itself raises.
    """
    if not await queries.lock(ctx.session, ctx.actor.tenant_id):
        raise RunUnderWay()
    row = await queries.work(ctx, work_id, lock=True)
    if row.state != WorkState.WAITING:
        return row
    made = await _DONE_BY[WorkKind(row.kind)](ctx, tell)
    async with ctx.audit("segment.done", ("segment_work", row.id), reason=row.kind):
        row.state, row.ended_at, row.result_id = WorkState.DONE, ctx.now, made.id
    return row


async def fail(ctx: Context, work_id: UUID, failure: str) -> SegmentWork:
    row = await queries.work(ctx, work_id, lock=True)
    if row.state == WorkState.WAITING:
        async with ctx.audit("segment.fail", ("segment_work", row.id), reason=row.kind):
            row.state, row.ended_at, row.failure = WorkState.FAILED, ctx.now, failure
    return row


async def note(ctx: Context, work_id: UUID, stage: Stage, done: int, total: int) -> None:
    row = await queries.progress(ctx, work_id)
    if row is None:
        row = SegmentProgress(
            id=work_id, tenant_id=ctx.actor.tenant_id, stage=stage.value, done=done, total=total, at=ctx.now
        )
        ctx.session.add(row)
    row.stage, row.done, row.total, row.at = stage.value, done, total, ctx.now


async def _by_rules(ctx: Context, tell: Tell) -> _Made:
    return await run_rules(ctx, tell=tell)


_DONE_BY: Final[Mapping[WorkKind, Callable[[Context, Tell], Awaitable[_Made]]]] = {
    WorkKind.RULES: _by_rules,
    WorkKind.CLUSTERS: run_clusters,
    WorkKind.FIT: fit,
}
