"""Every SELECT on reports that were run."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.reporting.errors import ReportUnknown
from backend.reporting.models import ReportPiece, ReportProgress, ReportRun, ReportState
from backend.reporting.report import VIEW_LOG


async def runs(ctx: Context, limit: int) -> Sequence[ReportRun]:
    """The newest first: one's own, and everybody's for those who read the log."""
    listed = select(ReportRun).order_by(col(ReportRun.started_at).desc(), col(ReportRun.id).desc()).limit(limit)
    if not ctx.may(*VIEW_LOG, Facts(tenant_id=ctx.actor.tenant_id)):
        listed = listed.where(ReportRun.started_by == ctx.actor.id)
    return (await ctx.session.scalars(listed)).all()


async def visible(ctx: Context, run_id: UUID) -> ReportRun:
    """Raises ReportUnknown."""
    run = await ctx.session.get(ReportRun, run_id)
    if run is None:
        raise ReportUnknown()
    if run.started_by != ctx.actor.id and not ctx.may(*VIEW_LOG, Facts(tenant_id=ctx.actor.tenant_id)):
        raise ReportUnknown()
    return run


async def under_way(ctx: Context, person: UUID) -> int:
    mine = select(func.count()).where(ReportRun.started_by == person, ReportRun.state == ReportState.RUNNING)
    return int((await ctx.session.execute(mine)).scalar_one())


async def progress_of(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, ReportProgress]:
    found = await ctx.session.scalars(select(ReportProgress).where(col(ReportProgress.id).in_(ids)))
    return {progress.id: progress for progress in found}


async def silent(ctx: Context, since: datetime) -> Sequence[ReportRun]:
    """Runs whose process has not been heard of, locked until the transaction ends."""
    lost = (
        select(ReportRun)
        .join(ReportProgress, col(ReportProgress.id) == col(ReportRun.id))
        .where(ReportRun.state == ReportState.RUNNING, ReportProgress.at < since)
        .order_by(col(ReportRun.started_at))
        .with_for_update(skip_locked=True)
    )
    return (await ctx.session.scalars(lost)).all()


async def expiring(ctx: Context, limit: int) -> Sequence[ReportRun]:
    done = ReportRun.state == ReportState.FINISHED
    over = select(ReportRun).where(done, col(ReportRun.stored), col(ReportRun.expires_at) <= ctx.now)
    return (await ctx.session.scalars(over.order_by(col(ReportRun.expires_at)).limit(limit))).all()


async def piece(ctx: Context, run_id: UUID, number: int) -> ReportPiece | None:
    wanted = select(ReportPiece).where(ReportPiece.run_id == run_id, ReportPiece.number == number)
    return (await ctx.session.scalars(wanted)).first()
