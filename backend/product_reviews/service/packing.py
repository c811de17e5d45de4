"""Packs: asked for, begun by a worker, finished with what they were computed from, and what their figures ask for."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.core.ids import new_id
from backend.product_reviews import rules
from backend.product_reviews.errors import PackUnderWay
from backend.product_reviews.models import (
    PackProgress,
    PackState,
    ProductReview,
    ProductReviewPack,
    ProductTrigger,
)
from backend.product_reviews.queries import packs, reviews
from backend.product_reviews.rules import Verb
from backend.product_reviews.service.opening import Signal, note
from backend.product_reviews.service.standing import in_force, position, require_run, review_for
from backend.product_reviews.snapshots import Recorded
from backend.products import queries as products
from backend.products.definition import ProductKind
from backend.products.models import Product
from risk_models.product_review.pack import Pack
from risk_models.product_review.triggers import triggers

SILENT: Final = timedelta(minutes=5)


async def request(ctx: Context, review_id: UUID) -> ProductReviewPack:
    """For a review, over its months. Raises PackUnderWay."""
    row = await review_for(ctx, review_id, "work")
    rules.allowed(position(row), Verb.COMPUTE)
    return await _request(ctx, await products.product(ctx, row.product_id), row)


async def request_for(ctx: Context, product_id: UUID, until: date | None) -> ProductReviewPack:
    """By the platform, without a review: a look at a product over chosen months. Raises PackUnderWay."""
    require_run(ctx)
    return await _request(ctx, await products.product(ctx, product_id), None, until)


async def request_watch(ctx: Context, limit: int) -> int:
    """For the schedule: products without a review whose last pack is of an earlier month; how many were asked for."""
    require_run(ctx)
    _, until = rules.period(in_force(ctx).rules, ctx.now.date())
    asked = 0
    for product in await reviews.reviewed_products(ctx):
        last = await packs.watched_since(ctx, product.id)
        recent = last is not None and last.until >= until
        if asked >= limit or recent or await reviews.active_of(ctx, product.id) is not None:
            continue
        if await packs.active(ctx, product.id) is None:
            await _request(ctx, product, None)
            asked += 1
    return asked


async def _request(
    ctx: Context, product: Product, review: ProductReview | None, until: date | None = None
) -> ProductReviewPack:
    await reviews.hold(ctx, product.id)
    if await packs.active(ctx, product.id) is not None:
        raise PackUnderWay()
    loaded = in_force(ctx)
    chosen = rules.period(loaded.rules, until or ctx.now.date())
    since, end = chosen if review is None else (review.since, review.until)
    parameters = loaded.rules.parameters(ProductKind(product.kind), end)
    pack = ProductReviewPack(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        product_id=product.id,
        review_id=None if review is None else review.id,
        since=since,
        until=end,
        currency=await _currency(ctx, product.id),
        ruleset=loaded.sha256,
        parameters=json.dumps(parameters.to_dict(), sort_keys=True),
        requested_by=ctx.actor.id,
        requested_at=ctx.now,
    )
    async with ctx.audit("product_review.request_pack", (reviews.OBJECT, pack.id), ruleset=loaded.sha256):
        ctx.session.add(pack)
    ctx.session.add(PackProgress(id=pack.id, tenant_id=pack.tenant_id, stage="waiting", at=ctx.now))
    await ctx.emit("product_review.pack_requested", pack.id, {"product": str(product.id), "pack": str(pack.id)})
    return pack


async def _currency(ctx: Context, product_id: UUID) -> str:
    versions = (await products.versions_of(ctx, [product_id]))[product_id]
    return products.definition_of(versions[0]).currency


async def begin(ctx: Context, pack_id: UUID | None = None) -> ProductReviewPack | None:
    """The pack that waits longest, or a certain one, is a worker's now; None when none waits."""
    require_run(ctx)
    pack = await (packs.waiting(ctx) if pack_id is None else packs.pack(ctx, pack_id, lock=True))
    if pack is None or pack.state != PackState.WAITING:
        return None
    async with ctx.audit("product_review.begin_pack", (reviews.OBJECT, pack.id)):
        pack.state, pack.started_at = PackState.RUNNING, ctx.now
    await advance(ctx, pack.id, "holdings", 0, 1)
    return pack


async def advance(ctx: Context, pack_id: UUID, stage: str, done: int, total: int) -> None:
    row = await ctx.session.get(PackProgress, pack_id)
    if row is not None:
        row.stage, row.done, row.total, row.at = stage, done, total, ctx.now


async def finish(ctx: Context, pack_id: UUID, inputs: Mapping[str, Recorded], computed: Pack) -> ProductReviewPack:
    """With everything that it was computed from."""
    require_run(ctx)
    pack = await packs.pack(ctx, pack_id, lock=True)
    async with ctx.audit("product_review.finish_pack", (reviews.OBJECT, pack.id), ruleset=pack.ruleset):
        pack.inputs = {table: each.as_json() for table, each in sorted(inputs.items())}
        pack.body, pack.digest = computed.canonical().decode(), computed.digest()
        pack.state, pack.ended_at, pack.failure = PackState.READY, ctx.now, None
    await advance(ctx, pack_id, "ready", 1, 1)
    payload = {"product": str(pack.product_id), "pack": str(pack.id), "digest": pack.digest}
    await ctx.emit("product_review.pack_ready", pack.id, payload)
    return pack


async def fail(ctx: Context, pack_id: UUID, code: str) -> None:
    require_run(ctx)
    pack = await packs.pack(ctx, pack_id, lock=True)
    async with ctx.audit("product_review.fail_pack", (reviews.OBJECT, pack.id), reason=code):
        pack.state, pack.ended_at, pack.failure = PackState.FAILED, ctx.now, code


async def note_replay(ctx: Context, pack_id: UUID, *, equal: bool) -> None:
    """That somebody computed the pack again, and whether it came out the same."""
    pack = await packs.pack(ctx, pack_id)
    async with ctx.audit("product_review.replay", (reviews.OBJECT, pack.id), reason="equal" if equal else "differs"):
        pass


async def take_over(ctx: Context) -> int:
    """Packs whose process ended wait again; how many."""
    require_run(ctx)
    lost = await packs.silent(ctx, SILENT)
    for pack in lost:
        async with ctx.audit("product_review.retry_pack", (reviews.OBJECT, pack.id), reason="silent"):
            pack.state, pack.started_at = PackState.WAITING, None
    return len(lost)


async def follow_pack(ctx: Context, pack_id: UUID) -> ProductReview | None:
    """What the figures ask for is noted on the product's review, or opens it."""
    require_run(ctx)
    pack = await packs.pack(ctx, pack_id)
    if pack.body is None:
        return None
    found = triggers(json.loads(pack.body), in_force(ctx).rules.limits)
    signals = [
        Signal(ProductTrigger(each.kind), each.source, ctx.now.date(), {**each.figures, "pack": str(pack.id)})
        for each in found
    ]
    product = (await ctx.session.scalars(select(Product).where(col(Product.id) == pack.product_id))).one()
    return await note(ctx, product, signals, until=pack.until)


def body_of(pack: ProductReviewPack) -> dict[str, Any] | None:
    return None if pack.body is None else dict(json.loads(pack.body))
