"""Reviews of products: what asked for one, the pack it rests on, findings, actions, and a decision signed by two."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, utc_column
from backend.products.models import ProductState


class ProductReviewState(StrEnum):
    OPEN = "open"
    IN_REVIEW = "in_review"
    PENDING_SIGNATURE = "pending_signature"
    DECIDED = "decided"
    CANCELLED = "cancelled"


ACTIVE = (
    ProductReviewState.OPEN.value,
    ProductReviewState.IN_REVIEW.value,
    ProductReviewState.PENDING_SIGNATURE.value,
)
"""States in which a review gathers further triggers; a product has one review in them at most."""


REVIEWED = frozenset(
    {
        ProductState.ON_SALE,
        ProductState.UNDER_REVIEW,
        ProductState.REMEDIATION,
        ProductState.WITHDRAWN,
        ProductState.RUN_OFF,
    }
)
"""States in which customers have the product, or may get it."""


class ProductTrigger(StrEnum):
    """What asks for a review of a product."""

    SCHEDULED = "scheduled"
    COMPLAINT_SPIKE = "complaint_spike"
    LOSS_RATIO_DRIFT = "loss_ratio_drift"
    PERSISTENCY_DRIFT = "persistency_drift"
    POPULATION_DRIFT = "population_drift"
    OUT_OF_MARKET = "out_of_market"
    VALUE_OUTLIER = "value_outlier"
    LOW_SATISFACTION = "low_satisfaction"
    SIGNIFICANT_CHANGE = "significant_change"
    REQUEST = "request"


class ProductDecision(StrEnum):
    CONTINUE = "continue"
    CHANGE = "change"
    RESTRICT_CHANNEL = "restrict_channel"
    SUSPEND = "suspend"
    REMEDIATE = "remediate"
    WITHDRAW = "withdraw"


class PackState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ActionState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


_ACTIVE = f"state IN ({', '.join(map(repr, ACTIVE))})"


class ProductReview(Audited, table=True):
    """One look at one product over the months from `since` to before `until`.

    Two people decide: `proposed_by` signs first, `signed_by` second, and the database refuses one person in both
    places. `channels` are those that a decision closes. `pack_id` is the pack that was decided on.
    """

    __tablename__ = "product_review"
    __table_args__ = (
        Index("uq_product_review_open", "product_id", unique=True, postgresql_where=text(_ACTIVE)),
        Index("ix_product_review_product", "tenant_id", "product_id"),
        Index("ix_product_review_due", "tenant_id", "due_at", "id", postgresql_where=text(_ACTIVE)),
        CheckConstraint(_one_of("state", ProductReviewState), name="state"),
        CheckConstraint(_one_of("proposal", ProductDecision), name="proposal"),
        CheckConstraint(_one_of("decision", ProductDecision), name="decision"),
        CheckConstraint("signed_by <> proposed_by", name="four_eyes"),
        CheckConstraint(
            "(state = 'decided') = (decision IS NOT NULL AND proposed_by IS NOT NULL AND signed_by IS NOT NULL"
            " AND pack_id IS NOT NULL AND decided_at IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint("decision IS NULL OR decision = proposal", name="as_proposed"),
        CheckConstraint(
            "state <> 'pending_signature'"
            " OR (proposal IS NOT NULL AND proposed_by IS NOT NULL AND pack_id IS NOT NULL)",
            name="signed_first",
        ),
        CheckConstraint("until > since", name="period"),
    )

    product_id: UUID = Field(foreign_key="product.id")
    state: str = ProductReviewState.OPEN
    cause: str
    risk: str
    ruleset: str
    since: date
    until: date
    opened_at: datetime = utc_column()
    due_at: datetime = utc_column()
    assignee_id: UUID | None = Field(default=None, index=True)
    started_at: datetime | None = utc_column(nullable=True, default=None)
    escalated_at: datetime | None = utc_column(nullable=True, default=None)
    pack_id: UUID | None = Field(default=None, foreign_key="product_review_pack.id")
    proposal: str | None = None
    proposal_reason: str | None = None
    channels: list[str] = Field(default_factory=list, sa_type=JSONB)
    note: str | None = Field(default=None, sa_type=Text)
    proposed_by: UUID | None = None
    proposed_at: datetime | None = utc_column(nullable=True, default=None)
    decision: str | None = None
    signed_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)
    next_review_on: date | None = None


class ProductReviewTrigger(Audited, table=True):
    """Why a review was opened, or what came up while it was open. `source` names what happened, and happens once."""

    __tablename__ = "product_review_trigger"
    __table_args__ = (
        UniqueConstraint("product_id", "kind", "source"),
        CheckConstraint(_one_of("kind", ProductTrigger), name="kind"),
    )

    review_id: UUID = Field(foreign_key="product_review.id", index=True)
    product_id: UUID = Field(foreign_key="product.id")
    kind: str
    source: str
    occurred_on: date
    noted_at: datetime = utc_column()
    noted_by: UUID
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    note: str | None = Field(default=None, sa_type=Text)


class ProductReviewPack(Audited, table=True):
    """The figures of a product over a period, and everything they were computed from.

    `inputs` names each table of the snapshot by the SHA-256 of its bytes, with its rows and size; `parameters` and
    `body` are canonical JSON, and `digest` is the SHA-256 of `body`. The same inputs and parameters give the same
    digest. `review_id` is empty for a pack that was made to watch the product between reviews.
    """

    __tablename__ = "product_review_pack"
    __table_args__ = (
        Index("ix_product_review_pack_product", "product_id", "requested_at"),
        Index("ix_product_review_pack_review", "review_id"),
        Index(
            "uq_product_review_pack_active",
            "product_id",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
        CheckConstraint(_one_of("state", PackState), name="state"),
        CheckConstraint(
            "(state = 'ready') = (digest IS NOT NULL AND body IS NOT NULL AND inputs IS NOT NULL)", name="ready"
        ),
        CheckConstraint("until > since", name="period"),
    )

    product_id: UUID = Field(foreign_key="product.id")
    review_id: UUID | None = None
    state: str = PackState.WAITING
    since: date
    until: date
    currency: str
    ruleset: str
    parameters: str = Field(sa_type=Text)
    inputs: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    body: str | None = Field(default=None, sa_type=Text)
    digest: str | None = None
    requested_by: UUID
    requested_at: datetime = utc_column()
    started_at: datetime | None = utc_column(nullable=True, default=None)
    ended_at: datetime | None = utc_column(nullable=True, default=None)
    failure: str | None = None


class PackProgress(Tenanted, table=True):
    """How far the pack with the same id is; `at` is also its sign of life."""

    __tablename__ = "product_review_progress"

    stage: str = ""
    done: int = 0
    total: int = 0
    at: datetime = utc_column()


class ProductReviewFinding(Audited, table=True):
    """What people make of the figures; `section` is the part of the pack it comes from."""

    __tablename__ = "product_review_finding"
    __table_args__ = (
        UniqueConstraint("review_id", "number"),
        CheckConstraint(_one_of("severity", Severity), name="severity"),
    )

    review_id: UUID = Field(foreign_key="product_review.id")
    product_id: UUID = Field(foreign_key="product.id", index=True)
    number: int
    section: str
    severity: str
    words: str = Field(sa_type=Text)
    raised_by: UUID
    raised_at: datetime = utc_column()


class ProductReviewAction(Audited, table=True):
    """What follows from a finding: who does it until when. It outlives the review."""

    __tablename__ = "product_review_action"
    __table_args__ = (
        Index("ix_product_review_action_due", "tenant_id", "due_on", postgresql_where=text("state = 'open'")),
        Index("ix_product_review_action_owner", "owner_id", "state"),
        CheckConstraint(_one_of("state", ActionState), name="state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
    )

    finding_id: UUID = Field(foreign_key="product_review_finding.id", index=True)
    review_id: UUID = Field(foreign_key="product_review.id", index=True)
    product_id: UUID = Field(foreign_key="product.id", index=True)
    words: str = Field(sa_type=Text)
    owner_id: UUID
    due_on: date
    state: str = ActionState.OPEN
    set_by: UUID
    set_at: datetime = utc_column()
    reminders: int = 0
    escalated_at: datetime | None = utc_column(nullable=True, default=None)
    ended_by: UUID | None = None
    ended_at: datetime | None = utc_column(nullable=True, default=None)
    outcome: str | None = Field(default=None, sa_type=Text)
