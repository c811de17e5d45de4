"""Proposals to give somebody a role, and which roles an institution keeps apart."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, utc_column


class AppointmentState(StrEnum):
    PROPOSED = "proposed"
    GRANTED = "granted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Appointment(Audited, table=True):
    """A sensitive role for somebody: proposed by one person, approved by another, for a third.

    A role that is not sensitive is granted with its proposal, and nobody decided it.
    """

    __tablename__ = "role_appointment"
    __table_args__ = (
        Index("ix_role_appointment_holder", "holder_id", "role"),
        CheckConstraint("decided_by <> proposed_by OR state = 'withdrawn'", name="four_eyes"),
        CheckConstraint(
            "holder_id <> proposed_by AND (decided_by IS NULL OR decided_by <> holder_id)", name="not_self"
        ),
        CheckConstraint("NOT sensitive OR state <> 'granted' OR decided_by IS NOT NULL", name="approver"),
    )

    holder_id: UUID
    role: str
    sensitive: bool
    reason: str = Field(sa_type=Text)
    valid_from: datetime | None = utc_column(nullable=True, default=None)
    valid_to: datetime | None = utc_column(nullable=True, default=None)
    state: str
    proposed_by: UUID
    proposed_at: datetime = utc_column()
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)
    grant_id: UUID | None = None


class RoleSeparation(Audited, table=True):
    """What the triggers on grants read of this institution's own access policy: the pairs `one|other` of roles that it
    keeps apart, and the sensitive roles, which two people give.

    An institution without a row lives by the files' policy, which the owner of the tables writes into the functions
    `default_role_separation` and `default_sensitive_roles` whenever the schema is brought up to date.
    """

    __tablename__ = "role_separation"
    __table_args__ = (UniqueConstraint("tenant_id"),)

    policy_sha256: str
    pairs: list[str] = Field(sa_type=JSONB)
    sensitive: list[str] | None = Field(default=None, sa_type=JSONB, nullable=True)
