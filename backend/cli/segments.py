"""`tenure segments`: the portfolio put into segments, groups looked for, and who moved where."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated

import typer

from backend.access.context import Context
from backend.cli.console import (
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
from backend.engagement.segments import queries, service
from backend.engagement.segments.models import Scheme, SegmentClustering, SegmentRun
from backend.jobs import segmenting

app = typer.Typer(help="Segments of customers: run, sizes, moves, groups.", no_args_is_help=True)
SchemeOption = Annotated[Scheme, typer.Option(help="By rules, or by the groups in use.")]


@app.command("run")
def run_(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On the facts of this day; the last known one.")
    ] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Put the whole portfolio into segments, by rules and by the groups in use."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            if as_of is None:
                runs = await segmenting.run_all(opened, actor)
            else:
                runs = [await opened.run(actor, partial(service.run_rules, as_of=as_of.date()))]
            for each in runs:
                _show(each)

    run(work)


@app.command("sizes")
def sizes(scheme: SchemeOption = Scheme.RULES, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """How many belonged to each segment in every run, the newest first."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))

            async def found(ctx: Context) -> Sequence[SegmentRun]:
                return await queries.runs(ctx, scheme)

            runs = await opened.run(actor, found)
            codes = sorted({code for each in runs for code in each.sizes})
            table = listing("As of", "Customers", "Moved", *codes)
            for each in runs:
                counts = (f"{each.sizes.get(code, 0):,}" for code in codes)
                table.add_row(str(each.as_of), f"{each.customers:,}", f"{each.moved:,}", *counts)
            out.print(table)

    run(work)


@app.command("fit")
def fit(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Look for groups in the portfolio and propose them; a person adopts them in the web client or over GraphQL."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))

            async def found(ctx: Context) -> tuple[SegmentClustering, dict[str, service.Told]]:
                row = await service.fit(ctx)
                return row, service.told(ctx, Scheme.CLUSTERS, row.sizes, row)

            row, told = await opened.run(actor, found)
            table = listing("Group", "Customers", "What stands out")
            for code, each in told.items():
                table.add_row(each.name, f"{row.sizes[code]:,}", each.purpose)
            out.print(table)
            tell(f"{row.customers:,} customers compared, {row.outside:,} outside the grouping.")
            tell(f"Silhouette {row.quality['silhouette']}, stability {row.quality['stability']}.")

    run(work)


def _show(each: SegmentRun) -> None:
    table = listing("Segment", "Customers")
    for code, count in sorted(each.sizes.items(), key=lambda item: -item[1]):
        table.add_row(code, f"{count:,}")
    out.print(table)
    tell(f"{each.customers:,} customers as of {each.as_of}, {each.moved:,} moved; digest {each.digest[:12]}.")
