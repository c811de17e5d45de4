"""What proves who somebody is, beside the password: second factors, identities elsewhere, keys and tokens of partners.

None of it is in versions or log but the public parts (keys of partners, links to a provider, emergency access).
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, sealed_column, utc_column


class SecondFactor(Tenanted, table=True):
    """A TOTP secret (RFC 6238). `last_step` is the newest time step that was used: no code counts twice."""

    __tablename__ = "second_factor"

    user_id: UUID = Field(foreign_key="staff_user.id", unique=True)
    secret: bytes = sealed_column(owner="user_id")
    enrolled_at: datetime | None = utc_column(nullable=True, default=None)
    last_step: int = 0
    failures: int = 0
    locked_until: datetime | None = utc_column(nullable=True, default=None)
    created_at: datetime = utc_column()


class ResetState(StrEnum):
    PROPOSED = "proposed"
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class FactorReset(Audited, table=True):
    """A second factor to be taken away because the device is lost: proposed by one person, done by another."""

    __tablename__ = "factor_reset"
    __table_args__ = (
        CheckConstraint("decided_by <> proposed_by OR state = 'withdrawn'", name="four_eyes"),
        CheckConstraint("user_id <> proposed_by AND (decided_by IS NULL OR decided_by <> user_id)", name="not_self"),
        CheckConstraint("state = 'proposed' OR decided_by IS NOT NULL", name="decided"),
        Index("uq_factor_reset_open", "user_id", unique=True, postgresql_where=text("state = 'proposed'")),
    )

    user_id: UUID = Field(foreign_key="staff_user.id", index=True)
    reason: str = Field(sa_type=Text)
    state: str = ResetState.PROPOSED
    proposed_by: UUID
    proposed_at: datetime = utc_column()
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)


class RecoveryCode(Tenanted, table=True):
    """The SHA-256 of 80 random bits, which nobody guesses; used once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    user_id: UUID = Field(foreign_key="staff_user.id", index=True)
    code_hash: bytes = Field(sa_type=LargeBinary)
    used_at: datetime | None = utc_column(nullable=True, default=None)


class SignInSource(Tenanted, table=True):
    """Failures from one address, by its keyed digest; the address itself is stored nowhere."""

    __tablename__ = "sign_in_source"
    __table_args__ = (UniqueConstraint("tenant_id", "ip_digest"),)

    ip_digest: str
    failures: int = 0
    locked_until: datetime | None = utc_column(nullable=True, default=None)
    last_at: datetime = utc_column()


class ExternalIdentity(Audited, table=True):
    """Who a colleague is at an identity provider; issuer and subject together never change their person."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("tenant_id", "issuer", "subject"),)

    user_id: UUID = Field(foreign_key="staff_user.id", index=True)
    issuer: str
    subject: str
    linked_at: datetime = utc_column()


class ClientKeyKind(StrEnum):
    PUBLIC = "public"
    SECRET = "secret"  # noqa: S105 - the name of a kind


class ClientKey(Audited, table=True):
    """One of the keys of a partner; several may be good at the same time, so that they are changed without a gap.

    A public key is a JWK (RFC 7517); of a secret only the SHA-256 is kept.
    """

    __tablename__ = "client_key"
    __table_args__ = (UniqueConstraint("client_id", "kid"),)

    client_id: UUID = Field(foreign_key="api_client.id", index=True)
    kind: str
    kid: str
    jwk: dict[str, str] | None = Field(default=None, sa_type=JSONB, nullable=True)
    key_hash: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True, unique=True)
    valid_from: datetime = utc_column()
    valid_to: datetime = utc_column()
    revoked_at: datetime | None = utc_column(nullable=True, default=None)


class UsedAssertion(Tenanted, table=True):
    """A `jti` that was presented once (RFC 7523 section 3), kept until its assertion is over anyway."""

    __tablename__ = "used_assertion"
    __table_args__ = (UniqueConstraint("client_id", "jti_hash"),)

    client_id: UUID = Field(foreign_key="api_client.id")
    jti_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime = utc_column(index=True)


class AccessToken(Tenanted, table=True):
    """Short-lived, for some scopes, revocable; only the SHA-256 is stored."""

    __tablename__ = "access_token"

    client_id: UUID = Field(foreign_key="api_client.id", index=True)
    token_hash: bytes = Field(sa_type=LargeBinary, unique=True)
    scopes: list[str] | None = Field(default=None, sa_type=JSONB, nullable=True)
    issued_at: datetime = utc_column()
    expires_at: datetime = utc_column()
    revoked_at: datetime | None = utc_column(nullable=True, default=None)


class EmergencyState(StrEnum):
    OPEN = "open"
    ENDED = "ended"
    ACCEPTED = "accepted"
    ABUSE = "abuse"


class EmergencyAccess(Audited, table=True):
    """More rights for a short time, for a reason, reviewed by somebody else afterwards."""

    __tablename__ = "emergency_access"
    __table_args__ = (Index("ix_emergency_access_user_until", "user_id", "until"),)

    user_id: UUID = Field(foreign_key="staff_user.id")
    role: str
    reason: str
    ticket: str | None = None
    words: bytes = sealed_column(owner="user_id")
    state: str = EmergencyState.OPEN
    opened_at: datetime = utc_column()
    until: datetime = utc_column(index=True)
    ended_at: datetime | None = utc_column(nullable=True, default=None)
    reviewed_by: UUID | None = Field(default=None, foreign_key="staff_user.id")
    reviewed_at: datetime | None = utc_column(nullable=True, default=None)
