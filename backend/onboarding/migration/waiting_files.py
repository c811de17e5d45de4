"""Files that were looked at and wait for a word: loaded, thrown away, or forgotten."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.onboarding.migration.file_runs import RunUnknown, forget_upload, kind_of, locked, require_loading
from backend.onboarding.migration.models import ImportProgress, ImportRun, RunState

_WAITS: Final = timedelta(days=1)


async def confirm(ctx: Context, run_id: UUID) -> bool:
    """Whoever looked at the file finds it right; False where it was confirmed before. Raises RunUnknown, NotAllowed."""
    run, progress = await _waiting(ctx, run_id)
    if run.state != RunState.CHECKED:
        return False
    async with ctx.audit("import.start", ("import_run", run.id), reason=run.source):
        run.state = RunState.RUNNING
    progress.at = ctx.now
    return True


async def discard(ctx: Context, run_id: UUID) -> None:
    """Nothing of the file is taken, and the file is gone. Raises RunUnknown, NotAllowed."""
    run, progress = await _waiting(ctx, run_id)
    if run.state == RunState.CHECKED:
        await _drop(ctx, run, progress)


async def discard_forgotten(ctx: Context) -> int:
    """Files that were looked at and then left lying."""
    ctx.require("run", "import", Facts(tenant_id=ctx.actor.tenant_id))
    lying = select(ImportRun, ImportProgress).join(ImportProgress, col(ImportProgress.id) == ImportRun.id)
    lying = lying.where(ImportRun.state == RunState.CHECKED, col(ImportProgress.at) < ctx.now - _WAITS)
    found = (await ctx.session.execute(lying.with_for_update(of=ImportProgress, skip_locked=True))).all()
    for run, progress in found:
        await _drop(ctx, run, progress)
    return len(found)


async def _waiting(ctx: Context, run_id: UUID) -> tuple[ImportRun, ImportProgress]:
    run = await ctx.session.get(ImportRun, run_id, with_for_update=True)
    if run is None:
        raise RunUnknown()
    require_loading(ctx, kind_of(run))
    return run, await locked(ctx, run_id)


async def _drop(ctx: Context, run: ImportRun, progress: ImportProgress) -> None:
    async with ctx.audit("import.finish", ("import_run", run.id), reason=RunState.DISCARDED):
        run.state, run.finished_at = RunState.DISCARDED, ctx.now
    progress.at = ctx.now
    await forget_upload(ctx, run.id)
