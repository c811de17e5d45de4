"""`tenure tasks`: what waits and how long, late tasks told, the rule-set read."""

from typing import Final

import typer
from rich.table import Table

from backend.access.context import Context
from backend.casework.tasks import queries, service
from backend.casework.tasks.rules import AgeingLine
from backend.casework.tasks.ruleset import TaskRules
from backend.cli.checking import add_check
from backend.cli.console import DataDir, TenantSlug, institution, out, platform, run, settings_for, system, tell

app = typer.Typer(help="Tasks and work: ageing, escalation.", no_args_is_help=True)
_BATCH: Final = 100


@app.command("ageing")
def ageing(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Open, late, held by nobody, untouched and oldest, by department: tasks, and pieces of work of the queues."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)

            async def counted(ctx: Context) -> list[Table]:
                found = await service.ageing(ctx)
                named = queries.in_force(ctx)
                return [
                    _table("Tasks", found.tasks, found.spans, named),
                    _table("Work of the queues", found.work, found.spans, named),
                ]

            for table in await opened.run(system(where), counted):
                out.print(table)

    run(work)


def _table(title: str, lines: list[AgeingLine], spans: tuple[int, ...], named: TaskRules) -> Table:
    ages = (*(f"≤ {days} d" for days in spans), f"> {spans[-1]} d")
    headings = ("Department", "Open", "Late", "Nobody's", "Untouched", "Oldest", *ages)
    table = Table(*headings, title=title, title_justify="left")
    for each in lines:
        counts = (each.open, each.overdue, each.unheld, each.untouched, each.oldest, *each.spans)
        table.add_row(named.said(each.department, "en") or "—", *(f"{count:,}" for count in counts))
    return table


@app.command("escalate")
def escalate(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Tell whoever leads a department of its late tasks."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor, told = system(await institution(opened, tenant)), 0
            while batch := await opened.run(actor, lambda ctx: service.escalate_due(ctx, _BATCH)):
                told += batch
            tell(f"{told:,} late tasks told.")

    run(work)


add_check(app, "a rule-set of tasks", TaskRules)
