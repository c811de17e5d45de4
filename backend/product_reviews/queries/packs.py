"""Review packs: one, those of a product, the one that waits, how far it is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.product_reviews.errors import PackNotFound
from backend.product_reviews.models import PackProgress, PackState, ProductReviewPack
from backend.product_reviews.queries.reviews import OBJECT, facts

_SHOWN: Final = 50


async def pack(ctx: Context, pack_id: UUID, *, lock: bool = False) -> ProductReviewPack:
    """Raises PackNotFound, NotAllowed."""
    ctx.require("view", OBJECT, facts(ctx))
    query = select(ProductReviewPack).where(ProductReviewPack.id == pack_id)
    query = query.with_for_update().execution_options(populate_existing=True) if lock else query
    found = (await ctx.session.scalars(query)).first()
    if found is None:
        raise PackNotFound()
    return found


async def packs_of_review(ctx: Context, review_id: UUID) -> Sequence[ProductReviewPack]:
    """The newest first."""
    query = select(ProductReviewPack).where(ProductReviewPack.review_id == review_id)
    return (await ctx.session.scalars(query.order_by(col(ProductReviewPack.id).desc()).limit(_SHOWN))).all()


async def packs_of(ctx: Context, product_id: UUID) -> Sequence[ProductReviewPack]:
    """The newest first."""
    ctx.require("view", OBJECT, facts(ctx))
    query = select(ProductReviewPack).where(ProductReviewPack.product_id == product_id)
    return (await ctx.session.scalars(query.order_by(col(ProductReviewPack.id).desc()).limit(_SHOWN))).all()


async def newest_of(ctx: Context, review_id: UUID) -> ProductReviewPack | None:
    query = select(ProductReviewPack).where(ProductReviewPack.review_id == review_id)
    return (await ctx.session.scalars(query.order_by(col(ProductReviewPack.id).desc()).limit(1))).first()


async def active(ctx: Context, product_id: UUID) -> ProductReviewPack | None:
    under_way = [PackState.WAITING.value, PackState.RUNNING.value]
    query = select(ProductReviewPack).where(
        ProductReviewPack.product_id == product_id, col(ProductReviewPack.state).in_(under_way)
    )
    return (await ctx.session.scalars(query)).first()


async def waiting(ctx: Context) -> ProductReviewPack | None:
    """The oldest that nobody computes yet; what another worker holds is left to it."""
    query = select(ProductReviewPack).where(ProductReviewPack.state == PackState.WAITING)
    return (
        await ctx.session.scalars(query.order_by(col(ProductReviewPack.id)).limit(1).with_for_update(skip_locked=True))
    ).first()


async def silent(ctx: Context, after: timedelta) -> Sequence[ProductReviewPack]:
    """Packs whose process gave no sign of life for so long."""
    query = (
        select(ProductReviewPack)
        .join(PackProgress, col(PackProgress.id) == col(ProductReviewPack.id))
        .where(ProductReviewPack.state == PackState.RUNNING, col(PackProgress.at) < ctx.now - after)
    )
    return (await ctx.session.scalars(query)).all()


async def progress_of(ctx: Context, pack_ids: Collection[UUID]) -> Mapping[UUID, PackProgress]:
    rows = await ctx.session.scalars(select(PackProgress).where(col(PackProgress.id).in_(pack_ids)))
    return {row.id: row for row in rows}


async def watched_since(ctx: Context, product_id: UUID) -> ProductReviewPack | None:
    """The newest pack of a product that was made without a review."""
    query = select(ProductReviewPack).where(
        ProductReviewPack.product_id == product_id, col(ProductReviewPack.review_id).is_(None)
    )
    return (await ctx.session.scalars(query.order_by(col(ProductReviewPack.id).desc()).limit(1))).first()
