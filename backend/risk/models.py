"""Ratings of customers, what people decided above them, and the runs that rate a portfolio."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, sealed_column, utc_column


class Cause(StrEnum):
    """Why a customer was rated."""

    ONBOARDING = "onboarding"
    CHANGE = "change"
    PORTFOLIO = "portfolio"
    REQUEST = "request"
    OVERRIDE = "override"
    REVIEW = "review"
    RULESET = "ruleset"


class OverrideState(StrEnum):
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REOPENED = "reopened"
    REPLACED = "replaced"


class Standing(StrEnum):
    """What a look for adverse information came to."""

    NONE = "none"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"


class RunState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"


class RatingRules(Audited, table=True):
    """What a digest of a rating stands for: the hash of the rule-set's text and of each of its tables' texts.

    The texts themselves are kept for ever by governance (`ruleset_text`), from the first time a rating used them.
    """

    __tablename__ = "risk_ruleset"
    __table_args__ = (UniqueConstraint("tenant_id", "digest"),)

    digest: str
    scheme: str
    rules_sha256: str
    tables: dict[str, str] = Field(sa_type=JSONB)
    first_used_at: datetime = utc_column()


class RiskOverride(Audited, table=True):
    """A person's level in place of the computed one: in force only with a second person's name, and only until a day.

    At most one is proposed and one in force per party; `computed_then` is the level it was decided against.
    """

    __tablename__ = "risk_override"
    __table_args__ = (
        CheckConstraint("decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint("state NOT IN ('in_force', 'expired', 'reopened') OR decided_by IS NOT NULL", name="approver"),
        CheckConstraint("expires_on > effective_from", name="period"),
        Index("ix_risk_override_party", "tenant_id", "party_id"),
        Index("uq_risk_override_proposed", "party_id", unique=True, postgresql_where=text("state = 'proposed'")),
        Index("uq_risk_override_in_force", "party_id", unique=True, postgresql_where=text("state = 'in_force'")),
        Index("ix_risk_override_expiry", "tenant_id", "expires_on", postgresql_where=text("state = 'in_force'")),
    )

    party_id: UUID = Field(foreign_key="party.id")
    scheme: str
    level: str
    computed_then: str
    reason: str
    note: bytes = sealed_column()
    state: str = OverrideState.PROPOSED
    effective_from: date
    expires_on: date
    proposed_by: UUID
    proposed_at: datetime = utc_column()
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)
    closed_at: datetime | None = utc_column(nullable=True, default=None)


class RiskRating(Audited, table=True):
    """One rating, never changed; the newest of a party is the one in force, and its level stands on the customer.

    `record` is the canonical record of crr_record: the facts that were seen, the rule-set's digest, each item's
    contribution, what fired, the override. `points` divided by `out_of` (the highest score) is on the scale of levels.
    """

    __tablename__ = "risk_rating"
    __table_args__ = (
        Index("ix_risk_rating_party", "party_id", "id"),
        Index("ix_risk_rating_time", "tenant_id", "rated_at"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    scheme: str
    digest: str
    cause: str
    rated_on: date
    rated_at: datetime = utc_column()
    points: int
    out_of: int
    computed: str
    level: str
    override_id: UUID | None = Field(default=None, foreign_key="risk_override.id")
    next_review_on: date
    record: bytes = sealed_column()


class RatingRun(Audited, table=True):
    """A rating of the whole portfolio, in the order of parties; a killed run goes on after `cursor`.

    `counts` holds how many were rated, changed and stand at each level.
    """

    __tablename__ = "risk_run"
    __table_args__ = (
        Index("uq_risk_run_running", "tenant_id", unique=True, postgresql_where=text("state = 'running'")),
    )

    state: str = RunState.RUNNING
    cause: str
    started_by: UUID
    started_at: datetime = utc_column()
    finished_at: datetime | None = utc_column(nullable=True, default=None)
    total: int
    done: int = 0
    cursor: UUID | None = None
    counts: dict[str, Any] = Field(sa_type=JSONB)


class AdverseFinding(Audited, table=True):
    """What public sources say against a customer, or that a search of them found nothing (`standing` none).

    A report counts until it is withdrawn with a reason; a search that found nothing counts for a while only
    (policies/rating). `publisher` and `published_on` say where and when it stood.
    """

    __tablename__ = "risk_finding"
    __table_args__ = (
        Index("ix_risk_finding_party", "tenant_id", "party_id"),
        CheckConstraint("standing IN ('none', 'unconfirmed', 'confirmed')", name="standing"),
        CheckConstraint("(standing = 'none') = (published_on IS NULL)", name="published"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawal IS NULL)", name="withdrawal"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    standing: str
    publisher: bytes = sealed_column()
    summary: bytes | None = sealed_column(nullable=True, default=None)
    published_on: date | None = None
    recorded_by: UUID
    recorded_at: datetime = utc_column()
    withdrawal: bytes | None = sealed_column(nullable=True, default=None)
    withdrawn_by: UUID | None = None
    withdrawn_at: datetime | None = utc_column(nullable=True, default=None)
