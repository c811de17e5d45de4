"""`tenure audit witness` and the time-stamps: what makes it impossible to change the past unseen."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from backend.audit import published, timestamps
from backend.audit.heads import Heads
from backend.audit.keys import LogKeys
from backend.audit.timestamps import Stamps
from backend.audit.verifier import standalone
from backend.audit.verifier.standalone import Files, Folder, Verdict, Web
from backend.cli.console import DataDir, TenantSlug, institution, operator, platform, run, settings_for, system, tell
from backend.core.errors import Invalid
from backend.jobs import stamping

Roots = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Root certificates of the authority (PEM).")]


class WhichLog(Invalid):
    code = "cli.which_log"
    text = "Say which log to look at: --url, --directory or --database."


class WitnessStopped(Invalid):
    code = "cli.witness_stopped"
    text = "{problem}"


def witness(
    memory: Annotated[Path, typer.Option(help="A file of your own, in a place that the institution cannot write to.")],
    url: Annotated[str | None, typer.Option(help="Where the log is published.")] = None,
    directory: Annotated[Path | None, typer.Option(help="A folder in the layout of tlog-tiles.")] = None,
    database: Annotated[bool, typer.Option("--database", help="The log of this installation.")] = False,
    key: Annotated[str | None, typer.Option(help="The log's public key; needed the first time.")] = None,
    chinese: Annotated[bool, typer.Option("--zh", help="Answer in Chinese.")] = False,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Remember the newest head and demand that the log continues it; exit 1 when it does not."""
    if [url is not None, directory is not None, database].count(True) != 1:
        raise typer.BadParameter(WhichLog.text)

    async def look() -> Verdict:
        try:
            if database:
                return await _own(memory, key, tenant, data_dir)
            files: Files = Web(url) if url is not None else Folder(directory or Path())
            return standalone.witness(memory, files, key, datetime.now(UTC))
        except (standalone.Unreadable, standalone.Refused) as error:
            raise WitnessStopped(problem=str(error)) from error

    verdict = run(look)
    words = standalone.say("zh" if chinese else "en", verdict.code, **verdict.params)
    tell(words, verdict.code, "green" if verdict.sound else "red")
    if not verdict.sound:
        raise typer.Exit(1)


async def _own(memory: Path, key: str | None, slug: str | None, data_dir: Path | None) -> Verdict:
    settings = settings_for(data_dir)
    async with platform(settings) as opened:
        where = await institution(opened, slug)
        verifier = LogKeys.of(settings).verifier(where.id)

        async def read(path: str) -> bytes | None:
            actor = system(where)
            return await opened.run(actor, lambda ctx: published.file(ctx.session, where.id, verifier, path))

        return await published.witness(memory, read, key, opened.clock())


def timestamp(
    url: Annotated[str, typer.Option(help="Where the time-stamping authority answers (RFC 3161 over HTTP).")],
    roots: Roots,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Have the newest signed head stamped by an authority, verify its answer and keep it beside the heads."""

    async def work() -> None:
        settings = settings_for(data_dir)
        async with platform(settings) as opened:
            where = await institution(opened, tenant)
            done = await stamping.stamp(opened, operator(where), timestamps.over_http(url), roots)
            if done is None:
                tell("The log has no signed head yet.", "nothing stamped")
                raise typer.Exit(1)
            tell(f"Size {done.size:,}, {done.at.isoformat()}, kept as {done.file}.", "stamped", "green")

    run(work)


def stamps(roots: Roots, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Verify every time-stamp that is kept against the heads it covers; exit 1 when one does not hold."""

    async def work() -> bool:
        settings = settings_for(data_dir)
        async with platform(settings) as opened:
            where = await institution(opened, tenant)
        notes = partial(Heads.of(settings).note, where.id)
        sound, broken = timestamps.check_all(Stamps.of(settings), where.id, notes, timestamps.certificates(roots))
        for stamp in sound:
            tell(f"size {stamp.size:,}, {stamp.at.isoformat()} ({stamp.file})", "holds", "green")
        for file, problem in broken:
            tell(f"{file}: {problem}", "does not hold", "red")
        return not broken

    if not run(work):
        raise typer.Exit(1)


def key(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Print the log's public key, to hand to auditors and witnesses by a way of its own."""

    async def work() -> None:
        settings = settings_for(data_dir)
        async with platform(settings) as opened:
            where = await institution(opened, tenant)
            typer.echo(LogKeys.of(settings).verifier(where.id).encode())

    run(work)
