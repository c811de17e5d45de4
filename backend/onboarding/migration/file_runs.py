"""The run of a file of holdings: kept with its progress, so that one that was killed goes on after its last rows."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import delete
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.errors import Conflict, NotFound
from backend.onboarding.migration.holding_files import FileKind, Line
from backend.onboarding.migration.holding_lines import record_lines
from backend.onboarding.migration.models import ImportPiece, ImportProgress, ImportRun, RunState
from backend.onboarding.migration.problems import Problem
from backend.onboarding.migration.queries import count_problems, problem_rows
from backend.onboarding.migration.service import finish_run, keep_problems, open_run
from backend.privacy.shredding import destroy_keys

PIECE_BYTES: Final = 1024 * 1024
_SILENT: Final = timedelta(minutes=2)
_PREFIX: Final = "holdings."
_ANY: Final = ("run", "import")
_LOADS: Final = {FileKind.PROSPECTS: ("import", "prospect")}
"""The right that loads a kind of file, where it is one of its own."""
_UNFINISHED: Final = (RunState.RUNNING, RunState.FAILED, RunState.CHECKED)


class RunUnknown(NotFound):
    code = "import.run_unknown"
    text = "There is no such import."


class RunElsewhere(Conflict):
    code = "import.run_elsewhere"
    text = "This import is being carried out by another process."


async def begin(
    ctx: Context, kind: FileKind, source_hash: str, total: int, *, file: str, state: RunState = RunState.RUNNING
) -> ImportRun:
    """A new run, or the unfinished one of the same file. `total` is the file's last line. Raises NotAllowed."""
    require_loading(ctx, kind)
    unfinished = select(ImportRun, ImportProgress).join(ImportProgress, col(ImportProgress.id) == ImportRun.id)
    unfinished = unfinished.where(
        ImportRun.source == _PREFIX + kind,
        ImportRun.source_hash == source_hash,
        col(ImportRun.state).in_(_UNFINISHED),
    )
    found = (await ctx.session.execute(unfinished.order_by(col(ImportRun.id).desc()).limit(1))).first()
    if found is not None:
        run, progress = found
        progress.at, progress.failure = ctx.now, None
        if run.state == RunState.FAILED:
            async with ctx.audit("import.start", ("import_run", run.id), reason=run.source):
                run.state, run.finished_at = RunState.RUNNING, None
        return run
    run = await open_run(ctx, _PREFIX + kind, source_hash, (), state)
    ctx.session.add(ImportProgress(id=run.id, tenant_id=run.tenant_id, total=total, at=ctx.now, file=file))
    return run


async def receive(
    ctx: Context,
    kind: FileKind,
    source_hash: str,
    total: int,
    *,
    file: str,
    pieces: Sequence[bytes],
    state: RunState = RunState.RUNNING,
) -> ImportRun:
    """Begin, and keep the file itself, sealed by a key of its own until the run has ended."""
    run = await begin(ctx, kind, source_hash, total, file=file, state=state)
    if await ctx.session.get(ImportPiece, _piece_id(run.id, 0)) is not None:
        return run
    await ctx.vault.create([run.id])
    for number, body in enumerate(pieces):
        piece_id = _piece_id(run.id, number)
        sealed = ctx.vault.seal_document(run.id, piece_id, body)
        ctx.session.add(ImportPiece(id=piece_id, tenant_id=run.tenant_id, run_id=run.id, number=number, body=sealed))
    return run


def kind_of(run: ImportRun) -> FileKind:
    return FileKind(run.source.removeprefix(_PREFIX))


async def under_way(ctx: Context, run_id: UUID) -> tuple[ImportRun, ImportProgress]:
    """Raises RunUnknown."""
    run = await ctx.session.get(ImportRun, run_id)
    progress = await ctx.session.get(ImportProgress, run_id)
    if run is None or progress is None:
        raise RunUnknown()
    return run, progress


async def newest(ctx: Context, limit: int = 20) -> list[tuple[ImportRun, ImportProgress]]:
    """Raises NotAllowed."""
    runs = select(ImportRun, ImportProgress).join(ImportProgress, col(ImportProgress.id) == ImportRun.id)
    sources = [_PREFIX + kind for kind in _readable(ctx)]
    runs = runs.where(col(ImportRun.source).in_(sources))
    rows = (await ctx.session.execute(runs.order_by(col(ImportRun.id).desc()).limit(limit))).all()
    return [(run, progress) for run, progress in rows]


async def shown(ctx: Context, run_id: UUID) -> tuple[ImportRun, ImportProgress] | None:
    """None where there is none. Raises NotAllowed."""
    kinds = _readable(ctx)
    try:
        run, progress = await under_way(ctx, run_id)
    except RunUnknown:
        return None
    return (run, progress) if kind_of(run) in kinds else None


