"""Files of holdings, loaded in pieces that commit, with progress that others can read.

An operator's file is read where it lies; an uploaded one is kept sealed until its run has ended. Either goes on after
its last recorded row when the process that carried it out has ended.
"""

import asyncio
import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from backend.core.actor import Actor, system_actor
from backend.core.errors import TenureError
from backend.edge.platform import Platform
from backend.onboarding.migration import file_runs, waiting_files
from backend.onboarding.migration.holding_files import FileKind, Line, read_lines
from backend.onboarding.migration.models import RunState
from backend.onboarding.migration.problems import Problem
from backend.onboarding.migration.sheets import last_line

Watch = Callable[[int, int], None]
_log: Final = logging.getLogger(__name__)
_FAILED: Final = "internal"
_ROWS: Final = {
    FileKind.HOLDINGS: 2_000,
    FileKind.MOVEMENTS: 10_000,
    FileKind.PREMIUMS: 10_000,
    FileKind.CLAIMS: 2_000,
    FileKind.PROSPECTS: 50,
}
"""Rows of one transaction."""
_running: Final[set[asyncio.Task[None]]] = set()


@dataclass(frozen=True, slots=True)
class Loaded:
    run_id: UUID
    taken: int
    known: int
    problems: int
    alike: int = 0


async def load(platform: Platform, actor: Actor, kind: FileKind, path: Path, *, watch: Watch) -> Loaded:
    """A file of the operator's. Raises FileUnreadable, ColumnsMissing, NotAllowed, RunElsewhere."""
    digest, total = await asyncio.to_thread(_measured, path)
    await asyncio.to_thread(_first, path, kind)
    run = await platform.run(actor, lambda ctx: file_runs.begin(ctx, kind, digest, total, file=path.name))
    return await _record(platform, actor, run.id, path, watch)


async def upload(
    platform: Platform, actor: Actor, kind: FileKind, name: str, content: bytes, *, wait_seconds: float
) -> UUID:
    """Keep the file sealed, and load it as a task of this process; a job takes up what a process left behind.

    Raises FileUnreadable, ColumnsMissing, NotAllowed.
    """
    run_id = await _receive(platform, actor, kind, name, content, RunState.RUNNING)
    await _begin(platform, actor, run_id, wait_seconds)
    return run_id


async def check(platform: Platform, actor: Actor, kind: FileKind, name: str, content: bytes) -> UUID:
    """Keep the file sealed, and take nothing of it until it is confirmed. Raises as `upload`."""
    return await _receive(platform, actor, kind, name, content, RunState.CHECKED)


async def confirm(platform: Platform, actor: Actor, run_id: UUID, *, wait_seconds: float) -> None:
    """Load a file that was looked at, once. Raises RunUnknown, NotAllowed."""
    if await platform.run(actor, lambda ctx: waiting_files.confirm(ctx, run_id)):
        await _begin(platform, actor, run_id, wait_seconds)


@dataclass(frozen=True, slots=True)
class Preview:
    """What loading a file would meet, as far as the file alone tells; the first rows and problems of it."""

    rows: int
    first: tuple[Line, ...]
    bad: int
    problems: tuple[Problem, ...]


async def preview(platform: Platform, actor: Actor, run_id: UUID, *, most: int) -> Preview:
    """Raises RunUnknown, NotAllowed."""
    with tempfile.TemporaryDirectory(prefix="tenure-import-") as folder:
        run, progress = await platform.run(actor, lambda ctx: file_runs.under_way(ctx, run_id))
        path = Path(folder) / progress.file
        await _unseal(platform, actor, run_id, path)
        return await asyncio.to_thread(_previewed, path, file_runs.kind_of(run), most)


def _previewed(path: Path, kind: FileKind, most: int) -> Preview:
    rows, bad = 0, 0
    first: list[Line] = []
    problems: list[Problem] = []
    for line in read_lines(path, kind):
        if isinstance(line, Problem):
            bad += 1
            problems += [line] if len(problems) < most else []
        else:
            rows += 1
            first += [line] if len(first) < most else []
    return Preview(rows, tuple(first), bad, tuple(problems))


