"""`tenure complaints`: the clocks looked after by hand, the rules read, the figures of a period."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from backend.access.context import Context
from backend.cli.checking import add_check
from backend.cli.console import DataDir, TenantSlug, institution, out, platform, run, settings_for, system, tell
from backend.complaints import statistics
from backend.complaints.frames import Period, complaints_frame
from backend.complaints.ruleset import CLOCKS, ComplaintClocks, ComplaintHandling
from backend.jobs import complaints as jobs

app = typer.Typer(help="Complaints, their clocks and figures.", no_args_is_help=True)
_BATCH: Final = 100


@app.command("watch")
def watch(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Warn of complaints whose time is about to end, note those whose time has ended, look for products that spike."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor, told = system(await institution(opened, tenant)), 0
            while batch := await opened.run(actor, lambda ctx: jobs.watch(ctx, _BATCH)):
                told += batch
            risen = await opened.run(actor, jobs.look_for_spikes)
            tell(f"{told:,} complaints warned of or late, complaints about {risen:,} products rose.")

    run(work)


@app.command("statistics")
def figures(
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day of receipt.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day of receipt.")],
    by: Annotated[str, typer.Option(help=", ".join(statistics.DIMENSIONS))] = "product_code",
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """What a supervisor asks for of a period: received, upheld, in time, by summary, redress."""
    if by not in statistics.DIMENSIONS:
        raise typer.BadParameter(", ".join(statistics.DIMENSIONS), param_hint="--by")
    period = Period(since.date(), until.date() + timedelta(days=1))

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)

            async def counted(ctx: Context) -> Table:
                frame, today = await complaints_frame(ctx, period), ctx.now.date()
                table = Table(by, "Received", "Upheld %", "In time %", "Summary %", "Overdue", "Redress")
                for each in (*statistics.by(frame, by, today), statistics.counted(frame, today)):
                    table.add_row(*_row(each))
                return table

            out.print(await opened.run(system(where), counted))

    run(work)


def _row(each: statistics.Count) -> tuple[str, ...]:
    shares = (each.upheld_share, each.in_time_share, each.summary_share)
    redress = ", ".join(f"{amount.normalize():f} {currency}" for currency, amount in each.redress.items())
    words = ("—" if share is None else str(share) for share in shares)
    return (each.key or "—", str(each.received), *words, str(each.overdue), redress)


add_check(app, "a rule-set of complaints", ComplaintHandling, within={Path(CLOCKS).name: ComplaintClocks})
