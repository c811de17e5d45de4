"""How colleagues sign in, for whoever may reset it; looking it up is an entry."""

from dataclasses import dataclass
from datetime import datetime

from backend.access import proof_queries, queries, second_factor
from backend.access.context import Context
from backend.access.models import StaffUser
from backend.access.scopes import Facts
from backend.access.sign_in_rules import sign_in_rules


@dataclass(frozen=True, slots=True)
class Access:
    user: StaffUser
    enrolled: bool
    required: bool
    locked_until: datetime | None
    temporary: bool
    last_sign_in: datetime | None
    resettable: bool


async def listed(ctx: Context) -> list[Access]:
    """Raises NotAllowed for who may reset nobody."""
    ctx.require("view", "staff", Facts(tenant_id=ctx.actor.tenant_id))
    ctx.require("view", "role_grant", Facts(tenant_id=ctx.actor.tenant_id))
    rules = sign_in_rules(ctx.policies, ctx.now.date()).rules
    credentials = await proof_queries.credentials(ctx.session)
    enrolled = await proof_queries.enrolled_ids(ctx.session)
    last = await proof_queries.last_sign_ins(ctx.session)
    await ctx.trail.note("staff.view_access", ("tenant", ctx.actor.tenant_id))
    found = []
    for user in await queries.staff(ctx.session):
        credential = credentials.get(user.id)
        facts = Facts(tenant_id=user.tenant_id, team_id=user.team_id, subject_id=user.id)
        roles = await queries.roles_of(ctx.session, user.id, ctx.now)
        until = None if credential is None else credential.locked_until
        found.append(
            Access(
                user=user,
                enrolled=user.id in enrolled,
                required=second_factor.required(rules, roles),
                locked_until=until if until is not None and until > ctx.now else None,
                temporary=credential is not None and credential.must_change,
                last_sign_in=last.get(user.id),
                resettable=ctx.may("reset_credentials", "staff", facts),
            )
        )
    return found
