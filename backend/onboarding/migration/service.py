"""The run of an import: begun, its bad rows kept, ended with its figures."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.onboarding.migration.models import ImportProblem, ImportRun, RunState
from backend.onboarding.migration.problems import Problem


async def start_run(ctx: Context, source: str, source_hash: str, problems: Iterable[Problem]) -> ImportRun:
    """Raises NotAllowed. Rows that could not be read are kept with the run, without their content."""
    ctx.require("run", "import", Facts(tenant_id=ctx.actor.tenant_id))
    return await open_run(ctx, source, source_hash, problems)


async def open_run(
    ctx: Context, source: str, source_hash: str, problems: Iterable[Problem], state: RunState = RunState.RUNNING
) -> ImportRun:
    """Part of a use case whose right was required there."""
    run = ImportRun(
        tenant_id=ctx.actor.tenant_id,
        source=source,
        source_hash=source_hash,
        started_by=ctx.actor.id,
        started_at=ctx.now,
        state=state,
        counts={},
    )
    async with ctx.audit("import.start", ("import_run", run.id), reason=source):
        ctx.session.add(run)
    await keep_problems(ctx, run.id, problems)
    return run


async def keep_problems(ctx: Context, run_id: UUID, problems: Iterable[Problem]) -> None:
    rows = [
        {
            "id": new_id(),
            "tenant_id": ctx.actor.tenant_id,
            "run_id": run_id,
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "code": problem.code,
        }
        for problem in problems
    ]
    if rows:
        await ctx.session.execute(insert(ImportProblem), rows)


async def finish_run(ctx: Context, run_id: UUID, counts: dict[str, Any]) -> None:
    run = (await ctx.session.scalars(select(ImportRun).where(col(ImportRun.id) == run_id).with_for_update())).one()
    async with ctx.audit("import.finish", ("import_run", run_id)):
        run.state, run.finished_at, run.counts = RunState.FINISHED, ctx.now, counts
