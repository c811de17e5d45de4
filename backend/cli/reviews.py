"""`tenure reviews`: what is due, opened now, how much is to come, and what the movements show."""

from collections.abc import Sequence
from typing import Annotated

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
from backend.jobs import reviewing
from backend.reviews import models, service
from backend.reviews.queries import plan, reviews

app = typer.Typer(help="Reviews of customers: due, open, forecast, behaviour.", no_args_is_help=True)
STAGES = {"open": "Opening reviews", "behaviour": "Looking at movements"}
_SHOWN = 50
_MINUTES = 60


@app.command("due")
def due(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Whose review is to be opened by today; nothing is written and nobody is named."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)

            async def found(ctx: Context) -> Sequence[plan.Due]:
                rules = service.in_force(ctx).rules
                return await plan.due(ctx, rules, await plan.takeovers(ctx, rules.spread), limit=_SHOWN + 1)

            rows = await opened.run(system(where), found)
            table = listing("Record", "Level", "Due")
            for row in rows[:_SHOWN]:
                table.add_row(str(row.party_id), row.level or "", str(row.planned_on))
            out.print(table)
            more = " or more" if len(rows) > _SHOWN else ""
            tell(f"{min(len(rows), _SHOWN):,}{more} to open.")

    run(work)


@app.command("open")
def open_(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Open what is due now; where nothing moved and the rules allow it, end it by rule."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            with Bars(STAGES) as progress:
                done = await reviewing.open_all_due(opened, system(where), progress)
            tell(f"{done.opened:,} opened for people, {done.automatic:,} ended by rule.")

    run(work)


@app.command("list")
def list_(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Reviews that are not over, what is due first comes first."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)

            async def found(ctx: Context) -> Sequence[models.Review]:
                return await reviews.reviews(ctx, reviews.ReviewFilter(), limit=_SHOWN)

            table = listing("Review", "State", "Why", "Level", "Depth", "Due")
            for row in await opened.run(system(where), found):
                day = str(row.due_at.date())
                table.add_row(str(row.id), row.state, row.cause, row.level, row.depth, day)
            out.print(table)

    run(work)


@app.command("forecast")
def forecast(
    weeks: Annotated[int, typer.Option(help="How far to look ahead.", min=1, max=104)] = 26,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Reviews by week and level, and the hours they take beside the hours there are."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)

            async def found(ctx: Context) -> Table:
                rules = service.in_force(ctx).rules
                table = Table("Week from", "Level", "Reviews", "Hours")
                for load in await plan.forecast(ctx, rules, weeks):
                    minutes = load.reviews * rules.capacity.minutes[rules.level(load.level).depth]
                    table.add_row(str(load.week), load.level or "", f"{load.reviews:,}", f"{minutes // _MINUTES:,}")
                table.caption = f"{rules.capacity.minutes_a_week // _MINUTES:,} hours a week"
                return table

            out.print(await opened.run(system(where), found))

    run(work)


@app.command("behaviour")
def behaviour(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Look at everybody's movements; what is new becomes a flag, and a reason for a review."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            with Bars(STAGES) as progress:
                customers, flags = await reviewing.look_at_movements(opened, system(where), progress)
            tell(f"{customers:,} customers looked at, {flags:,} new flags.")
            table = Table("Pattern", "Flags")
            for pattern, count in (await opened.run(system(where), reviews.flag_figures)).items():
                table.add_row(pattern, f"{count:,}")
            out.print(table)

    run(work)
