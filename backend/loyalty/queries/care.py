"""Care plans and the steps of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.loyalty.errors import CareStepNotFound
from backend.loyalty.models import (
    LoyaltyCare,
    LoyaltyCareStep,
)


async def care_of(ctx: Context, member_id: UUID) -> LoyaltyCare | None:
    query = select(LoyaltyCare).where(col(LoyaltyCare.member_id) == member_id, col(LoyaltyCare.ended_on).is_(None))
    return (await ctx.session.scalars(query)).first()


async def cares(ctx: Context, member_ids: Collection[UUID]) -> dict[UUID, LoyaltyCare]:
    query = select(LoyaltyCare).where(
        col(LoyaltyCare.member_id).in_(set(member_ids)), col(LoyaltyCare.ended_on).is_(None)
    )
    return {row.member_id: row for row in await ctx.session.scalars(query)}


async def steps_of(ctx: Context, care_ids: Collection[UUID]) -> dict[UUID, list[LoyaltyCareStep]]:
    """Open ones by their day, then what was done, the newest first."""
    query = select(LoyaltyCareStep).where(col(LoyaltyCareStep.care_id).in_(set(care_ids)))
    order = (col(LoyaltyCareStep.closed_at).desc().nulls_first(), col(LoyaltyCareStep.due_on))
    found: dict[UUID, list[LoyaltyCareStep]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(*order)):
        found[row.care_id].append(row)
    return dict(found)


async def care_step(ctx: Context, step_id: UUID) -> LoyaltyCareStep:
    """Raises CareStepNotFound; whether the actor may work on it is asked of its customer."""
    found = (
        await ctx.session.scalars(select(LoyaltyCareStep).where(col(LoyaltyCareStep.id) == step_id).with_for_update())
    ).first()
    if found is None:
        raise CareStepNotFound()
    return found


async def steps_due(ctx: Context, until: date, limit: int) -> Sequence[LoyaltyCareStep]:
    """Open steps of care that are due by then."""
    query = select(LoyaltyCareStep).where(
        col(LoyaltyCareStep.closed_at).is_(None), col(LoyaltyCareStep.due_on) <= until
    )
    return (await ctx.session.scalars(query.order_by(col(LoyaltyCareStep.due_on)).limit(limit))).all()
