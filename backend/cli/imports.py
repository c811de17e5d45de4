"""`tenure import`: a bank's customers from files to onboarded relationships."""

from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from backend.access.models import Tenant
from backend.audit.sequencer import open_sequencer
from backend.cli.console import Bars, DataDir, TenantSlug, institution, out, platform, run, settings_for, system, tell
from backend.edge.platform import Platform
from backend.jobs.importing import Progress, Summary, import_berka, import_customers
from backend.onboarding.ruleset import choose

app = typer.Typer(help="Customers and holdings from files.", no_args_is_help=True)
STAGES = {
    "read": "Reading the files",
    "onboard": "Onboarding customers",
    "owners": "Recording owners",
    "duplicates": "Looking for duplicates",
    "holdings": "Accounts, cards, loans",
    "movements": "Transactions",
    "products": "Products of holdings",
}
_SHOWN_PROBLEMS = 20
Work = Callable[[Platform, Tenant, Progress], Awaitable[Summary]]


@app.command()
def berka(
    folder: Annotated[Path, typer.Argument(help="Folder with client.asc, account.asc, disp.asc and the others.")],
    seed: Annotated[int, typer.Option(help="Seed of the names that the anonymous clients are given.")] = 1999,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Take over the customers of the PKDD'99 bank: clients, accounts, cards, loans, orders, transactions."""
    _import(
        lambda opened, where, progress: import_berka(opened, system(where), folder, seed=seed, progress=progress),
        tenant,
        data_dir,
    )


@app.command()
def customers(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; the columns are documented in docs/customer-file.md.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Take over persons, organisations and their owners from one file."""
    _import(
        lambda opened, where, progress: import_customers(
            opened, system(where), file, jurisdiction=where.jurisdiction, progress=progress
        ),
        tenant,
        data_dir,
    )


def _import(work: Work, slug: str | None, data_dir: Path | None) -> None:
    async def import_() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, slug)
            with Bars(STAGES) as progress:
                summary = await work(opened, where, progress)
            show(opened, where, summary)
            sequencer = open_sequencer(opened.settings, opened.database)
            logged = await sequencer.drain(where.id)
            await sequencer.close()
            out.print(f"{logged:,} audit entries were added to the signed log.")

    run(import_)


def show(on: Platform, where: Tenant, summary: Summary) -> None:
    """What came of it: cases by state and reason, bad rows, time and speed."""
    outcome = summary.outcome
    out.print(f"{outcome.taken:,} customers taken over, {outcome.known:,} were there already.")
    if outcome.taken:
        rules = choose(on.governing.policies(where.id), where.jurisdiction, "migrated", on.clock().date()).rules
        words = {code: reason.wording.en for code, reason in rules.reasons.items()}
        out.print(_table("Cases by state", outcome.states, {}), _table("Reasons", outcome.reasons, words))
        speed = outcome.rows / summary.onboarding_seconds
        out.print(f"Onboarding: {outcome.rows:,} rows in {summary.onboarding_seconds:.1f} s ({speed:,.0f} rows/s).")
    out.print(f"In all {summary.rows:,} rows in {summary.seconds:.1f} s.")
    if summary.duplicates:
        out.print(f"{summary.duplicates:,} pairs may be one customer; they wait under Duplicates.")
    show_links(summary)
    for problem in summary.problems[:_SHOWN_PROBLEMS]:
        where_ = f"{problem.file}, line {problem.line}" + (f", {problem.column}" if problem.column else "")
        tell(f"{where_}: {problem.reason}", "not taken")
    if len(summary.problems) > _SHOWN_PROBLEMS:
        out.print(f"… and {len(summary.problems) - _SHOWN_PROBLEMS:,} more rows; all are kept with the import run.")


def show_links(summary: Summary) -> None:
    """How many holdings have their product now, and which codes the catalogue lacks."""
    if summary.linked:
        out.print(f"{summary.linked:,} accounts, cards and loans were linked to the versions of their products.")
    for code, count in summary.unknown_products.most_common():
        tell(f"{count:,} rows: no approved product has the code “{code}”; add it and run `tenure holdings link`.", code)


def _table(title: str, counts: Counter[str], words: dict[str, str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    table.add_column("Customers", justify="right")
    for code, count in counts.most_common():
        table.add_row(words.get(code, code), f"{count:,}")
    return table
