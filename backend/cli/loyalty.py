"""`tenure loyalty`: points expired and tiers looked at by hand, what points will cost, and whether the books agree."""

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from backend.access.context import Context
from backend.cli.console import (
    Bars,
    DataDir,
    TenantSlug,
    complain,
    institution,
    out,
    platform,
    run,
    settings_for,
    system,
    tell,
)
from backend.core.rulesets import load
from backend.jobs import loyalty as jobs
from backend.loyalty import reporting
from backend.loyalty.queries import figures
from backend.loyalty.reporting import Overview
from backend.loyalty.ruleset import Programme

app = typer.Typer(help="The loyalty programme: expiry, tiers, liability, books.", no_args_is_help=True)
_STAGES: Final = {"earn": "Booking what was earned", "expire": "Letting points expire", "tiers": "Looking at tiers"}
_BATCH: Final = 100


@app.command()
def earn(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Book what customers earned by what they did, and reverse what fell away; the schedule does so every night."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            with Bars(_STAGES) as progress:
                earned, undone = await jobs.earn_all(opened, actor, progress)
            tell(f"{earned:,} earnings were booked, {undone:,} were reversed.")

    run(work)


@app.command()
def expire(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Write off points whose last day is over, look at every member's tier, and place the care that is due."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            with Bars(_STAGES) as progress:
                gone = await jobs.expire_all(opened, actor, progress)
                changed = await jobs.review_all_tiers(opened, actor, progress)
            placed = await opened.run(actor, lambda ctx: jobs.place_due(ctx, _BATCH))
            tell(
                f"Points of {gone:,} members expired, {changed:,} tiers changed, {placed:,} steps of care were placed."
            )

    run(work)


@app.command()
def liability(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """What outstanding points will cost, with the breakage that is expected and where that comes from."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            _show(await opened.run(actor, reporting.overview))

    run(work)


def _show(found: Overview) -> None:
    owed = found.liability
    source = f"measured on {owed.matured:,} points that matured" if owed.measured else "assumed by the programme"
    table = Table("Figure", "Value")
    table.add_row("Members", f"{found.members:,}")
    table.add_row("Points outstanding", f"{owed.outstanding:,}")
    table.add_row("Expected breakage", f"{owed.expected:.2%} ({source})")
    table.add_row("Value of all points", ", ".join(str(each) for each in owed.gross))
    table.add_row("Liability", ", ".join(str(each) for each in owed.net))
    out.print(table)


@app.command()
def verify(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Prove the books: every account together is zero, and lots, balances and lines tell the same of each member."""

    async def work() -> bool:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))

            async def books(ctx: Context) -> tuple[dict[str, int], int]:
                return await figures.totals(ctx), len(await figures.unproven(ctx))

            totals, wrong = await opened.run(actor, books)
            table = Table("Account", "Points")
            for account, points in sorted(totals.items()):
                table.add_row(account, f"{points:,}")
            table.add_row("sum", f"{sum(totals.values()):,}")
            out.print(table)
            return wrong == 0 and sum(totals.values()) == 0

    if not run(work):
        complain("loyalty", "the books do not agree; `tenure audit verify` names the rows that were changed by hand")
        raise typer.Exit(1)


@app.command()
def check(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Read a programme and name what is wrong with it, line by line; nothing is stored."""

    async def work() -> None:
        tell(f"{load(file, Programme).rules.id}: in order.")

    run(work)
