"""Holds, batches of what is due, and erasures."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlmodel import col
from sqlmodel import select as models

from backend.access.context import Context
from backend.access.scopes import Facts as Standing
from backend.customers.queries.sight import allowed_ids, facts
from backend.rights.models import (
    BatchState,
    DueState,
    Erasure,
    ErasureState,
    LegalHold,
    RetentionBatch,
    RetentionDue,
)
from backend.rights.standing import HOLDING


async def holds(ctx: Context, *, standing: bool = True) -> Sequence[LegalHold]:
    query = models(LegalHold).where(col(LegalHold.party_id).in_(allowed_ids(ctx, "view", "legal_hold")))
    if standing:
        query = query.where(col(LegalHold.state).in_(HOLDING))
    return (await ctx.session.scalars(query.order_by(col(LegalHold.id).desc()).limit(200))).all()


async def standing_with(ctx: Context, party_id: UUID, maker_id: UUID | None) -> Standing:
    """What access needs to know for a second person's step on the person's record."""
    return replace(await facts(ctx, party_id), maker_id=maker_id, deciders=frozenset())


def require_sight(ctx: Context) -> None:
    ctx.require("view", "retention", Standing(tenant_id=ctx.actor.tenant_id))


def may_approve(ctx: Context, batch: RetentionBatch | None) -> bool:
    if batch is None:
        return False
    known = Standing(tenant_id=batch.tenant_id, maker_id=batch.proposed_by, deciders=frozenset())
    return ctx.may("approve", "retention", known)


async def holds_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[LegalHold]]:
    """What protects each of them now, whatever the actor may see of holds."""
    query = models(LegalHold).where(col(LegalHold.party_id).in_(party_ids), col(LegalHold.state).in_(HOLDING))
    found: dict[UUID, list[LegalHold]] = defaultdict(list)
    for row in await ctx.session.scalars(query):
        found[row.party_id].append(row)
    return dict(found)


async def batches(ctx: Context, limit: int = 50) -> Sequence[RetentionBatch]:
    return (
        await ctx.session.scalars(models(RetentionBatch).order_by(col(RetentionBatch.id).desc()).limit(limit))
    ).all()


async def open_batch(ctx: Context) -> RetentionBatch | None:
    query = models(RetentionBatch).where(col(RetentionBatch.state) == BatchState.PROPOSED)
    return (await ctx.session.scalars(query)).first()


async def due_in(
    ctx: Context, batch_id: UUID, *, state: str | None = None, after: UUID | None = None, limit: int = 100
) -> Sequence[RetentionDue]:
    query = models(RetentionDue).where(col(RetentionDue.batch_id) == batch_id)
    if state is not None:
        query = query.where(col(RetentionDue.state) == state)
    if after is not None:
        query = query.where(col(RetentionDue.id) > after)
    return (await ctx.session.scalars(query.order_by(col(RetentionDue.id)).limit(limit))).all()


async def due_counts(ctx: Context, batch_id: UUID) -> dict[str, int]:
    counted = (
        select(col(RetentionDue.state), func.count())
        .where(col(RetentionDue.batch_id) == batch_id)
        .group_by(col(RetentionDue.state))
    )
    return {row[0]: row[1] for row in await ctx.session.execute(counted)}


async def finishing(ctx: Context) -> Sequence[RetentionBatch]:
    query = models(RetentionBatch).where(col(RetentionBatch.state) == BatchState.APPROVED)
    return (await ctx.session.scalars(query)).all()


async def erasures(ctx: Context, limit: int = 50) -> Sequence[Erasure]:
    """Newest first."""
    allowed = col(Erasure.party_id).in_(allowed_ids(ctx, "view", "retention"))
    return (
        await ctx.session.scalars(models(Erasure).where(allowed).order_by(col(Erasure.id).desc()).limit(limit))
    ).all()


async def erasure_of(ctx: Context, party_id: UUID) -> Erasure | None:
    standing = models(Erasure).where(col(Erasure.party_id) == party_id, col(Erasure.state) != ErasureState.CANCELLED)
    return (await ctx.session.scalars(standing)).first()


async def unfinished(ctx: Context) -> Erasure | None:
    """The next erasure to go on with; what another worker holds is left to it."""
    ended = (ErasureState.COMPLETE, ErasureState.CANCELLED)
    query = models(Erasure).where(col(Erasure.state).not_in(ended)).order_by(col(Erasure.id)).limit(1)
    return (await ctx.session.scalars(query.with_for_update(skip_locked=True))).first()


async def proposed_again(ctx: Context, party_ids: Collection[UUID]) -> set[UUID]:
    """Those that stand in a batch that is open or being carried out."""
    query = (
        select(col(RetentionDue.party_id))
        .join(RetentionBatch, col(RetentionBatch.id) == col(RetentionDue.batch_id))
        .where(
            col(RetentionDue.party_id).in_(party_ids),
            or_(
                col(RetentionBatch.state) == BatchState.PROPOSED,
                and_(col(RetentionBatch.state) == BatchState.APPROVED, col(RetentionDue.state) == DueState.PROPOSED),
            ),
        )
    )
    return set(await ctx.session.scalars(query))
