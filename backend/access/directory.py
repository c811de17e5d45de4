"""The directory of an institution: tenants, teams, colleagues, roles, partner clients."""

import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access import queries
from backend.access.appointing import grantable, refuse_conflicts, refuse_loss
from backend.access.appointment_errors import SecondPersonNeeded, UnknownColleague
from backend.access.context import Context
from backend.access.directory_errors import (
    AddressInvalid,
    ClientNameTaken,
    LoginTaken,
    RoleNotHeld,
    WeakPassword,
)
from backend.access.models import ApiClient, Credential, RoleGrant, StaffUser, Team, Tenant
from backend.access.scopes import Facts
from backend.access.tokens import hashed, token_digest

_SHORTEST_PASSWORD = 12
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


async def create_tenant(
    session: AsyncSession, *, slug: str, name: str, jurisdiction: str, currency: str, now: datetime
) -> Tenant:
    """Run by the owner of the tables, before there is anybody who could be allowed to."""
    tenant = Tenant(slug=slug, name=name, jurisdiction=jurisdiction, currency=currency, created_at=now)
    session.add(tenant)
    await session.flush()
    return tenant


async def create_team(ctx: Context, name: str) -> Team:
    ctx.require("edit", "team", Facts(tenant_id=ctx.actor.tenant_id))
    team = Team(tenant_id=ctx.actor.tenant_id, name=name)
    async with ctx.audit("team.create", ("team", team.id)):
        ctx.session.add(team)
    return team


async def create_staff(
    ctx: Context,
    *,
    login: str,
    display_name: str,
    password: str,
    team_id: UUID | None = None,
    locale: str = "en",
    work_email: str | None = None,
) -> StaffUser:
    tenant_id = ctx.actor.tenant_id
    ctx.require("create", "staff", Facts(tenant_id=tenant_id))
    if len(password) < _SHORTEST_PASSWORD:
        raise WeakPassword(field="password", shortest=_SHORTEST_PASSWORD)
    if await queries.staff_by_login(ctx.session, login) is not None:
        raise LoginTaken(field="login")
    user = StaffUser(
        tenant_id=tenant_id,
        login=login,
        display_name=display_name,
        team_id=team_id,
        locale=locale,
        active=True,
        work_email=None if work_email is None else _address(work_email),
    )
    stored = await hashed(password)
    async with ctx.audit("staff.create", ("staff_user", user.id)):
        ctx.session.add(user)
        await ctx.session.flush()
        ctx.session.add(Credential(tenant_id=tenant_id, user_id=user.id, password_hash=stored, changed_at=ctx.now))
    return user


async def set_work_email(ctx: Context, user_id: UUID, address: str | None) -> StaffUser:
    """Where reports of the platform reach a colleague; None ends that.

    Raises AddressInvalid and UnknownColleague.
    """
    ctx.require("edit", "staff", Facts(tenant_id=ctx.actor.tenant_id, subject_id=user_id))
    user = await ctx.session.get(StaffUser, user_id)
    if user is None:
        raise UnknownColleague(field="id")
    async with ctx.audit("staff.edit", ("staff_user", user_id)):
        user.work_email = None if address is None else _address(address)
    return user


async def choose_language(ctx: Context, locale: str) -> None:
    """By a colleague, for themselves: of pages wherever they sign in, and of what is mailed to them."""
    user = await ctx.session.get(StaffUser, ctx.actor.id)
    if user is None or user.locale == locale:
        return
    async with ctx.audit("staff.edit", ("staff_user", user.id), reason="language"):
        user.locale = locale


def _address(text: str) -> str:
    known = text.strip()
    if not _MAIL.fullmatch(known):
        raise AddressInvalid(field="workEmail")
    return known


async def grant_role(
    ctx: Context, *, holder_id: UUID, role: str, valid_from: datetime | None = None, valid_to: datetime | None = None
) -> RoleGrant:
    """At once, by one person; refused for a role that would at any time stand beside one it may not.

    A sensitive role is given so by the operator at the console alone, under an audit action of its own.
    """
    ctx.require("grant", "role_grant", Facts(tenant_id=ctx.actor.tenant_id, subject_id=holder_id))
    known = grantable(ctx, role)
    alone = ctx.may("appoint", "role_grant", Facts(tenant_id=ctx.actor.tenant_id, subject_id=holder_id))
    if known.sensitive and not alone:
        raise SecondPersonNeeded(role=role)
    begin = valid_from or ctx.now
    await refuse_conflicts(ctx, holder_id, role, begin, valid_to)
    grant = RoleGrant(
        tenant_id=ctx.actor.tenant_id,
        holder_id=holder_id,
        role=role,
        granted_by=ctx.actor.id,
        valid_from=begin,
        valid_to=valid_to,
    )
    action = "role.appoint" if known.sensitive else "role.grant"
    async with ctx.audit(action, ("staff_user", holder_id), reason=role):
        ctx.session.add(grant)
    return grant


async def revoke_role(ctx: Context, *, holder_id: UUID, role: str) -> None:
    """From now on, and also where it was to begin later. Raises RoleNotHeld, NobodyLeftFor."""
    ctx.require("revoke", "role_grant", Facts(tenant_id=ctx.actor.tenant_id, subject_id=holder_id))
    rows = [grant for grant in await queries.grants(ctx.session, holder_id, ctx.now) if grant.role == role]
    if not rows:
        raise RoleNotHeld(role=role)
    await refuse_loss(ctx, holder_id, role)
    async with ctx.audit("role.revoke", ("staff_user", holder_id), reason=role):
        for grant in rows:
            grant.valid_to = ctx.now


async def register_client(ctx: Context, *, name: str, lifetime: timedelta) -> tuple[ApiClient, str]:
    """The key is shown once; only its digest is kept."""
    ctx.require("create", "partner_client", Facts(tenant_id=ctx.actor.tenant_id))
    if await queries.client_by_name(ctx.session, name) is not None:
        raise ClientNameTaken(field="name")
    key = f"tnr_{secrets.token_urlsafe(32)}"
    client = ApiClient(
        tenant_id=ctx.actor.tenant_id, name=name, key_hash=token_digest(key), expires_at=ctx.now + lifetime, active=True
    )
    async with ctx.audit("client.create", ("api_client", client.id)):
        ctx.session.add(client)
    return client, key
