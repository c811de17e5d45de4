"""Keys of an institution: their state, rotation of root and epoch, data keys rewrapped, an old epoch destroyed.

Each function is one use case in one transaction. A rewrap is a run of many pages: the command shows its progress, the
schedule goes on with whatever was left, and both take turns at one run.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, text
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.privacy.errors import EpochStillWraps
from backend.privacy.models import KeyRotation, RotationKind, RotationState
from backend.privacy.rotation import outdated, rewrap_page, wrapped_by_epoch
from backend.privacy.searching import Versions
from backend.privacy.shredding import close_tenant

PAGE: Final = 2_000
_STILL: Final = text("LOCK TABLE data_key IN SHARE ROW EXCLUSIVE MODE")
_PATIENCE: Final = text("SET LOCAL lock_timeout = '10s'")


@dataclass(frozen=True, slots=True)
class Epoch:
    """`keys` data keys are wrapped by it."""

    number: int
    destroyed: bool
    keys: int


@dataclass(frozen=True, slots=True)
class KeyStatus:
    provider: str
    epochs: tuple[Epoch, ...]
    search: Versions
    rotations: tuple[KeyRotation, ...]


async def status(ctx: Context) -> KeyStatus:
    _require(ctx, "view")
    provider = ctx.vault.keyring.provider
    alive = await provider.epochs(ctx.actor.tenant_id)
    wrapped = await wrapped_by_epoch(ctx.session)
    epochs = tuple(Epoch(number, not there, wrapped.get(number, 0)) for number, there in alive.items())
    running = await ctx.session.scalars(
        select(KeyRotation).where(col(KeyRotation.state) != RotationState.FINISHED).order_by(col(KeyRotation.kind))
    )
    name = type(provider).__name__.removesuffix("Provider")
    return KeyStatus(name, epochs, ctx.vault.search.versions, tuple(running))


async def note_root(ctx: Context, renewed: int) -> None:
    """The root is every institution's: the rotation stands in the log of each."""
    _require(ctx, "rotate")
    await ctx.trail.note("key.rotate_root", ("tenant", ctx.actor.tenant_id), reason=f"keys={renewed}")


async def rotate_epoch(ctx: Context) -> int:
    """Customers get keys under the new epoch from now on; the others come under it by a rewrap."""
    _require(ctx, "rotate")
    tenant_id, keyring = ctx.actor.tenant_id, ctx.vault.keyring
    epoch = await keyring.epoch(tenant_id) + 1
    await ctx.trail.note("key.rotate_epoch", ("tenant", tenant_id), reason=f"epoch={epoch}")
    await keyring.provider.generate(tenant_id, epoch)
    return epoch


async def start_rewrap(ctx: Context) -> KeyRotation:
    """A run, or the one that is under way."""
    _require(ctx, "rotate")
    found = await running(ctx, RotationKind.REWRAP)
    if found is not None:
        return found
    epoch = await ctx.vault.keyring.epoch(ctx.actor.tenant_id)
    run = begun(ctx, RotationKind.REWRAP, epoch, RotationState.FILLING, await outdated(ctx.session, epoch))
    async with ctx.audit("key.rewrap_start", ("key_rotation", run.id), reason=f"epoch={epoch}"):
        ctx.session.add(run)
    return run


async def advance_rewrap(ctx: Context, size: int = PAGE) -> KeyRotation | None:
    """One page further; None when no run is under way.

    At the end it looks whether any key is left (customers recorded by transactions that began under an older epoch),
    and goes round again for those.
    """
    _require(ctx, "rotate")
    run = await running(ctx, RotationKind.REWRAP)
    if run is None:
        return None
    after = None if run.cursor is None else (run.cursor, run.cursor_version)
    page = await rewrap_page(ctx.session, ctx.vault.keyring, run.tenant_id, after, size)
    epoch = await ctx.vault.keyring.epoch(run.tenant_id)
    finished = page.last is None and not await outdated(ctx.session, epoch)
    action = "key.rewrap_finish" if finished else "key.rewrap_advance"
    async with ctx.audit(action, ("key_rotation", run.id), reason=f"keys={page.keys}"):
        run.target, run.done = epoch, run.done + page.keys
        run.cursor, run.cursor_version = page.last or (None, 0)
        if finished:
            finish(run, ctx.now)
    return run


async def go_on(ctx: Context) -> int:
    """For the schedule: one page of the run that is under way; 0 when there is none, or it is finished."""
    run = await advance_rewrap(ctx)
    return int(run is not None and run.state != RotationState.FINISHED)


async def destroy_epoch(ctx: Context, epoch: int) -> int:
    """For ever, in every backup that holds data keys of that time; how many epochs are left.

    Nobody may write data keys while it is checked and done: the table is locked, for at most ten seconds of waiting.
    """
    _require(ctx, "destroy")
    tenant_id, provider = ctx.actor.tenant_id, ctx.vault.keyring.provider
    await ctx.session.execute(_PATIENCE)
    await ctx.session.execute(_STILL)
    keys = (await wrapped_by_epoch(ctx.session)).get(epoch, 0)
    if keys:
        raise EpochStillWraps(epoch=epoch, keys=keys)
    await ctx.trail.note("key.destroy_epoch", ("tenant", tenant_id), reason=f"epoch={epoch}")
    await close_tenant(ctx.session, tenant_id)
    await provider.destroy(tenant_id, epoch)
    ctx.vault.keyring.forget_tenant(tenant_id)
    return sum((await provider.epochs(tenant_id)).values())


async def running(ctx: Context, kind: RotationKind) -> KeyRotation | None:
    """Locked, so that two that go on with one run take turns."""
    wanted = select(KeyRotation).where(col(KeyRotation.kind) == kind, col(KeyRotation.state) != RotationState.FINISHED)
    return (await ctx.session.scalars(wanted.with_for_update())).one_or_none()


def begun(ctx: Context, kind: RotationKind, target: int, state: RotationState, total: int) -> KeyRotation:
    return KeyRotation(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        kind=kind,
        target=target,
        state=state,
        started_by=ctx.actor.id,
        started_at=ctx.now,
        total=total,
    )


def finish(run: KeyRotation, now: datetime) -> None:
    run.state, run.finished_at = RotationState.FINISHED, now
    run.cursor, run.cursor_version = None, 0


def _require(ctx: Context, action: str) -> None:
    ctx.require(action, "encryption_key", Facts(tenant_id=ctx.actor.tenant_id))
