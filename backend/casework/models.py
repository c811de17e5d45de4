"""Work: every open case sits in a queue with an owner, a due time and an escalation."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text

from backend.core.tables import Audited, utc_column


class WorkState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    CANCELLED = "cancelled"


class WorkItem(Audited, table=True):
    """`kind` names what is to be done (onboarding.review …); the subject is a case, with one open item at most."""

    __tablename__ = "work_item"
    __table_args__ = (
        Index("ix_work_item_queue", "tenant_id", "queue", "state", "due_at"),
        Index("ix_work_item_owner", "tenant_id", "owner_id", "state", "due_at"),
        Index("ix_work_item_subject", "subject_id"),
        Index("uq_work_item_open", "subject_id", unique=True, postgresql_where=text("state IN ('open', 'claimed')")),
    )

    queue: str
    kind: str
    subject_type: str
    subject_id: UUID
    party_id: UUID | None = None
    state: str = WorkState.OPEN
    priority: int = 0
    owner_id: UUID | None = None
    team_id: UUID | None = None
    excluded_id: UUID | None = None
    opened_at: datetime = utc_column()
    due_at: datetime = utc_column()
    escalation_level: int = 0
    escalate_at: datetime | None = utc_column(nullable=True, default=None, index=True)
    closed_at: datetime | None = utc_column(nullable=True, default=None)
    closed_by: UUID | None = None
