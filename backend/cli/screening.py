"""`tenure screening`: lists loaded and compared, customers screened, names tried, from a console."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape

from backend.access.context import Context
from backend.access.models import Tenant
from backend.cli.console import Bars, DataDir, TenantSlug, institution, out, platform, run, settings_for, system, tell
from backend.cli.screening_tables import columns, day, in_force, tell_difference, tell_hit, tell_loaded, tell_screened
from backend.edge.platform import Platform
from backend.jobs import screening as jobs
from backend.screening import problems, queries, service
from backend.screening.errors import BirthDateUnreadable, PublicationUnknown
from backend.screening.lists.dates import birth_date
from backend.screening.lists.difference import Difference
from backend.screening.lists.entity import BirthDate, EntityKind, Gender
from backend.screening.lists.formats import Files
from backend.screening.matching.subject import Subject
from backend.screening.models import ListKind, ListVersion
from backend.screening.ruleset import list_rules

app = typer.Typer(help="Lists, and customers screened against them.", no_args_is_help=True)
STAGES: Final = {"screen": "Screening customers"}
Code = Annotated[str, typer.Argument(help="The list's code, for example OFAC-SDN.")]
Work = Callable[[Platform, Tenant], Awaitable[None]]


@app.command()
def load(
    code: Code,
    main: Annotated[Path, typer.Argument(help="The publisher's file.", exists=True, dir_okay=False)],
    alt: Annotated[Path | None, typer.Option(help="OFAC CSV: the file of aliases.", exists=True)] = None,
    add: Annotated[Path | None, typer.Option(help="OFAC CSV: the file of addresses.", exists=True)] = None,
    comments: Annotated[Path | None, typer.Option(help="OFAC CSV: the file of comments.", exists=True)] = None,
    format_: Annotated[str | None, typer.Option("--format", help="Of a list that is not known yet.")] = None,
    kind: Annotated[ListKind | None, typer.Option(help="Of a list that is not known yet.")] = None,
    name: Annotated[str | None, typer.Option(help="Of a list that is not known yet.")] = None,
    published: Annotated[datetime | None, typer.Option(help="The publisher's date.", formats=["%Y-%m-%d"])] = None,
    screen: Annotated[bool, typer.Option(help="Screen whom the difference concerns at once.")] = True,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Load a file of a list as a new version; a list that is not there yet is set up first."""
    paths = {"main": main, "alt": alt, "add": add, "comments": comments}
    files: Files = {part: path.read_bytes() for part, path in paths.items() if path is not None}
    day = None if published is None else published.date()

    async def work(on: Platform, where: Tenant) -> None:
        await on.run(system(where), lambda ctx: _ensure(ctx, code, format_, kind, name))
        loaded = await on.run(system(where), partial(service.load_list, code=code, files=files, day=day))
        tell_loaded(code, loaded)
        if loaded.refusal is not None:
            raise loaded.refusal
        if screen:
            await _screen(on, where)

    _with(work, tenant, data_dir)


