"""Asking the policy as if one were a colleague: never to act, only to say what it would answer."""

from dataclasses import replace
from uuid import UUID

from backend.access import queries
from backend.access.context import Context
from backend.access.models import StaffUser
from backend.access.scopes import Facts
from backend.access.sign_in_errors import ColleagueUnknown
from backend.core.actor import Actor


async def of_colleague(ctx: Context, person_id: UUID) -> Actor:
    """The colleague with the roles of this moment, for who may see them. Raises NotAllowed, ColleagueUnknown."""
    ctx.require("view", "role_grant", Facts(tenant_id=ctx.actor.tenant_id, subject_id=person_id))
    user = await ctx.session.get(StaffUser, person_id)
    if user is None:
        raise ColleagueUnknown()
    roles = await queries.roles_of(ctx.session, user.id, ctx.now)
    return replace(ctx.actor, id=user.id, type="staff", roles=roles, team_id=user.team_id, proof=None, scope=None)
