"""Sensitive roles by two people, colleagues locked out and let in again; and never the last one who could."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from backend.access import duties, queries
from backend.access.appointment_errors import (
    AppointmentClosed,
    AppointmentReason,
    NobodyLeftFor,
    PeriodInvalid,
    StaffState,
    UnknownAppointment,
    UnknownColleague,
)
from backend.access.appointment_models import Appointment, AppointmentState
from backend.access.context import Context
from backend.access.directory_errors import RolesIncompatible, UnknownRole
from backend.access.isolation import require_serializable
from backend.access.models import ApiClient, RoleGrant, StaffUser
from backend.access.roles import Role
from backend.access.scopes import Facts
from backend.core.i18n import translate


async def propose_role(
    ctx: Context,
    *,
    holder_id: UUID,
    role: str,
    reason: str,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> Appointment:
    """A role that is not sensitive is granted with it; a sensitive one waits for a second person."""
    ctx.require("grant", "role_grant", Facts(tenant_id=ctx.actor.tenant_id, subject_id=holder_id))
    known = grantable(ctx, role)
    if not reason.strip():
        raise AppointmentReason(field="reason")
    begin = max(valid_from or ctx.now, ctx.now)
    if valid_to is not None and valid_to <= begin:
        raise PeriodInvalid(field="valid_to")
    await _known_holder(ctx, holder_id)
    await refuse_conflicts(ctx, holder_id, role, begin, valid_to)
    row = Appointment(
        tenant_id=ctx.actor.tenant_id,
        holder_id=holder_id,
        role=role,
        sensitive=known.sensitive,
        reason=reason.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        state=AppointmentState.PROPOSED,
        proposed_by=ctx.actor.id,
        proposed_at=ctx.now,
    )
    async with ctx.audit("role.propose", ("staff_user", holder_id), reason=role):
        ctx.session.add(row)
    if known.sensitive:
        await ctx.emit("role.proposed", row.id, {"holder": str(holder_id), "role": role})
    else:
        await _grant(ctx, row, "role.grant")
    return row


async def approve_role(ctx: Context, appointment_id: UUID) -> Appointment:
    """As second person: neither the proposer nor the one whom the role is for."""
    await require_serializable(ctx)
    row = await _open(ctx, appointment_id)
    grantable(ctx, row.role)
    await refuse_conflicts(ctx, row.holder_id, row.role, max(row.valid_from or ctx.now, ctx.now), row.valid_to)
    await _grant(ctx, row, "role.approve")
    await _announce(ctx, row)
    return row


async def reject_role(ctx: Context, appointment_id: UUID) -> Appointment:
    row = await _open(ctx, appointment_id)
    async with ctx.audit("role.reject", ("staff_user", row.holder_id), reason=row.role):
        _decide(ctx, row, AppointmentState.REJECTED)
    await _announce(ctx, row)
    return row


async def withdraw_role(ctx: Context, appointment_id: UUID) -> Appointment:
    """By who proposed it."""
    row = await _found(ctx, appointment_id)
    ctx.require("grant", "role_grant", Facts(tenant_id=row.tenant_id, subject_id=row.holder_id))
    if row.proposed_by != ctx.actor.id:
        raise UnknownAppointment()
    async with ctx.audit("role.withdraw", ("staff_user", row.holder_id), reason=row.role):
        _decide(ctx, row, AppointmentState.WITHDRAWN)
    await _announce(ctx, row)
    return row


async def deactivate(ctx: Context, staff_id: UUID) -> StaffUser:
    """Nobody signs in with the account any more, and every session of it ends now."""
    user = await _colleague(ctx, staff_id, "deactivate", active=False)
    await refuse_loss(ctx, staff_id, None)
    async with ctx.audit("staff.deactivate", ("staff_user", staff_id)):
        user.active = False
    for session in await queries.live_sign_ins(ctx.session, staff_id, ctx.now):
        session.revoked_at = ctx.now
    await ctx.session.flush()
    return user


async def reactivate(ctx: Context, staff_id: UUID) -> StaffUser:
    """With the roles that have not ended; what the policy keeps apart by now must be sorted out first."""
    user = await _colleague(ctx, staff_id, "reactivate", active=True)
    held = await queries.grants(ctx.session, staff_id, ctx.now)
    _refuse_pairs(ctx, {grant.role for grant in held})
    async with ctx.audit("staff.reactivate", ("staff_user", staff_id)):
        user.active = True
    return user


def grantable(ctx: Context, role: str) -> Role:
    """Raises UnknownRole."""
    known = ctx.policy.roles.known.get(role)
    if known is None or not known.grantable:
        raise UnknownRole(field="role", role=role)
    return known


async def refuse_conflicts(ctx: Context, holder_id: UUID, role: str, begin: datetime, end: datetime | None) -> None:
    """Raises RolesIncompatible for a role that would at any time stand beside one it may not."""
    held = await queries.grants(ctx.session, holder_id, begin, end)
    _refuse_pairs(ctx, {role, *(grant.role for grant in held)})


async def refuse_loss(ctx: Context, person_id: UUID, role: str | None) -> None:
    """Taking the role (or all of them) from the person must leave enough people for every duty.

    Whoever takes something away waits for others who do, so two together cannot take away the last two.
    """
    place = func.hashtextextended(f"duties/{ctx.actor.tenant_id}", 0)
    await ctx.session.execute(select(func.pg_advisory_xact_lock(place)))
    before = await queries.roles_of_active(ctx.session, ctx.now)
    after = {person: held for person, held in before.items() if person != person_id}
    if role is not None and person_id in before:
        after[person_id] = before[person_id] - {role}
    for duty in duties.lost(ctx.actor.tenant_id, (ctx.policy, before), (ctx.policy, after)):
        raise NobodyLeftFor(duty=translate(ctx.actor.locale, duty.words))


def _refuse_pairs(ctx: Context, roles: set[str]) -> None:
    for conflict in ctx.policy.conflicts(roles):
        raise RolesIncompatible(role=conflict.role, other=conflict.other, reason=conflict.reason)


async def _grant(ctx: Context, row: Appointment, action: str) -> None:
    grant = RoleGrant(
        tenant_id=row.tenant_id,
        holder_id=row.holder_id,
        role=row.role,
        granted_by=row.proposed_by,
        valid_from=max(row.valid_from or ctx.now, ctx.now),
        valid_to=row.valid_to,
    )
    async with ctx.audit(action, ("staff_user", row.holder_id), reason=row.role):
        ctx.session.add(grant)
        row.grant_id, row.state, row.decided_at = grant.id, AppointmentState.GRANTED, ctx.now
        row.decided_by = ctx.actor.id if row.sensitive else None


async def _announce(ctx: Context, row: Appointment) -> None:
    await ctx.emit("role.decided", row.id, {"holder": str(row.holder_id), "role": row.role})


def _decide(ctx: Context, row: Appointment, state: AppointmentState) -> None:
    if row.state != AppointmentState.PROPOSED:
        raise AppointmentClosed(state=row.state)
    row.state, row.decided_by, row.decided_at = state, ctx.actor.id, ctx.now


async def _open(ctx: Context, appointment_id: UUID) -> Appointment:
    row = await _found(ctx, appointment_id)
    facts = Facts(tenant_id=row.tenant_id, subject_id=row.holder_id, maker_id=row.proposed_by, deciders=frozenset())
    ctx.require("approve", "role_grant", facts)
    if row.state != AppointmentState.PROPOSED:
        raise AppointmentClosed(state=row.state)
    return row


async def _found(ctx: Context, appointment_id: UUID) -> Appointment:
    row = await queries.appointment(ctx.session, appointment_id)
    if row is None:
        raise UnknownAppointment()
    return row


async def _known_holder(ctx: Context, holder_id: UUID) -> None:
    if await ctx.session.get(StaffUser, holder_id) is None and await ctx.session.get(ApiClient, holder_id) is None:
        raise UnknownColleague(field="holder_id")


async def _colleague(ctx: Context, staff_id: UUID, action: str, *, active: bool) -> StaffUser:
    user = await ctx.session.get(StaffUser, staff_id)
    if user is None:
        raise UnknownColleague(field="id")
    ctx.require(action, "staff", Facts(tenant_id=user.tenant_id, team_id=user.team_id, subject_id=user.id))
    if user.active == active:
        raise StaffState()
    return user
