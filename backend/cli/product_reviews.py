"""`tenure product-reviews`: what is due, packs computed and computed again, a review as PDF."""

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from backend.access.context import Context
from backend.cli.console import (
    Bars,
    DataDir,
    TenantSlug,
    institution,
    listing,
    out,
    platform,
    run,
    settings_for,
    system,
    tell,
)
from backend.core.actor import Actor
from backend.edge.platform import Platform
from backend.jobs import product_reviews as jobs
from backend.product_reviews import export as printing
from backend.product_reviews import service
from backend.product_reviews.models import ProductReviewPack
from backend.product_reviews.queries import packs, reviews
from backend.products import queries as products

app = typer.Typer(help="Reviews of products: due, packs, replay, PDF.", no_args_is_help=True)
STAGES = {
    "holdings": "Numbering holdings",
    "record": "Recording inputs",
    "movements": "Adding up movements",
    "sections": "Computing sections",
    "groups": "Comparing groups",
    "drift": "Looking for drift",
}
Code = Annotated[str, typer.Argument(help="The code of the product.")]
PackId = Annotated[UUID, typer.Argument(help="The pack's id.")]


@app.command("list")
def list_(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Reviews that are not over, what is due first comes first."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            out.print(await opened.run(system(where), _listed))

    run(work)


@app.command("due")
def due(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Open what is due now, and look at products that have no review."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            count = await opened.run(system(where), jobs.open_due)
            asked = await opened.run(system(where), jobs.request_watch)
            ready = await jobs.compute_waiting(opened, where.id)
            tell(f"{count:,} reviews opened, {asked:,} packs asked for, {ready:,} computed.")

    run(work)


@app.command("compute")
def compute(code: Code, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Compute the pack of a product's open review, or the one that waits."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            pack_id = await opened.run(actor, lambda ctx: _waiting(ctx, code))
            with Bars(STAGES) as progress:
                pack = None if pack_id is None else await jobs.compute_one(opened, actor, pack_id, progress)
            if pack is None:
                tell("Nothing was computed: no pack waits, or it could not be computed.")
                raise typer.Exit(1)
            tell(f"{pack.digest}", "ready")

    run(work)


@app.command("packs")
def list_packs(code: Code, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """The packs of a product, the newest first."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            table = listing("Pack", "State", "From", "Before", "Digest")
            for row in await opened.run(system(where), lambda ctx: _packs(ctx, code)):
                table.add_row(str(row.id), row.state, str(row.since), str(row.until), (row.digest or "")[:16])
            out.print(table)

    run(work)


@app.command("replay")
def replay(pack: PackId, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Compute a pack again from its recorded inputs; ends with 1 when the digest differs."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            with Bars(STAGES) as progress:
                found = await jobs.replay(opened, system(where), pack, progress)
            tell(found.recorded, "recorded")
            tell(found.computed, "computed", "green" if found.equal else "red")
            if not found.equal:
                raise typer.Exit(1)

    run(work)


@app.command("export")
def export(
    review: Annotated[UUID, typer.Argument(help="The review's id.")],
    file: Annotated[Path, typer.Argument(help="The PDF to write.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """A review with its pack as PDF."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            file.write_bytes(await _pdf(opened, system(where), review))
            tell(f"{file} written.")

    run(work)


@app.command("watch")
def watch(
    code: Code,
    until: Annotated[datetime | None, typer.Option(help="The months before this day; without it this month.")] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Ask for a pack of a product over chosen months, without a review; what it finds opens one."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            day: date | None = None if until is None else until.date()
            pack = await opened.run(actor, lambda ctx: _asked(ctx, code, day))
            with Bars(STAGES) as progress:
                made = await jobs.compute_one(opened, actor, pack.id, progress)
            tell("failed" if made is None else f"{made.id} {made.digest}")

    run(work)


async def _listed(ctx: Context) -> Table:
    table = listing("Review", "Product", "State", "Why", "Due")
    rows = await reviews.reviews(ctx, reviews.ProductReviewFilter())
    codes = await products.by_ids(ctx, [row.product_id for row in rows])
    for row in rows:
        table.add_row(str(row.id), codes[row.product_id].code, row.state, row.cause, str(row.due_at.date()))
    return table


async def _waiting(ctx: Context, code: str) -> UUID | None:
    row = await packs.active(ctx, (await products.by_code(ctx, code)).id)
    return None if row is None else row.id


async def _packs(ctx: Context, code: str) -> list[ProductReviewPack]:
    return list(await packs.packs_of(ctx, (await products.by_code(ctx, code)).id))


async def _asked(ctx: Context, code: str, until: date | None) -> ProductReviewPack:
    return await service.request_for(ctx, (await products.by_code(ctx, code)).id, until)


async def _pdf(opened: Platform, actor: Actor, review: UUID) -> bytes:
    made = await opened.run(actor, lambda ctx: printing.gather(ctx, review))
    fonts = opened.settings.data_dir / "fonts"
    return await asyncio.to_thread(printing.pdf, made, fonts if fonts.is_dir() else None)
