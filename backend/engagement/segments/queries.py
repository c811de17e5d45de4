"""Every SELECT of segments. Sizes and flows are the institution's; single customers only as far as one may see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, tuple_
from sqlalchemy import select as sql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.customers.queries import allowed_ids
from backend.engagement.segments.errors import ClusteringNotFound, RunNotFound, WorkNotFound
from backend.engagement.segments.models import (
    ClusteringState,
    Scheme,
    SegmentClustering,
    SegmentMember,
    SegmentMove,
    SegmentProgress,
    SegmentRun,
    SegmentWork,
    WorkState,
)

OBJECT: Final = "segment"
_LOCK: Final = 0x5E6
_MOST_IN_A_LIST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Membership:
    scheme: str
    segment: str
    since: date


def may(ctx: Context, action: str) -> Facts:
    """Raises NotAllowed; answers what was asked."""
    facts = Facts(tenant_id=ctx.actor.tenant_id)
    ctx.require(action, OBJECT, facts)
    return facts


async def segments_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, str]:
    """By rules, for the platform's own questions; whoever was never put into one is left out."""
    if not party_ids:
        return {}
    rows = await ctx.session.execute(
        sql(col(SegmentMember.party_id), col(SegmentMember.segment)).where(
            col(SegmentMember.scheme) == Scheme.RULES, col(SegmentMember.party_id).in_(party_ids)
        )
    )
    return {row.party_id: row.segment for row in rows}


async def segments_of_all(ctx: Context) -> dict[UUID, str]:
    rows = await ctx.session.execute(
        sql(col(SegmentMember.party_id), col(SegmentMember.segment)).where(col(SegmentMember.scheme) == Scheme.RULES)
    )
    return {row.party_id: row.segment for row in rows}


async def memberships(ctx: Context, party_id: UUID) -> list[Membership]:
    """Of one customer whom the actor may see."""
    rows = await ctx.session.execute(
        sql(col(SegmentMember.scheme), col(SegmentMember.segment), col(SegmentMember.since))
        .where(col(SegmentMember.party_id) == party_id, _visible(ctx, SegmentMember.party_id))
        .order_by(col(SegmentMember.scheme).desc())
    )
    return [Membership(row.scheme, row.segment, row.since) for row in rows]


async def moves_of(ctx: Context, party_id: UUID) -> Sequence[SegmentMove]:
    """The newest first."""
    query = select(SegmentMove).where(col(SegmentMove.party_id) == party_id, _visible(ctx, SegmentMove.party_id))
    return (
        await ctx.session.scalars(query.order_by(col(SegmentMove.moved_on).desc(), col(SegmentMove.id).desc()))
    ).all()


async def lock(session: AsyncSession, tenant_id: UUID) -> bool:
    """One run at a time in an institution; False while another is under way. Ends with the transaction."""
    return bool(await session.scalar(sql(func.pg_try_advisory_xact_lock(_LOCK, func.hashtext(str(tenant_id))))))


async def waiting_work(ctx: Context) -> SegmentWork | None:
    return await ctx.session.scalar(select(SegmentWork).where(col(SegmentWork.state) == WorkState.WAITING))


async def work(ctx: Context, work_id: UUID, *, lock: bool = False) -> SegmentWork:
    query = select(SegmentWork).where(col(SegmentWork.id) == work_id)
    found = await ctx.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise WorkNotFound()
    return found


async def newest_work(ctx: Context) -> tuple[SegmentWork, SegmentProgress | None] | None:
    """The one under way or the last one, and how far it is. Raises NotAllowed."""
    may(ctx, "view")
    row = await ctx.session.scalar(select(SegmentWork).order_by(col(SegmentWork.requested_at).desc()).limit(1))
    return None if row is None else (row, await progress(ctx, row.id))


async def progress(ctx: Context, work_id: UUID) -> SegmentProgress | None:
    return await ctx.session.get(SegmentProgress, work_id)


async def runs(ctx: Context, scheme: Scheme, limit: int = 24) -> Sequence[SegmentRun]:
    """The newest first."""
    may(ctx, "view")
    query = select(SegmentRun).where(col(SegmentRun.scheme) == scheme)
    ordered = query.order_by(col(SegmentRun.as_of).desc(), col(SegmentRun.run_at).desc())
    return (await ctx.session.scalars(ordered.limit(limit))).all()


async def newest_run(ctx: Context, scheme: Scheme) -> SegmentRun | None:
    query = select(SegmentRun).where(col(SegmentRun.scheme) == scheme)
    ordered = query.order_by(col(SegmentRun.as_of).desc(), col(SegmentRun.run_at).desc())
    return await ctx.session.scalar(ordered.limit(1))


async def run(ctx: Context, run_id: UUID) -> SegmentRun:
    may(ctx, "view")
    found = await ctx.session.get(SegmentRun, run_id)
    if found is None:
        raise RunNotFound()
    return found


async def moves(
    ctx: Context, run_id: UUID, *, origin: str | None, target: str | None, limit: int
) -> Sequence[SegmentMove]:
    """Of one run between two segments, as far as the actor may see the customers."""
    may(ctx, "view")
    query = select(SegmentMove).where(col(SegmentMove.run_id) == run_id, _visible(ctx, SegmentMove.party_id))
    if origin is not None:
        query = query.where(col(SegmentMove.from_segment) == origin)
    if target is not None:
        query = query.where(col(SegmentMove.to_segment) == target)
    return (await ctx.session.scalars(query.order_by(col(SegmentMove.id)).limit(min(limit, _MOST_IN_A_LIST)))).all()


async def members(
    ctx: Context, scheme: Scheme, segment: str, *, after: tuple[date, UUID] | None, limit: int
) -> Sequence[SegmentMember]:
    """Of one segment whom the actor may see, who came last first."""
    may(ctx, "view")
    query = select(SegmentMember).where(
        col(SegmentMember.scheme) == scheme,
        col(SegmentMember.segment) == segment,
        _visible(ctx, SegmentMember.party_id),
    )
    if after is not None:
        query = query.where(tuple_(col(SegmentMember.since), col(SegmentMember.party_id)) < after)
    ordered = query.order_by(col(SegmentMember.since).desc(), col(SegmentMember.party_id).desc())
    return (await ctx.session.scalars(ordered.limit(limit))).all()


async def clusterings(ctx: Context) -> Sequence[SegmentClustering]:
    """The newest first."""
    may(ctx, "view")
    return (await ctx.session.scalars(select(SegmentClustering).order_by(col(SegmentClustering.number).desc()))).all()


async def clustering(ctx: Context, clustering_id: UUID, *, lock: bool = False) -> SegmentClustering:
    may(ctx, "view")
    query = select(SegmentClustering).where(col(SegmentClustering.id) == clustering_id)
    found = await ctx.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise ClusteringNotFound()
    return found


async def clustering_in_use(ctx: Context) -> SegmentClustering | None:
    query = select(SegmentClustering).where(col(SegmentClustering.state) == ClusteringState.IN_USE)
    return await ctx.session.scalar(query)


async def next_number(ctx: Context) -> int:
    return int(await ctx.session.scalar(sql(func.coalesce(func.max(SegmentClustering.number), 0) + 1)) or 1)


def _visible(ctx: Context, party_id: Any) -> ColumnElement[bool]:
    visible: ColumnElement[bool] = col(party_id).in_(allowed_ids(ctx, "view"))
    return visible
