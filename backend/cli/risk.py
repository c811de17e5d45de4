"""`tenure risk`: customers rated, explained, tried out and recomputed from a console."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, TypeVar
from uuid import UUID

import typer
from rich.table import Table

from backend.access.context import Context
from backend.access.models import Tenant
from backend.cli.console import (
    Bars,
    DataDir,
    TenantSlug,
    institution,
    out,
    platform,
    run,
    settings_for,
    system,
    tell,
)
from backend.cli.rating_files import rate_files_command
from backend.core.errors import NotFound
from backend.edge.platform import Platform
from backend.governance.documents import Document
from backend.jobs import rating as jobs
from backend.risk import queries, service
from backend.risk.errors import NotRated
from backend.risk.explanation import Reasons
from backend.risk.governed import RiskKind
from backend.risk.models import RiskRating
from backend.risk.rules import percent
from backend.risk.what_if import WhatIf

app = typer.Typer(help="Customer risk rating.", no_args_is_help=True)
app.command("rate-files")(rate_files_command)
STAGES: Final = {"rate": "Rating customers", "replay": "Recomputing ratings", "simulate": "Rating twice"}
T = TypeVar("T")
Number = Annotated[str, typer.Argument(help="The customer's number.")]


class UnknownNumber(NotFound):
    code = "risk.unknown_number"
    text = "There is no customer with the number {number}."


@app.command()
def rate(
    number: Annotated[str | None, typer.Argument(help="One customer; without it, the whole portfolio.")] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Rate a customer, or the portfolio; a run that was cut off goes on where it stopped."""

    async def work(on: Platform, where: Tenant) -> None:
        if number is not None:
            rated = await on.run(system(where), lambda ctx: _rate_one(ctx, number))
            tell(f"{number} is {rated}.")
            return
        with Bars(STAGES) as progress:
            done = await jobs.rate_portfolio(on, system(where), progress)
        out.print(f"{done.counts['rated']:,} customers rated, {done.counts['changed']:,} ratings are new.")
        out.print(_levels(done.counts["levels"]))

    _with(work, tenant, data_dir)


@app.command()
def show(number: Number, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """The ratings of a customer, the newest first."""

    async def work(on: Platform, where: Tenant) -> None:
        rows = await on.run(system(where), lambda ctx: _history(ctx, number))
        table = _table("Ratings", "On", "Level", "Computed", "Points", "Why", "Next review", "Rule-set")
        for row in rows:
            points = f"{percent(row.points, row.out_of)}"
            on_, due = row.rated_on.isoformat(), row.next_review_on.isoformat()
            table.add_row(on_, row.level, row.computed, points, row.cause, due, f"{row.scheme} {row.digest[:12]}")
        out.print(table)

    _with(work, tenant, data_dir)


@app.command()
def explain(number: Number, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Every step from the first item to the level of a customer's newest rating."""

    async def work(on: Platform, where: Tenant) -> None:
        reasons = await on.run(system(where), lambda ctx: _reasons(ctx, number))
        out.print(_steps(reasons))

    _with(work, tenant, data_dir)


@app.command("what-if")
def what_if(
    number: Number,
    facts: Annotated[list[str], typer.Option("--fact", help="A fact and its value, as pep=current; empty: unknown.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """A customer's level on facts that are not recorded; nothing is written."""
    changes = dict(_pair(text) for text in facts)

    async def work(on: Platform, where: Tenant) -> None:
        async def use_case(ctx: Context) -> WhatIf:
            return await service.what_if(ctx, await _party(ctx, number), changes)

        found = await on.run(system(where), use_case)
        out.print(_steps(found.then))
        tell(f"{found.now.level} as recorded, {found.then.level} with these facts.")

    _with(work, tenant, data_dir)


@app.command()
def simulate(
    file: Annotated[Path, typer.Argument(help="A rule-set, or a table of countries or industries, as YAML.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """What a changed rule-set would do to the whole portfolio; nothing is written."""

    async def work(on: Platform, where: Tenant) -> None:
        kind = RiskKind(on.policies.directory)
        proposed = kind.parse(_id(file), file.read_bytes())
        with Bars(STAGES) as progress:

            async def told(done: int, total: int) -> None:
                progress("simulate", done, total)

            document = await on.run(system(where), lambda ctx: kind.simulate(ctx, None, proposed, told))
        _print(document)

    _with(work, tenant, data_dir)


@app.command()
def replay(
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only ratings from this day on.")] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Recompute every stored rating from what was recorded with it; exit 1 when any comes out otherwise."""

    async def work(on: Platform, where: Tenant) -> bool:
        start = None if since is None else since.replace(tzinfo=UTC)
        with Bars(STAGES) as progress:
            found = await jobs.replay(on, system(where), start, progress)
        for difference in found.differences[:20]:
            tell(f"{difference.rating_id} of {difference.rated_on}: {', '.join(difference.what)}", "differs", "red")
        erased = f" {found.erased:,} of erased customers cannot be read any more." if found.erased else ""
        tell(f"{found.checked:,} ratings recomputed, {len(found.differences):,} differ.{erased}")
        return not found.differences

    if not _with(work, tenant, data_dir):
        raise typer.Exit(1)


def _with(work: Callable[[Platform, Tenant], Awaitable[T]], slug: str | None, data_dir: Path | None) -> T:
    async def opened() -> T:
        async with platform(settings_for(data_dir)) as on:
            return await work(on, await institution(on, slug))

    return run(opened)


async def _party(ctx: Context, number: str) -> UUID:
    party_id = await queries.party_of_number(ctx, number)
    if party_id is None:
        raise UnknownNumber(number=number)
    return party_id


async def _rate_one(ctx: Context, number: str) -> str:
    party_id = await _party(ctx, number)
    await service.rate_now(ctx, [party_id])
    return (await queries.current(ctx, [party_id]))[party_id].level


async def _history(ctx: Context, number: str) -> list[RiskRating]:
    party_id = await _party(ctx, number)
    return list((await queries.ratings_of(ctx, [party_id])).get(party_id, ()))


async def _reasons(ctx: Context, number: str) -> Reasons:
    party_id = await _party(ctx, number)
    newest = (await queries.current(ctx, [party_id])).get(party_id)
    if newest is None:
        raise NotRated()
    _, reasons = await service.explain(ctx, newest.id)
    return reasons


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"write {text} as fact=value")
    return name.strip(), value.strip()


def _id(file: Path) -> str:
    """What the file calls itself; a file that says nothing of the kind is refused when it is read."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("id:")), file.stem)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    return table


def _levels(counts: dict[str, int]) -> Table:
    table = _table("Customers by level", "Level", "Customers")
    for level, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        table.add_row(level, f"{count:,}")
    return table


def _steps(reasons: Reasons) -> Table:
    table = _table(reasons.rating.rules.wording.en, "Step", "Value", "Score", "Weight", "Points", "Level")
    for step in reasons.steps:
        value = "unknown" if step.unknown else step.value or ""
        figures = ["" if number is None else str(number) for number in (step.score, step.weight, step.points)]
        table.add_row(step.words.en or step.kind, value, *figures, step.level or "")
    return table


def _print(document: Document) -> None:
    for statement in document.statements:
        tell(statement.words.said("en"))
    for matrix in document.matrices:
        table = _table(matrix.title.said("en"), "", *(column.said("en") for column in matrix.columns))
        for row, counts in zip(matrix.rows, matrix.counts, strict=True):
            table.add_row(row.said("en"), *(f"{count:,}" for count in counts))
        out.print(table)
