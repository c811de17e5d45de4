"""Early warnings of customers who may leave, and what people did about each."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, personal_column, sealed_column, utc_column


class WarningState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    ACTED = "acted"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What became of a customer whose warning ended; `merged`: another warning of the same customer goes on."""

    RECOVERED = "recovered"
    CHURNED = "churned"
    MERGED = "merged"


class StepKind(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    ACTED = "acted"


class EarlyWarning(Audited, table=True):
    """At most one of a customer is not closed; it gathers whatever signals fire meanwhile.

    `signals` are codes of the rule-set, the most severe first; `figures` what each looked at, `as_of` the day of the
    facts. It closes by itself: when no signal fires any more, or the customer left.
    """

    __tablename__ = "early_warning"
    __table_args__ = (
        Index("uq_early_warning_open", "party_id", unique=True, postgresql_where=text("state <> 'closed'")),
        Index("ix_early_warning_state", "tenant_id", "state", "raised_at"),
        Index("ix_early_warning_party", "party_id", "raised_at"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL AND closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("(state = 'snoozed') = (snoozed_until IS NOT NULL)", name="snoozed"),
        CheckConstraint("state <> 'acted' OR act IS NOT NULL", name="acted"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    customer_id: UUID = Field(foreign_key="customer.id")
    state: str = WarningState.OPEN
    severity: str
    signals: list[str] = Field(sa_type=JSONB)
    figures: dict[str, Any] | None = personal_column(sa_type=JSONB, default=None)
    as_of: date
    ruleset: str
    raised_at: datetime = utc_column()
    changed_at: datetime = utc_column()
    handled_by: UUID | None = None
    handled_at: datetime | None = utc_column(nullable=True, default=None)
    snoozed_until: date | None = None
    act: str | None = None
    outcome: str | None = None
    closed_at: datetime | None = utc_column(nullable=True, default=None)


class WarningStep(Audited, table=True):
    """What a person did: `code` is an act of the rule-set, `until` the day until which it was put off."""

    __tablename__ = "early_warning_step"
    __table_args__ = (Index("ix_early_warning_step_warning", "warning_id", "at"),)

    warning_id: UUID = Field(foreign_key="early_warning.id")
    party_id: UUID = Field(foreign_key="party.id")
    kind: str
    code: str | None = None
    until: date | None = None
    words: bytes | None = sealed_column(nullable=True, default=None)
    at: datetime = utc_column()
    by: UUID