@app.command()
def lists(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """The lists, what is in force of each, and which are stale."""

    async def work(on: Platform, where: Tenant) -> None:
        table = columns("", "List", "Kind", "Version", "Entries", "Published", "Checked", "")
        for one in await on.run(system(where), queries.lists):
            version = one.in_force
            state = "out of use" if not one.list.active else "stale" if one.stale else "fresh"
            state += f", version {one.waiting.number} waits" if one.waiting else ""
            table.add_row(
                one.list.code,
                escape(one.list.name),
                one.list.kind,
                *in_force(version),
                day(one.list.checked_at),
                state,
            )
        out.print(table)

    _with(work, tenant, data_dir)


@app.command()
def versions(code: Code, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Every import of a list: what it changed, what became of it."""

    async def work(on: Platform, where: Tenant) -> None:
        found = await on.run(system(where), lambda ctx: _versions(ctx, code))
        table = columns("Version", "State", "Entries", "Added", "Changed", "Removed", "Published", "Loaded", "SHA-256")
        for one in found:
            counts = (f"{count:,}" for count in (one.entries, one.added, one.changed, one.removed))
            published = "" if one.published_on is None else one.published_on.isoformat()
            table.add_row(str(one.number), one.state, *counts, published, day(one.loaded_at), one.file_sha256[:12])
        out.print(table)
        for one in found:
            if (said := problems.words(one, "en")) is not None:
                tell(said, f"version {one.number}")

    _with(work, tenant, data_dir)


@app.command()
def diff(
    code: Code,
    number: Annotated[int, typer.Argument(help="The version, against the one before it.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """What a version changed, field by field."""

    async def work(on: Platform, where: Tenant) -> None:
        tell_difference(await on.run(system(where), lambda ctx: _difference(ctx, code, number)))

    _with(work, tenant, data_dir)


@app.command()
def rollback(
    code: Code,
    number: Annotated[int, typer.Argument(help="The former version to put in force again.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Put a former version in force again, as a version of its own, and screen whom that concerns."""

    async def work(on: Platform, where: Tenant) -> None:
        made = await on.run(system(where), partial(service.rollback, code=code, number=number))
        tell(f"{code} stands as in version {number} again; that is version {made.number}.")
        await _screen(on, where)

    _with(work, tenant, data_dir)


@app.command()
def rescan(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Screen everybody against everything; a run that was cut off goes on where it stopped."""

    async def work(on: Platform, where: Tenant) -> None:
        with Bars(STAGES) as progress:
            done = await jobs.rescan(on, system(where), progress)
        if done is None:
            tell("No list is loaded.")
        else:
            tell_screened(done)

    _with(work, tenant, data_dir)


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="The name, in any script.")],
    birth: Annotated[str | None, typer.Option(help="Birth date: 1974-02-04, 1974-02 or 1974.")] = None,
    country: Annotated[list[str] | None, typer.Option(help="Nationality or seat, ISO 3166-1 alpha-2.")] = None,
    gender: Annotated[Gender | None, typer.Option(help="Of a person.")] = None,
    kind: Annotated[EntityKind, typer.Option(help="What the name is of.")] = EntityKind.UNKNOWN,
    near: Annotated[bool, typer.Option(help="Show what comes near, too.")] = False,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Compare a name with the lists; nothing is recorded of it but that it was done."""

    async def work(on: Platform, where: Tenant) -> None:
        born = None if birth is None else _born(birth)
        subject = Subject((name,), kind, born, frozenset(map(str.upper, country or ())), gender)
        hits = await on.run(system(where), partial(service.try_names, subject=subject, near=near))
        tell(f"{len(hits)} found." if hits else "Nothing found.")
        for hit in hits:
            tell_hit(hit)

    _with(work, tenant, data_dir)


def _with(work: Work, slug: str | None, data_dir: Path | None) -> None:
    async def opened() -> None:
        async with platform(settings_for(data_dir)) as on:
            await work(on, await institution(on, slug))

    run(opened)


async def _ensure(ctx: Context, code: str, format_: str | None, kind: ListKind | None, name: str | None) -> None:
    """The list, set up from what was said or from the publications that the rule-set knows."""
    if await queries.find_list(ctx, code) is not None:
        return
    publications = list_rules(ctx).rules.publications
    known = publications.get(code)
    if known is not None:
        format_, kind, name = format_ or known.format, kind or known.kind, name or known.name.en
    if format_ is None or kind is None or name is None:
        raise PublicationUnknown(list=code, known=", ".join(publications))
    await service.create_list(ctx, code=code, format_=format_, kind=kind, name=name)


async def _versions(ctx: Context, code: str) -> list[ListVersion]:
    of = await queries.list_by_code(ctx, code)
    return list(await queries.versions(ctx, of.id))


async def _difference(ctx: Context, code: str, number: int) -> Difference:
    of = await queries.list_by_code(ctx, code)
    return await queries.difference_of(ctx, (await queries.version_by_number(ctx, of.id, number)).id)


async def _screen(on: Platform, where: Tenant) -> None:
    with Bars(STAGES) as progress:
        done = await jobs.screen_due(on, system(where), progress)
    for one in done:
        tell_screened(one)


def _born(text: str) -> BirthDate:
    born = birth_date(text)
    if born is None:
        raise BirthDateUnreadable(text=text)
    return born
