"""A colleague's device is lost: one person proposes to take the second factor away, another does it.

Whoever could do that alone could give a colleague a new password as well and then be that colleague. The operator at
the console does it alone, under an audit action of its own.
"""

from dataclasses import dataclass
from uuid import UUID

from backend.access import proof_queries, second_factor
from backend.access.context import Context
from backend.access.isolation import require_serializable
from backend.access.models import StaffUser
from backend.access.proof_models import FactorReset, ResetState
from backend.access.scopes import Facts
from backend.access.sign_in_errors import (
    ColleagueUnknown,
    NotEnrolled,
    ResetClosed,
    ResetOpen,
    ResetReason,
    ResetUnknown,
)


@dataclass(frozen=True, slots=True)
class ResetView:
    row: FactorReset
    may_decide: bool
    may_withdraw: bool


async def propose(ctx: Context, user_id: UUID, reason: str) -> FactorReset:
    """Raises ColleagueUnknown, NotEnrolled, ResetReason, ResetOpen."""
    user = await _colleague(ctx, user_id, "reset_credentials")
    if not reason.strip():
        raise ResetReason(field="reason")
    if not await second_factor.enrolled(ctx, user_id):
        raise NotEnrolled()
    if await proof_queries.open_factor_resets(ctx.session, user_id):
        raise ResetOpen()
    row = FactorReset(
        tenant_id=user.tenant_id,
        user_id=user_id,
        reason=reason.strip(),
        proposed_by=ctx.actor.id,
        proposed_at=ctx.now,
    )
    async with ctx.audit("second_factor.propose_reset", ("staff_user", user_id)):
        ctx.session.add(row)
    await ctx.emit("factor_reset.proposed", row.id, {"user": str(user_id)})
    return row


async def approve(ctx: Context, reset_id: UUID) -> FactorReset:
    """As second person: neither the proposer nor the one whose factor it is. Raises ResetUnknown, ResetClosed."""
    await require_serializable(ctx)
    row = await _to_decide(ctx, reset_id)
    async with ctx.audit("second_factor.reset", ("staff_user", row.user_id)):
        _close(ctx, row, ResetState.DONE)
    await second_factor.take_away(ctx, row.user_id)
    await ctx.emit("factor_reset.decided", row.id, {"user": str(row.user_id)})
    return row


async def reject(ctx: Context, reset_id: UUID) -> FactorReset:
    row = await _to_decide(ctx, reset_id)
    async with ctx.audit("second_factor.reject_reset", ("staff_user", row.user_id)):
        _close(ctx, row, ResetState.REJECTED)
    await ctx.emit("factor_reset.decided", row.id, {"user": str(row.user_id)})
    return row


async def withdraw(ctx: Context, reset_id: UUID) -> FactorReset:
    """By who proposed it: the device was found."""
    row = await _found(ctx, reset_id)
    ctx.require("reset_credentials", "staff", Facts(tenant_id=row.tenant_id, subject_id=row.user_id))
    if row.proposed_by != ctx.actor.id:
        raise ResetUnknown()
    async with ctx.audit("second_factor.withdraw_reset", ("staff_user", row.user_id)):
        _close(ctx, row, ResetState.WITHDRAWN)
    await ctx.emit("factor_reset.decided", row.id, {"user": str(row.user_id)})
    return row


async def reset_alone(ctx: Context, user_id: UUID) -> None:
    """From the console, for an institution whose only administrator lost the device."""
    await _colleague(ctx, user_id, "reset_alone")
    await ctx.trail.note("second_factor.reset_alone", ("staff_user", user_id))
    await second_factor.take_away(ctx, user_id)


async def listed(ctx: Context) -> list[ResetView]:
    """Those that wait, the newest first."""
    ctx.require("view", "staff", Facts(tenant_id=ctx.actor.tenant_id))
    return [view(ctx, row) for row in await proof_queries.open_factor_resets(ctx.session)]


async def find(ctx: Context, reset_id: UUID) -> ResetView:
    """Raises ResetUnknown."""
    ctx.require("view", "staff", Facts(tenant_id=ctx.actor.tenant_id))
    return view(ctx, await _found(ctx, reset_id))


def view(ctx: Context, row: FactorReset) -> ResetView:
    waits = row.state == ResetState.PROPOSED
    return ResetView(
        row,
        may_decide=waits and ctx.may("approve_reset", "staff", _second(row)),
        may_withdraw=waits and row.proposed_by == ctx.actor.id,
    )


def _second(row: FactorReset) -> Facts:
    return Facts(tenant_id=row.tenant_id, subject_id=row.user_id, maker_id=row.proposed_by, deciders=frozenset())


def _close(ctx: Context, row: FactorReset, state: ResetState) -> None:
    if row.state != ResetState.PROPOSED:
        raise ResetClosed()
    row.state, row.decided_by, row.decided_at = state, ctx.actor.id, ctx.now


async def _to_decide(ctx: Context, reset_id: UUID) -> FactorReset:
    row = await _found(ctx, reset_id)
    ctx.require("approve_reset", "staff", _second(row))
    if row.state != ResetState.PROPOSED:
        raise ResetClosed()
    return row


async def _found(ctx: Context, reset_id: UUID) -> FactorReset:
    row = await proof_queries.factor_reset_for_update(ctx.session, reset_id)
    if row is None:
        raise ResetUnknown()
    return row


async def _colleague(ctx: Context, user_id: UUID, action: str) -> StaffUser:
    user = await ctx.session.get(StaffUser, user_id)
    if user is None:
        raise ColleagueUnknown()
    ctx.require(action, "staff", Facts(tenant_id=user.tenant_id, team_id=user.team_id, subject_id=user.id))
    return user
