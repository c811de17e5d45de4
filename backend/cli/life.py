"""`tenure life`: stages and warnings computed over the portfolio, and where customers stand."""

from typing import Annotated, Final

import typer
from rich.table import Table

from backend.cli.console import Bars, DataDir, TenantSlug, institution, out, platform, run, settings_for, system, tell
from backend.customers.models import Stage
from backend.engagement.funnel.rules import Step
from backend.engagement.funnel.service import DIMENSIONS, steps
from backend.engagement.stages import queries
from backend.engagement.watch.queries import Filters, watch_list
from backend.jobs.stages import compute_portfolio

app = typer.Typer(help="Stages of customers, the funnel, early warnings.", no_args_is_help=True)
STAGES: Final = {"stages": "Computing stages and warnings"}
_MOST: Final = 200


@app.command()
def stages(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Compute the stages and warnings of every customer, as of the end of the ledger."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            with Bars(STAGES) as progress:
                done = await compute_portfolio(opened, actor, progress)
            table = Table("Stage", "Customers")
            for stage in Stage:
                if stage.value in done.counts["stages"]:
                    table.add_row(stage.value, f"{done.counts['stages'][stage.value]:,}")
            out.print(table)
            moved, held, warned = (done.counts[name] for name in ("moved", "held", "warned"))
            tell(f"As of {done.as_of}: {moved:,} of {done.done:,} moved, {held:,} held, {warned:,} new warnings.")

    run(work)


@app.command("funnel")
def show_funnel(
    by: Annotated[str | None, typer.Option(help=", ".join(DIMENSIONS))] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """How many go from stage to stage, and the median of days it takes."""
    if by is not None and by not in DIMENSIONS:
        raise typer.BadParameter(", ".join(DIMENSIONS), param_hint="--by")

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            found = await opened.run(actor, lambda ctx: steps(ctx, by))
            table = Table(by or "", "Step", "Entered", "Moved on", "Left", "Conversion", "Median days")
            for step in found:
                table.add_row(*_row(step))
            out.print(table)

    run(work)


def _row(step: Step) -> tuple[str, ...]:
    share = "—" if step.conversion is None else f"{step.conversion:.1%} ({step.low:.1%}–{step.high:.1%})"
    days = "—" if step.median_days is None else f"{step.median_days:,.0f}"
    way = f"{step.start.value} → {step.end.value}"
    return (step.group, way, f"{step.entered:,}", f"{step.advanced:,}", f"{step.left:,}", share, days)


@app.command("watch")
def show_watch(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Customers who may leave, the most severe first; without names."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            rows, more = await opened.run(actor, lambda ctx: watch_list(ctx, Filters(), None, _MOST))
            table = Table("Customer", "Severity", "State", "Signals", "Raised")
            for row in rows:
                signals = ", ".join(row.signals)
                table.add_row(str(row.party_id), row.severity, row.state, signals, row.raised_at.date().isoformat())
            out.print(table)
            tell(f"{len(rows):,} warnings{' and more' if more else ''}.")

    run(work)


@app.command()
def counts(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """How many customers stand in each stage."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            found = await opened.run(system(await institution(opened, tenant)), queries.counts)
            table = Table("Stage", "Customers")
            for stage in Stage:
                table.add_row(stage.value, f"{found.get(stage.value, 0):,}")
            out.print(table)

    run(work)
