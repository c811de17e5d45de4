"""`tenure keys`: the keys that protect personal data, what each protects, and their rotation."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from backend.access import queries as directory
from backend.access.context import Context
from backend.cli.console import (
    Bars,
    DataDir,
    TenantSlug,
    institution,
    nobody,
    operator,
    out,
    platform,
    run,
    settings_for,
    tell,
)
from backend.core.actor import Actor
from backend.edge.platform import Platform
from backend.jobs import data_keys, keys, leakage, reindexing
from backend.privacy.models import KeyRotation, RotationState

app = typer.Typer(help="Encryption keys: state, rotation, leakage of the search tags.", no_args_is_help=True)
_STAGES = {"rewrap": "Data keys", "index": "Records"}
_PAUSE = 0.1
"""Seconds between two looks while others hold a step up."""
Work = Callable[[Platform, Actor], Awaitable[None]]


@app.command()
def status(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Which epochs there are, how many data keys each protects, and what is being rotated."""

    async def work(on: Platform, who: Actor) -> None:
        found = await on.run(who, keys.status)
        tell(f"Provider: {found.provider}")
        table = Table("Epoch", "State", "Data keys")
        newest = max((epoch.number for epoch in found.epochs), default=0)
        for epoch in found.epochs:
            state = "destroyed" if epoch.destroyed else "current" if epoch.number == newest else "old"
            table.add_row(str(epoch.number), state, f"{epoch.keys:,}")
        out.print(table)
        tell(f"Search tags: version {found.search.writing}")
        for rotation in found.rotations:
            tell(f"{rotation.kind} to {rotation.target}: {rotation.state}, {rotation.done:,} of {rotation.total:,}")

    _on(work, tenant, data_dir)


@app.command("rotate-root")
def rotate_root(data_dir: DataDir = None) -> None:
    """A new root key; the institutions' keys come under it. No data key and no value is touched."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            renewed = await opened.keyring.provider.rotate_root()
            for each in await opened.run(nobody(), lambda ctx: directory.tenants(ctx.session)):
                await opened.run(operator(each), lambda ctx: keys.note_root(ctx, renewed))
            tell(f"{renewed:,} keys are under the new root.")

    run(work)


@app.command("rotate-epoch")
def rotate_epoch(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """A new key of the institution; new customers come under it, the others by `tenure keys rewrap`."""

    async def work(on: Platform, who: Actor) -> None:
        epoch = await on.run(who, keys.rotate_epoch)
        tell(f"Epoch {epoch} is current. `tenure keys rewrap` brings the existing data keys under it.")

    _on(work, tenant, data_dir)


@app.command()
def rewrap(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Bring all data keys under the current epoch, while everybody works on. Killed, it goes on where it was."""

    async def work(on: Platform, who: Actor) -> None:
        started = await on.run(who, keys.start_rewrap)
        with Bars(_STAGES) as progress:
            progress("rewrap", started.done, started.total)
            done = await _to_the_end(on, who, keys.advance_rewrap, lambda run: progress("rewrap", run.done, run.total))
        tell(f"{done:,} data keys are under the current epoch.")

    _on(work, tenant, data_dir)


@app.command("rotate-data-key")
def rotate_data_key(
    owner: Annotated[UUID, typer.Argument(help="The id of the customer's record.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """A new key for one customer; fields and documents are sealed anew, history still verifies."""

    async def work(on: Platform, who: Actor) -> None:
        version = await on.run(who, lambda ctx: data_keys.begin(ctx, owner))
        done = 0
        while some := await on.run(who, lambda ctx: data_keys.reseal_some(ctx, owner)):
            done += some
        tell(f"{done:,} rows and documents are sealed under version {version}.")

    _on(work, tenant, data_dir)


@app.command("rotate-index")
def rotate_index(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """New search tags, while everybody searches and writes. Killed, it goes on where it was."""

    async def work(on: Platform, who: Actor) -> None:
        started = await on.run(who, reindexing.start)
        with Bars(_STAGES) as progress:
            progress("index", started.done, started.total)
            done = await _to_the_end(on, who, reindexing.advance, lambda run: progress("index", run.done, run.total))
        tell(f"{done:,} records are found by tags of version {started.target} alone.")

    _on(work, tenant, data_dir)


@app.command("destroy-epoch")
def destroy_epoch(
    epoch: Annotated[int, typer.Argument(help="Refused for the current one and while it protects any key.", min=1)],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Destroy an old key for ever: data keys in backups of its time can never be opened again."""
    if not yes:
        typer.confirm(f"Epoch {epoch} cannot be brought back. Destroy it?", abort=True)

    async def work(on: Platform, who: Actor) -> None:
        left = await on.run(who, lambda ctx: keys.destroy_epoch(ctx, epoch))
        tell(f"Epoch {epoch} is destroyed; {left} left.")

    _on(work, tenant, data_dir)


@app.command("leakage")
def leakage_(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """What each index over encrypted values gives away: how many records share a tag. Prints counts alone."""

    async def work(on: Platform, who: Actor) -> None:
        with Bars({"names": "Names"}) as progress:
            found = await on.run(
                who, lambda ctx: leakage.measure(ctx, lambda done, all_: progress("names", done, all_))
            )
        table = Table("Index", "Tags", "Least", "Median", "95 %", "Most", "Alone", title="Records to a tag")
        for index, told in found.items():
            figures = (f"{told.tags:,}", f"{told.least:,}", f"{told.middle:,.0f}", f"{told.p95:,.0f}", f"{told.most:,}")
            table.add_row(index, *figures, f"{told.alone:.1%}")
        out.print(table)

    _on(work, tenant, data_dir)


async def _to_the_end(
    on: Platform,
    who: Actor,
    advance: Callable[[Context], Awaitable[KeyRotation | None]],
    report: Callable[[KeyRotation], None],
) -> int:
    """The schedule may take a page, or the last one, in between."""
    done = 0
    while (moved := await on.run(who, advance)) is not None:
        if moved.done == done:
            await asyncio.sleep(_PAUSE)
        done = moved.done
        report(moved)
        if moved.state == RotationState.FINISHED:
            break
    return done


def _on(work: Work, tenant: str | None, data_dir: DataDir) -> None:
    async def opened() -> None:
        async with platform(settings_for(data_dir)) as on:
            await work(on, operator(await institution(on, tenant)))

    run(opened)
