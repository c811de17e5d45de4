"""Surveys that were sent, their answers, and the work that follows a low score."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, sealed_column, utc_column


class SurveyKind(StrEnum):
    NPS = "nps"
    CSAT = "csat"
    CES = "ces"


class SurveyState(StrEnum):
    """`answered` can be corrected until the link expires; `closed` cannot, because somebody acts on the answer."""

    SENT = "sent"
    ANSWERED = "answered"
    CLOSED = "closed"


class AnsweredBy(StrEnum):
    LINK = "link"
    TELEPHONE = "telephone"


class FollowUpState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Contentment(StrEnum):
    CONTENT = "content"
    NOT_CONTENT = "not_content"
    NOT_REACHED = "not_reached"


class Survey(Audited, table=True):
    """One survey of one customer: `code`, `edition` and `ruleset` say what was asked, `about_id` after what.

    `channel`, `team_id` and `product_code` are those of the event and stay as they were then. The score is kept when
    the person is erased: without the keys nobody is behind it any more.
    """

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code", "about_id"),
        CheckConstraint("(state = 'sent') = (score IS NULL)", name="scored"),
        CheckConstraint("(score IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("expires_at > sent_at", name="expires"),
        Index("ix_survey_party", "party_id", "sent_at"),
        Index("ix_survey_sent", "tenant_id", "sent_at"),
        Index("ix_survey_answered", "tenant_id", "answered_at"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    code: str
    edition: int
    kind: str
    ruleset: str
    event: str
    about_id: UUID
    product_code: str | None = None
    channel: str | None = None
    team_id: UUID | None = None
    locale: str
    state: str = SurveyState.SENT
    sent_at: datetime = utc_column()
    expires_at: datetime = utc_column()
    answered_at: datetime | None = utc_column(nullable=True, default=None)
    answered_by: str | None = None
    recorded_by: UUID | None = None
    corrections: int = 0
    score: int | None = None
    comment: bytes | None = sealed_column(nullable=True, default=None)
    themes: list[str] = Field(sa_type=JSONB)


class SurveyFollowUp(Audited, table=True):
    """What a low score asks for: somebody calls, writes down what was done, and whether the customer is content."""

    __tablename__ = "survey_follow_up"
    __table_args__ = (
        UniqueConstraint("survey_id"),
        CheckConstraint("(state = 'closed') = (contentment IS NOT NULL AND done IS NOT NULL)", name="closed"),
        Index("ix_survey_follow_up_state", "tenant_id", "state", "due_at"),
        Index("ix_survey_follow_up_party", "party_id"),
    )

    survey_id: UUID = Field(foreign_key="survey.id")
    party_id: UUID = Field(foreign_key="party.id")
    product_code: str | None = None
    score: int
    state: str = FollowUpState.OPEN
    opened_at: datetime = utc_column()
    due_at: datetime = utc_column()
    done: bytes | None = sealed_column(nullable=True, default=None)
    contentment: str | None = None
    closed_at: datetime | None = utc_column(nullable=True, default=None)
    closed_by: UUID | None = None
