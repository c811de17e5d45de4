"""`tenure holdings`: contracts, movements, premiums and claims from files, and the link of old accounts to products."""

from pathlib import Path
from typing import Annotated

import typer

from backend.cli.console import Bars, DataDir, TenantSlug, institution, out, platform, run, settings_for, system
from backend.cli.files import load_file
from backend.cli.imports import show_links
from backend.edge.product_what_if import carry_out
from backend.governance.documents import Document
from backend.holdings import months
from backend.jobs.importing import Summary, link_products
from backend.onboarding.migration.holding_files import FileKind
from backend.product_reviews import what_if_service
from backend.product_reviews.what_if_reading import version_of

app = typer.Typer(help="What customers hold: files in, products linked.", no_args_is_help=True)
_STAGE = "load"


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; the columns are documented in docs/holdings.md.")],
    kind: Annotated[FileKind, typer.Option(help="What the rows of the file are.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Load holdings, movements, premiums or claims. Run it again after a kill: it goes on where it stopped."""

    run(lambda: load_file(kind, file, f"Loading {kind.value}", tenant, data_dir))


@app.command()
def link(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Link accounts, cards and loans to the versions of their products, by code."""

    async def link_() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where, summary = await institution(opened, tenant), Summary()
            with Bars({"products": "Products of holdings"}) as report:
                await link_products(opened, system(where), summary, report)
            show_links(summary)
            if not summary.linked:
                out.print("Nothing was left to link.")

    run(link_)


@app.command("what-if")
def what_if(
    product: Annotated[str, typer.Argument(help="The product's code.")],
    version: Annotated[int, typer.Option(help="The number of the version that is tried.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Compare a version with the approved one: who would fall outside, and what would not have been sold."""

    async def compare() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            version_id = await opened.run(actor, lambda ctx: version_of(ctx, product, version))
            run_ = await opened.run(actor, lambda ctx: what_if_service.begin(ctx, version_id))
            with Bars({_STAGE: "Comparing"}) as report:
                await carry_out(opened, actor, run_.id, watch=lambda done, total: report(_STAGE, done, total))
            found = await opened.run(actor, lambda ctx: what_if_service.latest(ctx, version_id))
            for statement in Document.of_json((found and found.document) or {}).statements:
                out.print(statement.words.said("en"), highlight=False)

    run(compare)


@app.command("months")
def months_ahead(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Make the partitions of this month and the next three; the schedule does so every night."""

    async def plan() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            made = await opened.run(system(where), months.plan_ahead)
            out.print(f"{made} months were made.")

    run(plan)
