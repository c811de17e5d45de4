"""Who works here in which roles, and the roles that wait for a second person: for those who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.access import queries
from backend.access.appointment_errors import UnknownColleague
from backend.access.appointment_models import Appointment, AppointmentState
from backend.access.context import Context
from backend.access.models import RoleGrant, StaffUser
from backend.access.scopes import Facts


@dataclass(frozen=True, slots=True)
class ColleagueView:
    """`grants` count now or will; empty for who may see the person and not the roles."""

    user: StaffUser
    grants: Sequence[RoleGrant]
    may_deactivate: bool
    may_reactivate: bool
    may_grant: bool
    may_revoke: bool
    may_edit: bool

    def roles(self, now: datetime) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants if grant.valid_from <= now)


@dataclass(frozen=True, slots=True)
class AppointmentView:
    row: Appointment
    may_decide: bool
    may_withdraw: bool


async def colleagues(ctx: Context) -> list[ColleagueView]:
    rows = [row for row in await queries.staff(ctx.session) if ctx.may("view", "staff", _facts(row))]
    granted: dict[UUID, list[RoleGrant]] = {}
    if ctx.may("view", "role_grant", Facts(tenant_id=ctx.actor.tenant_id)):
        for grant in await queries.grants_of_all(ctx.session, ctx.now):
            granted.setdefault(grant.holder_id, []).append(grant)
    return [_view(ctx, row, granted.get(row.id, ())) for row in rows]


async def colleague(ctx: Context, staff_id: UUID) -> ColleagueView:
    """Raises UnknownColleague, also for one who may not be seen."""
    row = await ctx.session.get(StaffUser, staff_id)
    if row is None or not ctx.may("view", "staff", _facts(row)):
        raise UnknownColleague()
    seen = ctx.may("view", "role_grant", Facts(tenant_id=ctx.actor.tenant_id))
    return _view(ctx, row, await queries.grants(ctx.session, staff_id, ctx.now) if seen else ())


async def appointments(ctx: Context, *, open_only: bool) -> list[AppointmentView]:
    ctx.require("view", "role_grant", Facts(tenant_id=ctx.actor.tenant_id))
    return [_appointment(ctx, row) for row in await queries.appointments(ctx.session, open_only=open_only)]


async def appointment(ctx: Context, appointment_id: UUID) -> AppointmentView | None:
    ctx.require("view", "role_grant", Facts(tenant_id=ctx.actor.tenant_id))
    row = await queries.appointment(ctx.session, appointment_id)
    return None if row is None else _appointment(ctx, row)


def _view(ctx: Context, row: StaffUser, grants: Sequence[RoleGrant]) -> ColleagueView:
    about = Facts(tenant_id=row.tenant_id, subject_id=row.id)
    return ColleagueView(
        row,
        grants,
        may_deactivate=row.active and ctx.may("deactivate", "staff", _facts(row)),
        may_edit=row.active and ctx.may("edit", "staff", _facts(row)),
        may_reactivate=not row.active and ctx.may("reactivate", "staff", _facts(row)),
        may_grant=ctx.may("grant", "role_grant", about),
        may_revoke=ctx.may("revoke", "role_grant", about),
    )


def _appointment(ctx: Context, row: Appointment) -> AppointmentView:
    waits = row.state == AppointmentState.PROPOSED
    facts = Facts(tenant_id=row.tenant_id, subject_id=row.holder_id, maker_id=row.proposed_by, deciders=frozenset())
    may_decide = waits and ctx.may("approve", "role_grant", facts)
    return AppointmentView(row, may_decide, waits and row.proposed_by == ctx.actor.id)


def _facts(row: StaffUser) -> Facts:
    return Facts(tenant_id=row.tenant_id, team_id=row.team_id, subject_id=row.id)
