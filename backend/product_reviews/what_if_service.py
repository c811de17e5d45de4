"""Before a version of a product is approved: whom would it concern? Begun by a person, measured in pages, kept."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import orjson
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.ids import new_id
from backend.governance.documents import Document
from backend.product_reviews import what_if_reading as reading
from backend.product_reviews.what_if import HolderEffect, SaleEffect, Side
from backend.product_reviews.what_if_document import document
from backend.product_reviews.what_if_errors import NothingToCompare, WhatIfOver, WhatIfUnknown
from backend.product_reviews.what_if_models import ProductWhatIf, WhatIfState
from backend.products import queries as products
from backend.products.models import Product, ProductVersion
from backend.products.selling.ruleset import selling_rules
from backend.products.suitability.queries import jurisdiction

Report = Callable[[int, int], Awaitable[None]]
_OBJECT: Final = "product"
_SILENT: Final = timedelta(minutes=2)


async def begin(ctx: Context, version_id: UUID) -> ProductWhatIf:
    """Compared with the newest approved version. Raises NotAllowed, VersionNotFound, NothingToCompare."""
    version = await products.version(ctx, version_id)
    product = await products.product(ctx, version.product_id)
    ctx.require("simulate", _OBJECT, products.facts(ctx, product))
    base = await _base(ctx, version)
    loaded = selling_rules(ctx.policies, ctx.now.date(), await jurisdiction(ctx))
    run = ProductWhatIf(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        version_id=version.id,
        sha256=version.sha256,
        base_id=base.id,
        ruleset=loaded.sha256,
        state=WhatIfState.RUNNING,
        started_by=ctx.actor.id,
        started_at=ctx.now,
        seen_at=ctx.now,
    )
    ctx.session.add(run)
    await ctx.session.flush()
    return run


async def measure(ctx: Context, run_id: UUID, report: Report) -> Document:
    """Reads and writes nothing; `report` hears of the customers and sales that were looked at."""
    run = await ctx.session.get_one(ProductWhatIf, run_id)
    versions = [await ctx.session.get_one(ProductVersion, each) for each in (run.base_id, run.version_id)]
    product = await ctx.session.get_one(Product, versions[0].product_id)
    rules = selling_rules(ctx.policies, run.started_at.date(), await jurisdiction(ctx)).rules
    before, after = (Side(product.code, products.definition_of(each), rules) for each in versions)
    aged = any("age" in side.market.facts for side in (before, after))
    return await _measured(ctx, product.id, before, after, aged, report)


async def _measured(ctx: Context, product_id: UUID, before: Side, after: Side, aged: bool, report: Report) -> Document:
    versions = await reading.versions_of(ctx, product_id)
    total = await reading.holder_count(ctx, versions) + await reading.sale_count(ctx, product_id)
    holders, sales, done = HolderEffect(before, after), SaleEffect(before, after), 0
    async for parties, profiles in reading.holders(ctx, versions, aged=aged):
        holders.add(parties, profiles)
        done += len(parties)
        await report(done, total)
    async for sold in reading.sales(ctx, product_id, aged=aged):
        sales.add(sold)
        done += len(sold)
        await report(done, total)
    return document(holders, sales)


async def note_progress(ctx: Context, run_id: UUID, done: int, total: int) -> None:
    """No entry: how far a run is, is no fact about anybody."""
    run = await ctx.session.get_one(ProductWhatIf, run_id)
    run.done, run.total, run.seen_at = done, total, ctx.now


async def finish(ctx: Context, run_id: UUID, found: Document) -> ProductWhatIf:
    """The entry names the digest of the result, so that what was shown to who signs cannot be swapped."""
    run = await _running(ctx, run_id)
    run.state, run.document, run.finished_at = WhatIfState.DONE, found.as_json(), ctx.now
    reason = f"version={run.sha256} result={digest(run)}"
    await ctx.trail.note("product.simulate", ("product_version", run.version_id), reason=reason)
    return run


async def fail(ctx: Context, run_id: UUID, problem: str) -> None:
    run = await _running(ctx, run_id)
    run.state, run.problem, run.finished_at = WhatIfState.FAILED, problem, ctx.now


async def latest(ctx: Context, version_id: UUID) -> ProductWhatIf | None:
    """The newest run about a version. Raises NotAllowed, VersionNotFound."""
    version = await products.version(ctx, version_id)
    ctx.require("simulate", _OBJECT, products.facts(ctx, await products.product(ctx, version.product_id)))
    runs = select(ProductWhatIf).where(col(ProductWhatIf.version_id) == version_id)
    return (await ctx.session.scalars(runs.order_by(col(ProductWhatIf.id).desc()).limit(1))).first()


async def outdated(ctx: Context, run: ProductWhatIf) -> bool:
    """The draft, or what it is compared with, has moved since."""
    version = await products.version(ctx, run.version_id)
    try:
        base = await _base(ctx, version)
    except NothingToCompare:
        return True
    return (version.sha256, base.id) != (run.sha256, run.base_id)


async def silent(ctx: Context) -> Sequence[ProductWhatIf]:
    """Runs whose process is gone; they count as heard of from now on."""
    lost = select(ProductWhatIf).where(
        col(ProductWhatIf.state) == WhatIfState.RUNNING, col(ProductWhatIf.seen_at) < ctx.now - _SILENT
    )
    runs = (await ctx.session.scalars(lost.with_for_update(skip_locked=True))).all()
    for run in runs:
        run.seen_at = ctx.now
    return runs


def digest(run: ProductWhatIf) -> str:
    return hashlib.sha256(orjson.dumps(run.document, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def _base(ctx: Context, version: ProductVersion) -> ProductVersion:
    approved = select(ProductVersion).where(
        col(ProductVersion.product_id) == version.product_id,
        col(ProductVersion.effective_from).is_not(None),
        col(ProductVersion.id) != version.id,
        col(ProductVersion.number) < version.number,
    )
    found = (await ctx.session.scalars(approved.order_by(col(ProductVersion.number).desc()).limit(1))).first()
    if found is None:
        raise NothingToCompare()
    return found


async def _running(ctx: Context, run_id: UUID) -> ProductWhatIf:
    run = await ctx.session.get(ProductWhatIf, run_id, with_for_update=True)
    if run is None:
        raise WhatIfUnknown()
    if run.state != WhatIfState.RUNNING:
        raise WhatIfOver()
    return run
