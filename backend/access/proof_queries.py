"""Every SELECT about what proves who somebody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from backend.access.models import ApiClient, Credential, SignIn, StaffUser
from backend.access.proof_models import (
    AccessToken,
    ClientKey,
    EmergencyAccess,
    EmergencyState,
    ExternalIdentity,
    FactorReset,
    RecoveryCode,
    ResetState,
    SecondFactor,
    SignInSource,
)
from backend.audit.models import AuditEntry
from backend.privacy.models import DataKey


@dataclass(frozen=True, slots=True)
class Live:
    """An open session with its person; `emergency` is the access that is open beside it."""

    session: SignIn
    user: StaffUser
    must_change: bool
    emergency: EmergencyAccess | None


async def live(session: AsyncSession, token_hash: bytes, now: datetime, idle: timedelta) -> Live | None:
    row = (
        await session.execute(
            select(SignIn, StaffUser, Credential.must_change, EmergencyAccess)
            .join(StaffUser, col(StaffUser.id) == col(SignIn.user_id))
            .outerjoin(Credential, col(Credential.user_id) == col(SignIn.user_id))
            .outerjoin(
                EmergencyAccess,
                and_(
                    col(EmergencyAccess.user_id) == col(SignIn.user_id),
                    col(EmergencyAccess.state) == EmergencyState.OPEN,
                    col(EmergencyAccess.until) > now,
                ),
            )
            .where(
                SignIn.token_hash == token_hash,
                SignIn.expires_at > now,
                col(SignIn.revoked_at).is_(None),
                col(SignIn.pending).is_(False),
                or_(col(SignIn.seen_at).is_(None), col(SignIn.seen_at) > now - idle),
                col(StaffUser.active),
            )
        )
    ).first()
    return None if row is None else Live(row[0], row[1], bool(row[2]), row[3])


async def pending_sign_in(session: AsyncSession, token_hash: bytes, now: datetime) -> SignIn | None:
    """The one whose password was right; locked, so that two codes cannot open it twice."""
    owing = select(SignIn).where(SignIn.token_hash == token_hash, SignIn.expires_at > now, col(SignIn.pending))
    return (await session.scalars(owing.where(col(SignIn.revoked_at).is_(None)).with_for_update())).first()


async def sessions_of(session: AsyncSession, user_id: UUID, now: datetime, idle: timedelta) -> Sequence[SignIn]:
    """Those that still open something, the newest first."""
    open_ = select(SignIn).where(SignIn.user_id == user_id, SignIn.expires_at > now, col(SignIn.revoked_at).is_(None))
    used = or_(col(SignIn.seen_at).is_(None), col(SignIn.seen_at) > now - idle)
    newest = open_.where(used, ~col(SignIn.pending)).order_by(col(SignIn.created_at).desc())
    return (await session.scalars(newest)).all()


async def second_factor(session: AsyncSession, user_id: UUID) -> SecondFactor | None:
    return (await session.scalars(select(SecondFactor).where(SecondFactor.user_id == user_id))).first()


async def second_factor_for_update(session: AsyncSession, user_id: UUID) -> SecondFactor | None:
    wanted = select(SecondFactor).where(SecondFactor.user_id == user_id).with_for_update()
    return (await session.scalars(wanted)).first()


async def enrolled_ids(session: AsyncSession) -> set[UUID]:
    rows = await session.scalars(select(SecondFactor.user_id).where(col(SecondFactor.enrolled_at).is_not(None)))
    return set(rows.all())


async def factor_reset_for_update(session: AsyncSession, reset_id: UUID) -> FactorReset | None:
    wanted = select(FactorReset).where(FactorReset.id == reset_id).with_for_update()
    return (await session.scalars(wanted.execution_options(populate_existing=True))).first()


async def open_factor_resets(session: AsyncSession, user_id: UUID | None = None) -> Sequence[FactorReset]:
    """The newest first; of one colleague, or of all."""
    wanted = select(FactorReset).where(FactorReset.state == ResetState.PROPOSED)
    if user_id is not None:
        wanted = wanted.where(FactorReset.user_id == user_id)
    return (await session.scalars(wanted.order_by(col(FactorReset.id).desc()))).all()


async def recovery_code_for_update(session: AsyncSession, user_id: UUID, code_hash: bytes) -> RecoveryCode | None:
    wanted = select(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash)
    return (await session.scalars(wanted.with_for_update())).first()


async def recovery_codes_left(session: AsyncSession, user_id: UUID) -> int:
    unused = select(RecoveryCode.id).where(RecoveryCode.user_id == user_id, col(RecoveryCode.used_at).is_(None))
    return len((await session.scalars(unused)).all())


async def has_data_key(session: AsyncSession, owner_id: UUID) -> bool:
    return (await session.scalars(select(DataKey.version).where(DataKey.owner_id == owner_id))).first() is not None


async def source(session: AsyncSession, ip_digest: str) -> SignInSource | None:
    return (await session.scalars(select(SignInSource).where(SignInSource.ip_digest == ip_digest))).first()


async def credentials(session: AsyncSession) -> dict[UUID, Credential]:
    return {row.user_id: row for row in (await session.scalars(select(Credential))).all()}


async def last_sign_ins(session: AsyncSession) -> dict[UUID, datetime]:
    """When each colleague last opened a session."""
    rows = await session.execute(select(SignIn.user_id, SignIn.created_at).order_by(col(SignIn.created_at)))
    return {row.user_id: row.created_at for row in rows}


async def identity(session: AsyncSession, issuer: str, subject: str) -> ExternalIdentity | None:
    known = select(ExternalIdentity).where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
    return (await session.scalars(known)).first()


async def identity_of(session: AsyncSession, user_id: UUID, issuer: str) -> ExternalIdentity | None:
    known = select(ExternalIdentity).where(ExternalIdentity.user_id == user_id, ExternalIdentity.issuer == issuer)
    return (await session.scalars(known)).first()


async def sessions_at_provider(session: AsyncSession, provider_session: str) -> Sequence[SignIn]:
    known = select(SignIn).where(SignIn.provider_session == provider_session, col(SignIn.revoked_at).is_(None))
    return (await session.scalars(known)).all()


async def client(session: AsyncSession, client_id: UUID, now: datetime) -> ApiClient | None:
    wanted = select(ApiClient).where(ApiClient.id == client_id, col(ApiClient.active), ApiClient.expires_at > now)
    return (await session.scalars(wanted)).first()


async def client_by_secret(session: AsyncSession, key_hash: bytes, now: datetime) -> ApiClient | None:
    """By its first key, or by one of those it was given later."""
    later = select(ClientKey.client_id).where(
        ClientKey.key_hash == key_hash,
        ClientKey.valid_from <= now,
        ClientKey.valid_to > now,
        col(ClientKey.revoked_at).is_(None),
    )
    wanted = select(ApiClient).where(col(ApiClient.active), ApiClient.expires_at > now)
    held = or_(col(ApiClient.key_hash) == key_hash, col(ApiClient.id).in_(later))
    return (await session.scalars(wanted.where(held))).first()


async def keys_of(session: AsyncSession, client_id: UUID) -> Sequence[ClientKey]:
    wanted = select(ClientKey).where(ClientKey.client_id == client_id).order_by(ClientKey.kid)
    return (await session.scalars(wanted)).all()


async def public_keys(session: AsyncSession, client_id: UUID, now: datetime) -> Sequence[ClientKey]:
    good = select(ClientKey).where(
        ClientKey.client_id == client_id, col(ClientKey.jwk).is_not(None), col(ClientKey.revoked_at).is_(None)
    )
    return (await session.scalars(good.where(ClientKey.valid_from <= now, ClientKey.valid_to > now))).all()


async def live_token(session: AsyncSession, token_hash: bytes, now: datetime) -> tuple[AccessToken, ApiClient] | None:
    row = (
        await session.execute(
            select(AccessToken, ApiClient)
            .join(ApiClient, col(ApiClient.id) == col(AccessToken.client_id))
            .where(
                AccessToken.token_hash == token_hash,
                AccessToken.expires_at > now,
                col(AccessToken.revoked_at).is_(None),
                col(ApiClient.active),
                ApiClient.expires_at > now,
            )
        )
    ).first()
    return None if row is None else (row[0], row[1])


async def emergencies(session: AsyncSession, user_id: UUID | None = None) -> Sequence[EmergencyAccess]:
    """The newest first; of one person, or of all."""
    wanted = select(EmergencyAccess).order_by(col(EmergencyAccess.opened_at).desc()).limit(200)
    if user_id is not None:
        wanted = wanted.where(EmergencyAccess.user_id == user_id)
    return (await session.scalars(wanted)).all()


async def emergency_for_update(session: AsyncSession, access_id: UUID) -> EmergencyAccess | None:
    wanted = select(EmergencyAccess).where(EmergencyAccess.id == access_id).with_for_update()
    return (await session.scalars(wanted)).first()


async def open_emergencies(
    session: AsyncSession, *, user_id: UUID | None = None, before: datetime | None = None, limit: int = 100
) -> Sequence[EmergencyAccess]:
    wanted = select(EmergencyAccess).where(EmergencyAccess.state == EmergencyState.OPEN).limit(limit)
    if user_id is not None:
        wanted = wanted.where(EmergencyAccess.user_id == user_id)
    if before is not None:
        wanted = wanted.where(EmergencyAccess.until <= before)
    return (await session.scalars(wanted.with_for_update())).all()


async def tokens_of(session: AsyncSession, client_id: UUID, now: datetime) -> Sequence[AccessToken]:
    good = select(AccessToken).where(AccessToken.client_id == client_id, AccessToken.expires_at > now)
    return (await session.scalars(good.where(col(AccessToken.revoked_at).is_(None)))).all()


async def acts(session: AsyncSession, user_id: UUID, begin: datetime, end: datetime) -> list[tuple[str, int]]:
    """How often the person did what, the most frequent first."""
    many = func.count()
    counted = select(AuditEntry.action, many).where(
        AuditEntry.actor_id == user_id, AuditEntry.ts >= begin, AuditEntry.ts <= end
    )
    rows = await session.execute(counted.group_by(AuditEntry.action).order_by(many.desc(), AuditEntry.action))
    return [(row[0], row[1]) for row in rows]
