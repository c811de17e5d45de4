"""Every SELECT of the directory."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from backend.access.appointment_models import Appointment, AppointmentState, RoleSeparation
from backend.access.models import ApiClient, Credential, RoleGrant, SignIn, StaffUser, Team, Tenant


async def tenants(session: AsyncSession) -> Sequence[Tenant]:
    return (await session.scalars(select(Tenant).order_by(col(Tenant.slug)))).all()


async def tenant_by_slug(session: AsyncSession, slug: str) -> Tenant | None:
    return (await session.scalars(select(Tenant).where(Tenant.slug == slug))).first()


async def staff_by_login(session: AsyncSession, login: str) -> StaffUser | None:
    return (await session.scalars(select(StaffUser).where(StaffUser.login == login))).first()


async def staff(session: AsyncSession) -> Sequence[StaffUser]:
    return (await session.scalars(select(StaffUser).order_by(col(StaffUser.display_name)))).all()


async def staff_names(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(StaffUser.id, StaffUser.display_name).where(col(StaffUser.id).in_(ids)))
    return {row.id: row.display_name for row in rows}


async def client_names(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(ApiClient.id, ApiClient.name).where(col(ApiClient.id).in_(ids)))
    return {row.id: row.name for row in rows}


async def teams(session: AsyncSession) -> Sequence[Team]:
    return (await session.scalars(select(Team).order_by(col(Team.name)))).all()


async def team_by_name(session: AsyncSession, name: str) -> Team | None:
    return (await session.scalars(select(Team).where(Team.name == name))).first()


async def credential_for_update(session: AsyncSession, user_id: UUID) -> Credential | None:
    return (await session.scalars(select(Credential).where(Credential.user_id == user_id).with_for_update())).first()


async def grants(
    session: AsyncSession, holder_id: UUID, begin: datetime, end: datetime | None = None
) -> Sequence[RoleGrant]:
    """What the holder has been granted for any time between the two instants; without an end, for ever after."""
    granted = select(RoleGrant).where(RoleGrant.holder_id == holder_id)
    granted = granted.where(or_(col(RoleGrant.valid_to).is_(None), col(RoleGrant.valid_to) > begin))
    if end is not None:
        granted = granted.where(RoleGrant.valid_from < end)
    return (await session.scalars(granted)).all()


async def roles_of(session: AsyncSession, holder_id: UUID, now: datetime) -> frozenset[str]:
    return frozenset(grant.role for grant in await grants(session, holder_id, now) if grant.valid_from <= now)


async def live_sign_in(session: AsyncSession, token_hash: bytes, now: datetime) -> SignIn | None:
    live = select(SignIn).where(SignIn.token_hash == token_hash, SignIn.expires_at > now)
    return (await session.scalars(live.where(col(SignIn.revoked_at).is_(None)))).first()


async def live_client(session: AsyncSession, key_hash: bytes, now: datetime) -> ApiClient | None:
    live = select(ApiClient).where(ApiClient.key_hash == key_hash, col(ApiClient.active), ApiClient.expires_at > now)
    return (await session.scalars(live)).first()


async def client_by_name(session: AsyncSession, name: str) -> ApiClient | None:
    return (await session.scalars(select(ApiClient).where(ApiClient.name == name))).first()


async def holders_of(session: AsyncSession, role: str, now: datetime) -> Sequence[StaffUser]:
    """Active colleagues who hold the role now, in the order of their logins."""
    lasting = or_(col(RoleGrant.valid_to).is_(None), col(RoleGrant.valid_to) > now)
    holding = select(RoleGrant.holder_id).where(RoleGrant.role == role, RoleGrant.valid_from <= now, lasting)
    active = select(StaffUser).where(col(StaffUser.id).in_(holding), col(StaffUser.active))
    return (await session.scalars(active.order_by(col(StaffUser.login)))).all()


async def roles_of_active(session: AsyncSession, now: datetime) -> dict[UUID, frozenset[str]]:
    """Every active colleague with the roles of this moment; also who holds none."""
    active = select(StaffUser.id).where(col(StaffUser.active))
    return await _roles(session, set(await session.scalars(active)), now)


async def roles_of_clients(session: AsyncSession, now: datetime) -> dict[UUID, frozenset[str]]:
    active = select(ApiClient.id).where(col(ApiClient.active), ApiClient.expires_at > now)
    return await _roles(session, set(await session.scalars(active)), now)


async def _roles(session: AsyncSession, ids: set[UUID], now: datetime) -> dict[UUID, frozenset[str]]:
    lasting = or_(col(RoleGrant.valid_to).is_(None), col(RoleGrant.valid_to) > now)
    held = select(RoleGrant.holder_id, RoleGrant.role).where(RoleGrant.valid_from <= now, lasting)
    roles: dict[UUID, set[str]] = {each: set() for each in ids}
    for holder_id, role in await session.execute(held):
        if holder_id in roles:
            roles[holder_id].add(role)
    return {each: frozenset(names) for each, names in roles.items()}


async def grants_of_all(session: AsyncSession, now: datetime) -> Sequence[RoleGrant]:
    """What counts now or will count later."""
    lasting = select(RoleGrant).where(or_(col(RoleGrant.valid_to).is_(None), col(RoleGrant.valid_to) > now))
    return (await session.scalars(lasting.order_by(col(RoleGrant.role), col(RoleGrant.valid_from)))).all()


async def appointment(session: AsyncSession, appointment_id: UUID) -> Appointment | None:
    return await session.get(Appointment, appointment_id, populate_existing=True)


async def appointments(session: AsyncSession, *, open_only: bool) -> Sequence[Appointment]:
    """The newest first."""
    found = select(Appointment)
    if open_only:
        found = found.where(Appointment.state == AppointmentState.PROPOSED)
    return (
        await session.scalars(found.order_by(col(Appointment.proposed_at).desc(), col(Appointment.id).desc()))
    ).all()


async def separation(session: AsyncSession) -> RoleSeparation | None:
    return (await session.scalars(select(RoleSeparation))).first()


async def live_sign_ins(session: AsyncSession, user_id: UUID, now: datetime) -> Sequence[SignIn]:
    live = select(SignIn).where(SignIn.user_id == user_id, SignIn.expires_at > now, col(SignIn.revoked_at).is_(None))
    return (await session.scalars(live)).all()
