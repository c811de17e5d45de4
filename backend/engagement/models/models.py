"""The inventory of models: what each is for, its versions with what they learned from, who validated them, their runs.

A version is made by one person and validated by another; a champion is proposed by one and confirmed by another. The
database refuses one person in both places.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from backend.core.tables import Audited, Tenanted, personal_column, utc_column


class ModelKind(StrEnum):
    CHURN = "churn"
    VALUE = "value"
    ACTIVITY = "activity"
    RFM = "rfm"
    PROPENSITY = "propensity"
    UPLIFT = "uplift"


class VersionState(StrEnum):
    DRAFT = "draft"
    TRAINED = "trained"
    IN_VALIDATION = "in_validation"
    VALIDATED = "validated"
    REJECTED = "rejected"
    CHALLENGER = "challenger"
    CHAMPION = "champion"
    RETIRED = "retired"


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class ScoringModel(Audited, table=True):
    """A line of the inventory. Words of its purpose, data and limits are the rule-set's; `code` finds them there.

    `author_id` answers for how it is built, `owner_id` for its use: findings of the watch are the owner's work.
    """

    __tablename__ = "scoring_model"
    __table_args__ = (UniqueConstraint("tenant_id", "code"), CheckConstraint(_one_of("kind", ModelKind), name="kind"))

    code: str
    kind: str
    product_code: str | None = None
    tier: int
    owner_id: UUID = Field(index=True)
    author_id: UUID
    registered_at: datetime = utc_column()
    retired_at: datetime | None = utc_column(nullable=True, default=None)


class ModelVersion(Audited, table=True):
    """One training of one model.

    `parameters` is the fitted record as canonical JSON: it scores again exactly as it did. `data_digest` is the
    SHA-256 of the rows that were learned from, `metrics` and `curves` what came out on rows that were not, `reference`
    the bins that later populations are held against. `unseen` is what told these rows, `comparison` how it did there
    against the version that was champion then.
    """

    __tablename__ = "scoring_model_version"
    __table_args__ = (
        UniqueConstraint("model_id", "number"),
        Index("uq_scoring_model_champion", "model_id", unique=True, postgresql_where=text("state = 'champion'")),
        Index("uq_scoring_model_challenger", "model_id", unique=True, postgresql_where=text("state = 'challenger'")),
        CheckConstraint(_one_of("state", VersionState), name="state"),
        CheckConstraint("validated_by <> trained_by AND validated_by <> author_id", name="validator"),
        CheckConstraint("confirmed_by <> promoted_by", name="four_eyes"),
        CheckConstraint(
            "state = 'draft' OR (parameters IS NOT NULL AND data_digest IS NOT NULL AND trained_at IS NOT NULL)",
            name="trained",
        ),
        CheckConstraint(
            "state NOT IN ('validated', 'rejected', 'challenger', 'champion') OR validated_by IS NOT NULL",
            name="validated",
        ),
        CheckConstraint("state NOT IN ('validated', 'challenger', 'champion') OR limits IS NOT NULL", name="limits"),
        CheckConstraint(
            "state <> 'champion' OR (promoted_by IS NOT NULL AND confirmed_by IS NOT NULL)", name="promoted"
        ),
    )

    model_id: UUID = Field(foreign_key="scoring_model.id")
    number: int
    state: str = VersionState.DRAFT
    as_of: date
    horizon_months: int
    seed: int
    ruleset: str
    author_id: UUID
    trained_by: UUID
    requested_at: datetime = utc_column()
    trained_at: datetime | None = utc_column(nullable=True, default=None)
    failure: str | None = Field(default=None, sa_type=Text)
    data_digest: str | None = None
    rows: int = 0
    outcomes: int | None = None
    features: list[str] = Field(default_factory=list, sa_type=JSONB)
    parameters: str | None = Field(default=None, sa_type=Text)
    metrics: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    curves: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    reference: str | None = Field(default=None, sa_type=Text)
    unseen: str | None = Field(default=None, sa_type=Text)
    comparison: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    submitted_at: datetime | None = utc_column(nullable=True, default=None)
    validated_by: UUID | None = None
    validated_at: datetime | None = utc_column(nullable=True, default=None)
    limits: str | None = Field(default=None, sa_type=Text)
    promoted_by: UUID | None = None
    promoted_at: datetime | None = utc_column(nullable=True, default=None)
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = utc_column(nullable=True, default=None)
    retired_at: datetime | None = utc_column(nullable=True, default=None)


class ModelFinding(Audited, table=True):
    """What a validator found; an open high one stands in the way of validation."""

    __tablename__ = "scoring_model_finding"
    __table_args__ = (
        UniqueConstraint("version_id", "number"),
        CheckConstraint(_one_of("severity", Severity), name="severity"),
    )

    version_id: UUID = Field(foreign_key="scoring_model_version.id")
    number: int
    severity: str
    words: str = Field(sa_type=Text)
    raised_by: UUID
    raised_at: datetime = utc_column()
    answer: str | None = Field(default=None, sa_type=Text)
    closed_by: UUID | None = None
    closed_at: datetime | None = utc_column(nullable=True, default=None)


class ScoringRun(Audited, table=True):
    """The portfolio scored once by one version. Audited: `digest` is over the lines of all its scores, which are not.

    `in_use` is the champion's latest run, one for each purpose; `spread` the quantiles of the scores in twentieths.
    """

    __tablename__ = "scoring_run"
    __table_args__ = (
        Index("ix_scoring_run_version", "version_id", "as_of", "id"),
        Index("ix_scoring_run_purpose", "tenant_id", "purpose", "in_use"),
    )

    version_id: UUID = Field(foreign_key="scoring_model_version.id")
    purpose: str
    as_of: date
    in_use: bool = False
    customers: int
    digest: str
    spread: list[float] = Field(default_factory=list, sa_type=JSONB)
    scored_by: UUID
    scored_at: datetime = utc_column()
    pruned_at: datetime | None = utc_column(nullable=True, default=None)


class StoredScore(SQLModel, table=True):
    """One customer's score of a run; `reasons` are codes apart by a space, the strongest first.

    Written by COPY in the transaction of its run and never changed; gone with its run, or with the customer. `run_id`
    is no foreign key: a night would look the same run up a million times.
    """

    __tablename__ = "score"
    __table_args__ = (PrimaryKeyConstraint("run_id", "party_id"), Index("ix_score_party", "party_id"))

    run_id: UUID
    party_id: UUID
    tenant_id: UUID
    value: float = personal_column()
    low: float | None = personal_column(default=None)
    high: float | None = personal_column(default=None)
    reasons: str = personal_column(default="")


class ModelWatch(Audited, table=True):
    """What the watch over a version found in one run: `measures` with their bounds, and how many lie outside."""

    __tablename__ = "scoring_model_watch"
    __table_args__ = (UniqueConstraint("run_id"), Index("ix_scoring_model_watch_version", "version_id", "as_of"))

    version_id: UUID = Field(foreign_key="scoring_model_version.id")
    run_id: UUID = Field(foreign_key="scoring_run.id")
    as_of: date
    ruleset: str
    outcomes_of: date | None = None
    measures: list[dict[str, Any]] = Field(sa_type=JSONB)
    breaches: int
    watched_at: datetime = utc_column()


class TrainingProgress(Tenanted, table=True):
    """How far the training of the version with the same id is; `at` is also its sign of life."""

    __tablename__ = "scoring_progress"

    stage: str = ""
    done: int = 0
    total: int = 0
    at: datetime = utc_column()
