"""The sessions of a person: where they are signed in, and how each of them is ended."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from backend.access import proof_queries
from backend.access.context import Context
from backend.access.models import SignIn, StaffUser
from backend.access.scopes import Facts
from backend.access.sign_in_errors import ColleagueUnknown, SessionUnknown
from backend.access.sign_in_rules import sign_in_rules


async def mine(ctx: Context) -> Sequence[SignIn]:
    """The newest first."""
    idle = sign_in_rules(ctx.policies, ctx.now.date()).rules.session.idle
    return await proof_queries.sessions_of(ctx.session, ctx.actor.id, ctx.now, idle)


async def end(ctx: Context, session_id: UUID) -> SignIn:
    """One of one's own. Raises SessionUnknown."""
    found = await ctx.session.get(SignIn, session_id)
    if found is None or found.user_id != ctx.actor.id or found.revoked_at is not None:
        raise SessionUnknown()
    found.revoked_at = ctx.now
    await ctx.trail.note("session.end", ("staff_user", ctx.actor.id))
    return found


async def end_others(ctx: Context) -> int:
    """All of one's own but the one that asks."""
    keep = None if ctx.actor.proof is None else ctx.actor.proof.session_id
    ended = await end_all(ctx, ctx.actor.id, keep=keep)
    await ctx.trail.note("session.end_all", ("staff_user", ctx.actor.id))
    return ended


async def end_for(ctx: Context, user_id: UUID) -> int:
    """Somebody else's, by whoever may reset how colleagues sign in."""
    user = await ctx.session.get(StaffUser, user_id)
    if user is None:
        raise ColleagueUnknown()
    ctx.require("reset_credentials", "staff", Facts(tenant_id=user.tenant_id, team_id=user.team_id, subject_id=user.id))
    ended = await end_all(ctx, user_id)
    await ctx.trail.note("session.end_all", ("staff_user", user_id))
    return ended


async def end_all(ctx: Context, user_id: UUID, *, keep: UUID | None = None) -> int:
    """Part of a use case that says why: a changed password, a colleague who leaves. The number that ended."""
    open_ = update(SignIn).where(col(SignIn.user_id) == user_id, col(SignIn.revoked_at).is_(None))
    if keep is not None:
        open_ = open_.where(col(SignIn.id) != keep)
    ended = await ctx.session.execute(open_.values(revoked_at=ctx.now).returning(col(SignIn.id)))
    return len(ended.all())
