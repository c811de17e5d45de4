"""What a person agreed to, objected to, or had restricted; the consents are a history to which lines are only added."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from backend.core.tables import Audited, utc_column

ANY_CHANNEL = "any"


class ConsentAct(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class LimitKind(StrEnum):
    RESTRICTION = "restriction"
    OBJECTION = "objection"


class ConsentEvent(Audited, table=True):
    """One act on one purpose and channel, with the version of the text that was read and the evidence for it.

    The database refuses to change or remove a line; the newest one counts.
    """

    __tablename__ = "consent_event"
    __table_args__ = (
        CheckConstraint("act <> 'given' OR text_version IS NOT NULL", name="text_was_read"),
        Index("ix_consent_event_newest", "party_id", "purpose", "channel", "id"),
        Index("ix_consent_event_expiry", "tenant_id", "expires_on"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    purpose: str
    channel: str
    act: str
    text_version: int | None = None
    text_locale: str | None = None
    ruleset: str
    evidence: str
    document_id: UUID | None = Field(default=None, foreign_key="document.id")
    effective_at: datetime = utc_column()
    expires_on: date | None = None
    recorded_by: UUID
    recorded_at: datetime = utc_column()


class ProcessingLimit(Audited, table=True):
    """A restriction of all processing (`purpose` is null), or an objection to one purpose; open until `until`."""

    __tablename__ = "processing_limit"
    __table_args__ = (
        CheckConstraint("kind <> 'objection' OR purpose IS NOT NULL", name="objection_names_purpose"),
        Index("ix_processing_limit_party", "party_id", "until"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    kind: str
    purpose: str | None = None
    ground: str
    request_id: UUID | None = None
    since: datetime = utc_column()
    until: datetime | None = utc_column(nullable=True, default=None)
    set_by: UUID
    lifted_by: UUID | None = None
