"""The search tags of an institution under a new version, while everybody searches and writes.

    asking → writing → filling → finished

First queries ask for both versions, then what is written has the new one, then a backfill tags what there was anew, and
at last only the new one is asked for. Between two steps nobody works with the step before: a rotation waits for
transactions under way, a few seconds at a time. It goes on after a kill where its cursor stands.
"""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.customers.models import Party
from backend.customers.service.retagging import retag_page
from backend.jobs.keys import begun, finish
from backend.privacy import searching
from backend.privacy.models import KeyRotation, RotationKind, RotationState
from backend.screening import retagging as screening

PAGE: Final = 50
_NEXT: Final = {RotationState.ASKING: RotationState.WRITING, RotationState.WRITING: RotationState.FILLING}


async def version(ctx: Context) -> int:
    """The newest version that was completed."""
    done = select(func.max(col(KeyRotation.target))).where(
        col(KeyRotation.kind) == RotationKind.INDEX, col(KeyRotation.state) == RotationState.FINISHED
    )
    return await ctx.session.scalar(done) or searching.FIRST


async def start(ctx: Context) -> KeyRotation:
    """A rotation to the next version, whose root is made here; or the one that is under way."""
    ctx.require("rotate", "encryption_key", Facts(tenant_id=ctx.actor.tenant_id))
    found = await _running(ctx)
    if found is not None:
        return found
    target = await version(ctx) + 1
    await ctx.vault.keyring.provider.index_root(target)
    total = await ctx.session.scalar(select(func.count()).select_from(Party)) or 0
    run = begun(ctx, RotationKind.INDEX, target, RotationState.ASKING, total)
    async with ctx.audit("key.index_start", ("key_rotation", run.id), reason=f"version={target}"):
        ctx.session.add(run)
    return run


async def advance(ctx: Context, size: int = PAGE) -> KeyRotation | None:
    """One step or one page further; as it is while others hold it up, None when no rotation is under way."""
    ctx.require("rotate", "encryption_key", Facts(tenant_id=ctx.actor.tenant_id))
    standing = await _running(ctx)
    run = await _running(ctx, lock=True)
    if run is None:
        return standing
    if run.state in _NEXT:
        return await _step(ctx, run)
    return await _fill(ctx, run, size)


async def go_on(ctx: Context) -> int:
    """For the schedule: 0 when there is nothing to do now, or others hold it up."""
    before = await _running(ctx)
    place = None if before is None else (before.state, before.done)
    run = await advance(ctx)
    return int(run is not None and run.state != RotationState.FINISHED and (run.state, run.done) != place)


async def _step(ctx: Context, run: KeyRotation) -> KeyRotation:
    try:
        async with ctx.session.begin_nested():
            await searching.alone(ctx.session, run.tenant_id)
    except OperationalError:
        return run
    async with ctx.audit("key.index_advance", ("key_rotation", run.id), reason=run.state):
        run.state = _NEXT[RotationState(run.state)]
        run.until = await ctx.session.scalar(select(col(Party.id)).order_by(col(Party.id).desc()).limit(1))
    return run


async def _fill(ctx: Context, run: KeyRotation, size: int) -> KeyRotation:
    page = await retag_page(ctx, run.cursor, size, run.id)
    await screening.retag(ctx, page)
    finished = len(page) < size or run.until is None or page[-1] >= run.until
    action = "key.index_finish" if finished else "key.index_advance"
    async with ctx.audit(action, ("key_rotation", run.id), reason=f"version={run.target}"):
        run.done += len(page)
        run.cursor = page[-1] if page else run.cursor
        if finished:
            finish(run, ctx.now)
    return run


async def _running(ctx: Context, *, lock: bool = False) -> KeyRotation | None:
    """Skipped while somebody else has it locked: who waited would hold up the step that waits for everybody."""
    wanted = select(KeyRotation).where(
        col(KeyRotation.kind) == RotationKind.INDEX, col(KeyRotation.state) != RotationState.FINISHED
    )
    locked = wanted.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return (await ctx.session.scalars(locked if lock else wanted)).one_or_none()
