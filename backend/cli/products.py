"""`tenure products`: the catalogue as files and tables; signing stays with people at the door."""

from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from backend.access.context import Context
from backend.cli.console import (
    DataDir,
    TenantSlug,
    complain,
    institution,
    listing,
    out,
    platform,
    run,
    settings_for,
    system,
    tell,
)
from backend.core.actor import Actor
from backend.core.errors import TenureError
from backend.edge.platform import Platform
from backend.products import attributes, differences, files, moving, queries, view, wording
from backend.products.definition import Fee, ProductKind, Rate
from backend.products.errors import VersionNotFound
from backend.products.files import Row
from backend.products.models import ProductState
from backend.products.queries import ProductFilter

app = typer.Typer(help="Products: list, show, compare, import, export, advance.", no_args_is_help=True)
Code = Annotated[str, typer.Argument(help="Code of the product.")]
Kinds = Annotated[list[ProductKind] | None, typer.Option("--kind", help="Only these kinds.")]
States = Annotated[list[ProductState] | None, typer.Option("--state", help="Only these states.")]
_MOST: Final = 1_000
_LOCALE: Final = "en"


@app.command("list")
def list_(kind: Kinds = None, state: States = None, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Products by code, with what each is called and where it stands."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            found = ProductFilter(kinds=frozenset(kind or ()), states=frozenset(state or ()))
            table = listing("Code", "Name", "Kind", "State", "Risk", "On sale since")
            async with opened.transaction(system(await institution(opened, tenant))) as ctx:
                rows = await queries.products(ctx, found, limit=_MOST)
                versions = await queries.versions_of(ctx, [row.id for row in rows])
                for row in rows:
                    shown = view.shown_version(versions.get(row.id, ()), ctx.now.date())
                    name = "" if shown is None else queries.definition_of(shown).names.en
                    since = "" if row.opened_on is None else row.opened_on.isoformat()
                    table.add_row(row.code, name, row.kind, row.state, row.risk, since)
            out.print(table)

    run(work)


@app.command()
def show(
    code: Code,
    on: Annotated[str | None, typer.Option(help="Prices of this day (YYYY-MM-DD); today without.")] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """One product: its versions, the prices of a day, and what its next steps still lack."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            await opened.run(actor, lambda ctx: _show(ctx, code, None if on is None else date.fromisoformat(on)))

    run(work)


async def _show(ctx: Context, code: str, on: date | None) -> None:
    row, day = await queries.by_code(ctx, code), on or ctx.now.date()
    found = await view.file(ctx, row)
    shown = view.shown_version(found.papers.versions, day)
    if shown is not None:
        said = queries.definition_of(shown)
        tell(f"{said.names.en}: {said.summary.en}", row.code)
        prices: tuple[Fee | Rate, ...] = (*said.fees, *said.rates)
        for priced in prices:
            for price in priced.prices:
                if price.covers(day):
                    tell(f"  {priced.name.en} ({price.tier}): {wording.price(priced, price, said.currency, _LOCALE)}")
    for phase in found.phases:
        tell(f"  {phase.state.value} since {phase.since}")
    for step in found.steps:
        lacks = ", ".join(f"{item.name} {item.have}/{item.need}" for item in step.items if not item.met)
        waits = " (proposed)" if step.move is not None else ""
        tell(f"  → {step.target.value}{waits}: {'lacks ' + lacks if lacks else 'nothing is missing'}")


@app.command()
def compare(
    code: Code,
    before: Annotated[int, typer.Argument(help="Number of the earlier version.")],
    after: Annotated[int, typer.Argument(help="Number of the later version.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """How two versions differ, in words."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            await opened.run(actor, lambda ctx: _compare(ctx, code, before, after))

    run(work)


async def _compare(ctx: Context, code: str, before: int, after: int) -> None:
    row = await queries.by_code(ctx, code)
    versions = {each.number: each for each in (await queries.versions_of(ctx, [row.id])).get(row.id, ())}
    if not {before, after} <= versions.keys():
        raise VersionNotFound()
    old, new = (queries.definition_of(versions[number]) for number in (before, after))
    rules = attributes.attributes_on(ctx.policies, ctx.now.date()).rules
    for each in differences.differences(old, new, rules, _LOCALE):
        tell(each.words, each.sort)


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="YAML file, one document a product.", exists=True, dir_okay=False)],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Take definitions in; every wrong one is told by its number, and the others go on."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            done: Counter[str] = Counter()
            rows = list(files.read(source.read_bytes(), partial(_beside, source.parent)))
            for row in rows:
                done[await _take_in(opened, actor, row, files.codes(rows))] += 1
            tell(", ".join(f"{count:,} {what}" for what, count in sorted(done.items())) or "nothing in the file")
            if done["refused"]:
                raise typer.Exit(1)

    run(work)


def _beside(folder: Path, name: str) -> bytes:
    """A file beside the YAML, and nowhere else."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"{name} does not lie beside the file")
    return path.read_bytes()


async def _take_in(opened: Platform, actor: Actor, row: Row, beside: frozenset[str]) -> str:
    sheet = row.sheet
    if sheet is None:
        complain(f"document {row.number}", row.problem or "")
        return "refused"
    try:
        outcome, _ = await opened.run(actor, partial(files.take_in, sheet=sheet, beside=beside))
    except TenureError as error:
        complain(f"document {row.number} ({sheet.code})", str(error))
        return "refused"
    return outcome.value


@app.command()
def export(
    target: Annotated[Path, typer.Argument(help="Where to write the YAML.")],
    kind: Kinds = None,
    state: States = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Write the newest definition of each product to a file that `import` reads."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            found = ProductFilter(kinds=frozenset(kind or ()), states=frozenset(state or ()))
            actor = system(await institution(opened, tenant))
            target.write_bytes(await opened.run(actor, lambda ctx: files.export(ctx, found)))

    run(work)
    tell(str(target))


@app.command()
def advance(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Take every open step to which nothing is missing any more, because its waiting time or day is over."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            tell(f"{await opened.run(actor, moving.advance, serializable=True):,} steps taken.")

    run(work)