async def _receive(
    platform: Platform, actor: Actor, kind: FileKind, name: str, content: bytes, state: RunState
) -> UUID:
    with tempfile.TemporaryDirectory(prefix="tenure-import-") as folder:
        path = Path(folder) / Path(name).name
        await asyncio.to_thread(path.write_bytes, content)
        digest, total = await asyncio.to_thread(_measured, path)
        await asyncio.to_thread(_first, path, kind)
    pieces = [content[at : at + file_runs.PIECE_BYTES] for at in range(0, len(content), file_runs.PIECE_BYTES)]
    run = await platform.run(
        actor,
        lambda ctx: file_runs.receive(ctx, kind, digest, total, file=path.name, pieces=pieces, state=state),
    )
    return run.id


async def _begin(platform: Platform, actor: Actor, run_id: UUID, wait_seconds: float) -> None:
    worker = replace(system_actor(actor.tenant_id, actor.request_id), on_behalf_of=actor.id, locale=actor.locale)
    task = asyncio.create_task(carry_out(platform, worker, run_id), name=f"import {run_id}")
    _running.add(task)
    task.add_done_callback(_running.discard)
    await asyncio.wait({task}, timeout=wait_seconds)


async def carry_out(platform: Platform, actor: Actor, run_id: UUID) -> None:
    """An upload; what goes wrong is told with the run, by its code."""
    try:
        with tempfile.TemporaryDirectory(prefix="tenure-import-") as folder:
            _, progress = await platform.run(actor, lambda ctx: file_runs.under_way(ctx, run_id))
            path = Path(folder) / progress.file
            await _unseal(platform, actor, run_id, path)
            await _record(platform, actor, run_id, path, lambda _done, _total: None)
    except file_runs.RunElsewhere:
        _log.info("import %s is carried out elsewhere", run_id)
    except TenureError as error:
        await platform.run(actor, partial(file_runs.fail, run_id=run_id, code=error.code))
    except Exception:
        _log.exception("import %s failed", run_id)
        await platform.run(actor, partial(file_runs.fail, run_id=run_id, code=_FAILED))


async def take_up_abandoned(platform: Platform, tenant_id: UUID, request_id: str) -> int:
    """Uploads whose process ended go on here, in the name of the platform; those nobody confirmed are thrown away."""
    actor = system_actor(tenant_id, request_id)
    await platform.run(actor, waiting_files.discard_forgotten)
    runs = await platform.run(actor, file_runs.silent)
    for run in runs:
        await carry_out(platform, replace(actor, on_behalf_of=run.started_by), run.id)
    return len(runs)


async def _record(platform: Platform, actor: Actor, run_id: UUID, path: Path, watch: Watch) -> Loaded:
    run, progress = await platform.run(actor, lambda ctx: file_runs.under_way(ctx, run_id))
    kind, done, total = file_runs.kind_of(run), progress.done, progress.total
    rows = read_lines(path, kind, after=done)
    watch(done, total)
    while chunk := await asyncio.to_thread(_some, rows, _ROWS[kind]):
        step = partial(file_runs.advance, run_id=run_id, kind=kind, rows=chunk, file=path.name, after=done)
        done = await platform.run(actor, step)
        watch(done, total)
    counts = await platform.run(actor, lambda ctx: file_runs.finish(ctx, run_id))
    return Loaded(run_id, counts["taken"], counts["known"], counts["problems"], counts["alike"])


async def _unseal(platform: Platform, actor: Actor, run_id: UUID, path: Path) -> None:
    number = 0
    with path.open("xb") as out:
        while (body := await platform.run(actor, partial(file_runs.piece, run_id=run_id, number=number))) is not None:
            out.write(body)
            number += 1


def _some(rows: Iterator[Line | Problem], size: int) -> list[Line | Problem]:
    return list(islice(rows, size))


def _first(path: Path, kind: FileKind) -> None:
    next(read_lines(path, kind), None)


def _measured(path: Path) -> tuple[str, int]:
    """SHA-256, and the last line."""
    total = last_line(path)
    with path.open("rb") as file:
        digest = sha256()
        while body := file.read(file_runs.PIECE_BYTES):
            digest.update(body)
    return digest.hexdigest(), total