async def problems_of(ctx: Context, run_id: UUID, *, limit: int, after: int = 0) -> list[Problem]:
    """Bad rows in the order of the file, those after the line `after`. Raises NotAllowed."""
    if await shown(ctx, run_id) is None:
        return []
    rows = await ctx.session.scalars(problem_rows(run_id, after).limit(limit))
    return [Problem(row.file, row.line, row.code, row.column) for row in rows]


async def piece(ctx: Context, run_id: UUID, number: int) -> bytes | None:
    """None after the last."""
    run, _ = await under_way(ctx, run_id)
    require_loading(ctx, kind_of(run))
    found = await ctx.session.get(ImportPiece, _piece_id(run_id, number))
    if found is None:
        return None
    await ctx.vault.load([run_id])
    return b"".join(ctx.vault.open_document(run_id, found.id, found.body))


async def advance(
    ctx: Context, run_id: UUID, kind: FileKind, rows: Sequence[Line | Problem], *, file: str, after: int
) -> int:
    """Record the rows that follow the line `after`, with their problems and the progress; the last line.

    Raises RunElsewhere when the run is no longer where it was: somebody else is carrying it on.
    """
    progress = await locked(ctx, run_id)
    if progress.done != after:
        raise RunElsewhere()
    lines = [row for row in rows if not isinstance(row, Problem)]
    recorded = await record_lines(ctx, run_id, kind, lines, file=file)
    problems = [row for row in rows if isinstance(row, Problem)]
    await keep_problems(ctx, run_id, [*problems, *recorded.problems])
    progress.done, progress.at = max(row.line for row in rows), ctx.now
    progress.taken += recorded.taken
    progress.known += recorded.known
    progress.alike = (progress.alike or 0) + recorded.alike
    return progress.done


async def finish(ctx: Context, run_id: UUID) -> dict[str, int]:
    """What came of it: rows taken, known before, and bad ones."""
    progress, problems = await locked(ctx, run_id), await count_problems(ctx, run_id)
    progress.done, progress.at = progress.total, ctx.now
    counts = {
        "taken": progress.taken,
        "known": progress.known,
        "rows": progress.taken,
        "problems": problems,
        "alike": progress.alike or 0,
    }
    await finish_run(ctx, run_id, counts)
    await forget_upload(ctx, run_id)
    return counts


async def fail(ctx: Context, run_id: UUID, code: str) -> None:
    """The file could not be used; what was recorded of it stays, and the same file goes on where it stopped."""
    run = await ctx.session.get(ImportRun, run_id, with_for_update=True)
    if run is None:
        raise RunUnknown()
    progress = await locked(ctx, run_id)
    progress.failure, progress.at = code, ctx.now
    async with ctx.audit("import.finish", ("import_run", run_id), reason=code):
        run.state, run.finished_at = RunState.FAILED, ctx.now
    await forget_upload(ctx, run_id)


async def silent(ctx: Context) -> Sequence[ImportRun]:
    """Uploads whose process is gone; they count as heard of from now on."""
    ctx.require("run", "import", Facts(tenant_id=ctx.actor.tenant_id))
    lost = select(ImportRun, ImportProgress).join(ImportProgress, col(ImportProgress.id) == ImportRun.id)
    lost = lost.where(ImportRun.state == RunState.RUNNING, col(ImportProgress.at) < ctx.now - _SILENT)
    lost = lost.where(select(ImportPiece.id).where(col(ImportPiece.run_id) == ImportRun.id).exists())
    found = (await ctx.session.execute(lost.with_for_update(of=ImportProgress, skip_locked=True))).all()
    for _, progress in found:
        progress.at = ctx.now
    return [run for run, _ in found]


def require_loading(ctx: Context, kind: FileKind) -> None:
    """Raises NotAllowed."""
    ctx.require(*_LOADS.get(kind, _ANY), Facts(tenant_id=ctx.actor.tenant_id))


def loads(ctx: Context) -> list[FileKind]:
    """Which files the actor may load."""
    facts = Facts(tenant_id=ctx.actor.tenant_id)
    return [kind for kind in FileKind if ctx.may(*_LOADS.get(kind, _ANY), facts)]


def _readable(ctx: Context) -> list[FileKind]:
    """Whoever sees imports sees all, whoever may load a kind sees that kind. Raises NotAllowed."""
    facts = Facts(tenant_id=ctx.actor.tenant_id)
    if ctx.may("view", "import", facts):
        return list(FileKind)
    own = loads(ctx)
    if not own:
        ctx.require("view", "import", facts)
    return own


async def locked(ctx: Context, run_id: UUID) -> ImportProgress:
    return await ctx.session.get_one(ImportProgress, run_id, with_for_update=True, populate_existing=True)


async def forget_upload(ctx: Context, run_id: UUID) -> None:
    if await ctx.session.get(ImportPiece, _piece_id(run_id, 0)) is None:
        return
    await ctx.session.execute(delete(ImportPiece).where(col(ImportPiece.run_id) == run_id))
    await destroy_keys(ctx.session, ctx.actor.tenant_id, [run_id], ctx.now)


def _piece_id(run_id: UUID, number: int) -> UUID:
    return uuid5(run_id, str(number))
