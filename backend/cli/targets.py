"""`tenure targets`: figures computed and shown, the weekly report sent or read."""

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
from backend.core.i18n import LOCALES
from backend.engagement.targets import service
from backend.engagement.targets.ruleset import DIMENSIONS
from backend.engagement.targets.service.reporting import ABSENT, written
from backend.jobs import targets as jobs

app = typer.Typer(help="Targets: compute, show, report.", no_args_is_help=True)
Month = Annotated[datetime | None, typer.Option(formats=["%Y-%m"], help="The month, as in 2026-11.")]


@app.command("compute")
def compute(month: Month = None, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Compute the figures of a month, or of whatever is due."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            if month is None:
                made = await jobs.compute_due(opened, actor)
            else:
                made = [await opened.run(actor, partial(service.compute, first=month.date()))]
            for each in made:
                tell(f"{each.month:%Y-%m}: {each.figures:,} figures as of {each.as_of}; digest {each.digest[:12]}.")

    run(work)


@app.command("show")
def show(
    by: Annotated[str, typer.Option(help=", ".join(DIMENSIONS))] = "all",
    month: Month = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """What was reached against the goals."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor, first = system(await institution(opened, tenant)), None if month is None else month.date()

            async def found(ctx: Context) -> service.Board:
                return await service.board(ctx, first, by)

            board = await opened.run(actor, found)
            table = listing("Measure", "Group", "Reached", "Goal", "Records")
            for line in board.lines:
                unit = line.measure.unit
                reached = ABSENT[line.absent] if line.absent else written(line.value, unit, board.currency, "en")
                goal = written(line.goal, unit, board.currency, "en")
                table.add_row(line.measure.wording.en, line.name, reached, goal, f"{line.records:,}")
            out.print(table)

    run(work)


@app.command("report")
def report(
    send: Annotated[bool, typer.Option(help="Send it now to whom the rule-set names, once a week.")] = False,
    locale: Annotated[str, typer.Option(help=", ".join(LOCALES))] = "en",
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Read the weekly report, or send it."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            if send:
                tell(f"{await jobs.report(opened, actor, at_once=True):,} were sent the report.")
                return
            letter = await opened.run(actor, partial(service.weekly, locale=locale))
            out.print(letter.text, highlight=False, markup=False)

    run(work)
