"""Events in a customer's life that colleagues record; what can be computed is never stored here."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from backend.core.tables import Audited, personal_column, sealed_column, utc_column


class LifeEvent(Audited, table=True):
    """`kind` is a word of the rule-set; the day and the words go with the customer's erasure."""

    __tablename__ = "life_event"
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
        Index("ix_life_event_party", "party_id", "happens_on"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    kind: str | None = personal_column(default=None)
    happens_on: date | None = personal_column(default=None)
    note: bytes | None = sealed_column(nullable=True, default=None)
    recorded_by: UUID
    recorded_at: datetime = utc_column()
    withdrawn_by: UUID | None = None
    withdrawn_at: datetime | None = utc_column(nullable=True, default=None)
