"""Institutions, colleagues and partners: who may act, in which roles, from when to when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from backend.core.ids import new_id
from backend.core.tables import Audited, Tenanted, utc_column


class Tenant(SQLModel, table=True):
    """An institution. Its name and slug are no secret; everything that belongs to it is."""

    __tablename__ = "tenant"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    jurisdiction: str
    currency: str
    created_at: datetime = utc_column()


class Team(Audited, table=True):
    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: str


class StaffUser(Audited, table=True):
    __tablename__ = "staff_user"
    __table_args__ = (UniqueConstraint("tenant_id", "login"),)

    login: str
    display_name: str
    team_id: UUID | None = Field(default=None, foreign_key="team.id", index=True)
    locale: str = "en"
    active: bool = True
    work_email: str | None = None


class Credential(Tenanted, table=True):
    """The argon2id hash, kept out of versions and log; `failures` and `locked_until` slow guessing down.

    A password that an administrator gave (`must_change`) opens nothing but the change of it, and only until
    `expires_at`.
    """

    __tablename__ = "credential"

    user_id: UUID = Field(foreign_key="staff_user.id", unique=True)
    password_hash: str
    failures: int = 0
    locked_until: datetime | None = utc_column(nullable=True, default=None)
    changed_at: datetime = utc_column()
    must_change: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    expires_at: datetime | None = utc_column(nullable=True, default=None)


class RoleGrant(Audited, table=True):
    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_holder", "holder_id", "role"),)

    holder_id: UUID
    role: str
    granted_by: UUID
    valid_from: datetime = utc_column()
    valid_to: datetime | None = utc_column(nullable=True, default=None)


class SignIn(Tenanted, table=True):
    """A web session; only the SHA-256 of its token is stored.

    `pending` has the right password and still owes the second factor. `confirmed_at` is when the person last proved to
    be there, `second_factor` whether with one. `extra_roles` come from the groups of an identity provider and end with
    the session; `provider_session` is its name there.
    """

    __tablename__ = "sign_in"

    user_id: UUID = Field(foreign_key="staff_user.id", index=True)
    token_hash: bytes = Field(sa_type=LargeBinary, unique=True)
    created_at: datetime = utc_column()
    expires_at: datetime = utc_column()
    revoked_at: datetime | None = utc_column(nullable=True, default=None)
    seen_at: datetime | None = utc_column(nullable=True, default=None)
    confirmed_at: datetime | None = utc_column(nullable=True, default=None)
    second_factor: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    pending: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    method: str = Field(default="password", sa_column_kwargs={"server_default": text("'password'")})
    device: str | None = None
    ip_digest: str | None = None
    provider_session: str | None = Field(default=None, index=True)
    extra_roles: list[str] | None = Field(default=None, sa_type=JSONB, nullable=True)


class ApiClient(Audited, table=True):
    """A partner system. `key_hash` is the SHA-256 of a random 256-bit key, which needs no slow hash.

    `scopes` is the most that its tokens and keys may be used for; None leaves that to its roles.
    """

    __tablename__ = "api_client"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: str
    key_hash: bytes = Field(sa_type=LargeBinary, unique=True)
    expires_at: datetime = utc_column()
    active: bool = True
    scopes: list[str] | None = Field(default=None, sa_type=JSONB, nullable=True)
