"""Every SELECT of the directory."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

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
