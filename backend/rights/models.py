"""Requests of data subjects, legal holds, what retention proposes, and erasures."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, sealed_column, utc_column


class RequestKind(StrEnum):
    ACCESS = "access"
    CORRECTION = "correction"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    ERASURE = "erasure"
    OBJECTION = "objection"


class RequestState(StrEnum):
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    DEFERRED = "deferred"
    PENDING_APPROVAL = "pending_approval"
    FULFILLED = "fulfilled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class HoldState(StrEnum):
    """A hold protects from the moment it is placed until a second person has agreed to lift it."""

    PLACED = "placed"
    IN_FORCE = "in_force"
    LIFT_PROPOSED = "lift_proposed"
    LIFTED = "lifted"
    REJECTED = "rejected"


class BatchState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    DONE = "done"


class DueState(StrEnum):
    PROPOSED = "proposed"
    EXCLUDED = "excluded"
    ERASED = "erased"
    KEPT = "kept"


class ErasureState(StrEnum):
    APPROVED = "approved"
    KEYS_DESTROYED = "keys_destroyed"
    STRIPPED = "stripped"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


class PrivacyRequest(Audited, table=True):
    """`details` are the person's own words. `deferral` lists what keeps the data and until when."""

    __tablename__ = "privacy_request"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="four_eyes"),
        Index("ix_privacy_request_state", "tenant_id", "state", "due_on"),
        Index("ix_privacy_request_party", "party_id"),
    )

    number: str
    kind: str
    party_id: UUID = Field(foreign_key="party.id")
    jurisdiction: str
    ruleset: str
    state: str = RequestState.RECEIVED
    channel: str
    purposes: list[str] = Field(sa_type=JSONB)
    details: bytes | None = sealed_column(nullable=True, default=None)
    received_at: datetime = utc_column()
    received_by: UUID
    first_due_on: date
    due_on: date
    identity_method: str | None = None
    identified_by: UUID | None = None
    identified_at: datetime | None = utc_column(nullable=True, default=None)
    extension_reason: str | None = None
    extended_at: datetime | None = utc_column(nullable=True, default=None)
    deferred_until: date | None = None
    deferral: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB)
    proposed_by: UUID | None = None
    approved_by: UUID | None = None
    outcome: str | None = None
    package_sha256: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)
    package_at: datetime | None = utc_column(nullable=True, default=None)
    warned_at: datetime | None = utc_column(nullable=True, default=None)
    breached_at: datetime | None = utc_column(nullable=True, default=None)
    closed_at: datetime | None = utc_column(nullable=True, default=None)
    closed_by: UUID | None = None


class LegalHold(Audited, table=True):
    """What the law or a dispute needs stays, whatever has expired; placed and lifted by two persons."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> placed_by", name="placed_by_two"),
        CheckConstraint("lifted_by IS NULL OR lifted_by <> lift_proposed_by", name="lifted_by_two"),
        Index("ix_legal_hold_party", "party_id", "state"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    reason: str
    reference: str | None = None
    state: str = HoldState.PLACED
    placed_by: UUID
    placed_at: datetime = utc_column()
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = utc_column(nullable=True, default=None)
    lift_proposed_by: UUID | None = None
    lift_proposed_at: datetime | None = utc_column(nullable=True, default=None)
    lifted_by: UUID | None = None
    lifted_at: datetime | None = utc_column(nullable=True, default=None)


class RetentionBatch(Audited, table=True):
    """What the nightly job proposes to erase; a second person decides on the whole of it."""

    __tablename__ = "retention_batch"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="four_eyes"),
        Index("uq_retention_batch_open", "tenant_id", unique=True, postgresql_where=text("state = 'proposed'")),
    )

    state: str = BatchState.PROPOSED
    computed_on: date
    ruleset: str
    proposed_by: UUID
    proposed_at: datetime = utc_column()
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)
    counts: dict[str, Any] | None = Field(default=None, sa_type=JSONB)


class RetentionDue(Audited, table=True):
    """One party of a batch; `terms` are the periods that ended, each with its article."""

    __tablename__ = "retention_due"
    __table_args__ = (UniqueConstraint("batch_id", "party_id"), Index("ix_retention_due_party", "party_id"))

    batch_id: UUID = Field(foreign_key="retention_batch.id")
    party_id: UUID = Field(foreign_key="party.id")
    due_since: date
    terms: list[dict[str, Any]] = Field(sa_type=JSONB)
    state: str = DueState.PROPOSED
    reason: str | None = None


class Erasure(Audited, table=True):
    """The destruction of one person's keys and what follows it, step by step, so that a kill loses nothing."""

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint("approved_by <> proposed_by", name="four_eyes"),
        Index("uq_erasure_party", "party_id", unique=True, postgresql_where=text("state <> 'cancelled'")),
        Index("ix_erasure_state", "tenant_id", "state"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    ground: str
    request_id: UUID | None = Field(default=None, foreign_key="privacy_request.id")
    batch_id: UUID | None = Field(default=None, foreign_key="retention_batch.id")
    ruleset: str
    state: str = ErasureState.APPROVED
    proposed_by: UUID
    approved_by: UUID
    approved_at: datetime = utc_column()
    shredded_entry: UUID | None = None
    completed_entry: UUID | None = None
    counts: dict[str, Any] = Field(sa_type=JSONB)
    completed_at: datetime | None = utc_column(nullable=True, default=None)
