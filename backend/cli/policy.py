"""`tenure policy`: rule-sets in force, for people who keep them in files; approving stays with people at the door."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from backend.access.context import Context
from backend.cli.console import Bars, DataDir, TenantSlug, institution, operator, out, platform, run, settings_for, tell
from backend.core.actor import Actor
from backend.edge import simulating
from backend.edge.platform import Platform
from backend.governance import documents, queries, reading, service, standing
from backend.governance import simulating as runs
from backend.governance.access import bundle
from backend.governance.errors import UnknownRuleSet
from backend.governance.kinds import Change
from backend.governance.models import Simulation

app = typer.Typer(help="Rule-sets and the access policy: what is in force, and proposals.", no_args_is_help=True)
Kind = Annotated[str, typer.Argument(help="Kind of rule-set, for example access.")]
Name = Annotated[str, typer.Argument(help="Its name, for example access.")]
Source = Annotated[
    Path, typer.Argument(help="File with the new text; for the access policy also a folder.", exists=True)
]
_SHOWN_ROWS = 30


@app.command("list")
def list_(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Show every rule-set with the version in force."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            found = await opened.run(await _operator(opened, tenant), reading.overview)
            table = _table("Kind", "Name", "Version", "Since", "Proposed")
            for each in found:
                since = "files" if each.standing is None else _instant(each.standing.effective_from)
                table.add_row(each.kind.name, each.name, each.sha256[:12], since, str(len(each.open) or ""))
            out.print(table)

    run(work)


@app.command()
def show(kind: Kind, name: Name, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Print the text in force."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            found = await opened.run(await _operator(opened, tenant), lambda ctx: reading.history(ctx, kind, name))
            typer.echo(found.source, nl=False)

    run(work)


@app.command()
def history(kind: Kind, name: Name, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Show which version was in force from when to when."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            found = await opened.run(await _operator(opened, tenant), lambda ctx: reading.history(ctx, kind, name))
            table = _table("Version", "From", "Until", "Proposal")
            if found.files_sha256 is not None:
                until = "" if not found.standings else _instant(found.standings[0].effective_from)
                table.add_row(found.files_sha256[:12], "files", until, "")
            for row in found.standings:
                until = "" if row.effective_to is None else _instant(row.effective_to)
                table.add_row(row.sha256[:12], _instant(row.effective_from), until, str(row.proposal_id))
            out.print(table)

    run(work)


@app.command()
def check(kind: Kind, name: Name, source: Source, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Read a text as a proposal would, and say in words what differs from what is in force."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:

            async def read(ctx: Context) -> list[Change]:
                return list(reading.check(ctx, kind, name, _content(source), await _base(ctx, kind, name)))

            _tell_changes(await opened.run(await _operator(opened, tenant), read))

    run(work)


@app.command()
def propose(
    kind: Kind,
    name: Name,
    source: Source,
    reason: Annotated[str, typer.Option(help="Why the rules shall change.")],
    effective: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From which day on.")] = None,
    draft: Annotated[bool, typer.Option(help="Stop before it is put forward for approval.")] = False,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Propose a text, simulate it, and put it forward; a person approves it in the web client or over GraphQL."""

    async def work() -> None:
        day: date | None = None if effective is None else effective.date()
        async with platform(settings_for(data_dir)) as opened:
            actor = await _operator(opened, tenant)
            row = await opened.run(
                actor,
                lambda ctx: service.propose(
                    ctx, kind=kind, name=name, content=_content(source), reason=reason, effective_on=day
                ),
                serializable=True,
            )
            view = await opened.run(actor, lambda ctx: reading.proposal(ctx, row.id))
            _tell_changes(list(view.changes))
            await _simulate(opened, actor, row.id)
            if not draft:
                await opened.run(actor, lambda ctx: service.submit(ctx, row.id), serializable=True)
            state = "is a draft" if draft else "waits for a second person"
            tell(f"Proposal {row.id} {state}.")

    run(work)


@app.command()
def simulate(
    proposal: Annotated[UUID, typer.Argument(help="Id of the proposal.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Try a proposal on the institution's real records."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            await _simulate(opened, await _operator(opened, tenant), proposal)

    run(work)


async def _simulate(on: Platform, actor: Actor, proposal_id: UUID) -> None:
    begun = await on.run(actor, lambda ctx: runs.begin(ctx, proposal_id), serializable=True)
    with Bars({"simulate": "Simulating"}) as progress:
        await simulating.carry_out(on, actor, begun.id, watch=lambda done, total: progress("simulate", done, total))

    async def result(ctx: Context) -> tuple[Simulation | None, dict[Any, str]]:
        found = await queries.simulation(ctx.session, begun.id)
        return found, await _names(ctx, found)

    found, names = await on.run(actor, result)
    if found is None or found.document is None:
        tell(f"The simulation failed: {'' if found is None else found.problem}")
        raise typer.Exit(1)
    _print(documents.Document.of_json(found.document), names)


def _print(document: documents.Document, names: dict[Any, str]) -> None:
    for refusal in document.refusals:
        tell(refusal.said("en"), "may not be approved")
    for statement in document.statements:
        tell(statement.words.said("en"))
    for matrix in document.matrices:
        table = _table("", *(each.said("en") for each in matrix.columns))
        for title, counts in zip(matrix.rows, matrix.counts, strict=True):
            table.add_row(title.said("en"), *map(str, counts))
        out.print(table)
    for each in document.tables:
        table = _table(*(column.said("en") for column in each.columns), title=each.title.said("en"))
        for row in each.rows[:_SHOWN_ROWS]:
            table.add_row(*(_cell(cell, names) for cell in row))
        out.print(table)


def _cell(cell: Any, names: dict[Any, str]) -> str:
    """The console sees no customer: there stands the number of the record."""
    match cell:
        case documents.Words():
            return cell.said("en")
        case documents.Colleague():
            return names.get(cell.id, str(cell.id))
        case documents.Customer():
            return str(cell.party_id)
        case documents.Figure():
            return cell.value
        case _:
            return str(cell.text)


async def _names(ctx: Context, found: Simulation | None) -> dict[Any, str]:
    if found is None or found.document is None:
        return {}
    tables = documents.Document.of_json(found.document).tables
    people = {
        cell.id for table in tables for row in table.rows for cell in row if isinstance(cell, documents.Colleague)
    }
    return dict(await reading.names(ctx, people))


async def _base(ctx: Context, kind: str, name: str) -> bytes | None:
    try:
        return (await standing.effective(ctx, kind, name)).source
    except UnknownRuleSet:
        return None


def _content(source: Path) -> bytes:
    return bundle.of_directory(source) if source.is_dir() else source.read_bytes()


def _tell_changes(changes: list[Change]) -> None:
    for change in changes:
        tell(change.words.said("en"), change.sort)
    if not changes:
        tell("Nothing that is meant differs.")


def _table(*columns: str, title: str | None = None) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    return table


def _instant(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M}"


async def _operator(on: Platform, slug: str | None) -> Actor:
    return operator(await institution(on, slug))
