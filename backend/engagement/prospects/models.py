"""People and organisations that may become customers, and what was done to win each.

Who a prospect is stands in the record of parties, like a customer's; here is how it came and what became of it.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, sealed_column, utc_column


class Source(StrEnum):
    CAMPAIGN = "campaign"
    REFERRAL = "referral"
    PARTNER = "partner"
    BRANCH = "branch"
    WEB = "web"


class ProspectState(StrEnum):
    NEW = "new"
    FOLLOWED_UP = "followed_up"
    CONVERTED = "converted"
    LOST = "lost"


class Prospect(Audited, table=True):
    """`campaign` is a code of the rule-set, `referred_by_id` the customer who told of it; `interest` are products.

    `case_id` is the application that it was converted into. `last_step_at` is when somebody last did something.
    """

    __tablename__ = "prospect"
    __table_args__ = (
        Index("ix_prospect_party", "party_id"),
        Index("uq_prospect_open", "party_id", unique=True, postgresql_where=text("state IN ('new', 'followed_up')")),
        Index("ix_prospect_state", "tenant_id", "state", "next_step_on"),
        CheckConstraint("(state = 'converted') = (case_id IS NOT NULL)", name="converted"),
        CheckConstraint("(state = 'lost') = (lost_reason IS NOT NULL)", name="lost"),
        CheckConstraint("(source = 'campaign') = (campaign IS NOT NULL)", name="campaign"),
        CheckConstraint("(source = 'referral') = (referred_by_id IS NOT NULL)", name="referral"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    source: str
    campaign: str | None = None
    referred_by_id: UUID | None = Field(default=None, foreign_key="party.id", index=True)
    interest: list[str] = Field(sa_type=JSONB)
    ruleset: str
    state: str = ProspectState.NEW
    recorded_by: UUID
    recorded_at: datetime = utc_column()
    next_step_on: date | None = None
    last_step_at: datetime = utc_column()
    case_id: UUID | None = None
    lost_reason: str | None = None
    ended_at: datetime | None = utc_column(nullable=True, default=None)


class ProspectStep(Audited, table=True):
    """One contact with a prospect: how (a word of the rule-set), when, by whom, and what was said."""

    __tablename__ = "prospect_step"
    __table_args__ = (Index("ix_prospect_step_prospect", "prospect_id", "at"),)

    prospect_id: UUID = Field(foreign_key="prospect.id")
    party_id: UUID = Field(foreign_key="party.id")
    contact: str
    words: bytes | None = sealed_column(nullable=True, default=None)
    at: datetime = utc_column()
    by: UUID
