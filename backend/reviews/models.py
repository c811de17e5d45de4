"""Reviews of customers: what asked for them, what was answered, how they ended, and what they restrict."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, sealed_column, utc_column


class ReviewState(StrEnum):
    OPEN = "open"
    IN_REVIEW = "in_review"
    AWAITING_INFORMATION = "awaiting_information"
    PENDING_APPROVAL = "pending_approval"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


ACTIVE = (
    ReviewState.OPEN.value,
    ReviewState.IN_REVIEW.value,
    ReviewState.AWAITING_INFORMATION.value,
    ReviewState.PENDING_APPROVAL.value,
)
"""States in which a review gathers further triggers; a customer has one review in them at most."""


class TriggerKind(StrEnum):
    """What asks for a review."""

    PERIODIC = "periodic"
    LIST_HIT = "list_hit"
    FACTOR_MOVED = "factor_moved"
    DOCUMENT_EXPIRED = "document_expired"
    ASSESSMENT_EXPIRED = "assessment_expired"
    BEHAVIOUR = "behaviour"
    ADVERSE_INFORMATION = "adverse_information"
    PRODUCT_CHANGED = "product_changed"
    OWNERS_CHANGED = "owners_changed"
    REQUEST = "request"


class Depth(StrEnum):
    SIMPLIFIED = "simplified"
    STANDARD = "standard"
    ENHANCED = "enhanced"


class Outcome(StrEnum):
    KEEP = "keep"
    CHANGE_LEVEL = "change_level"
    RESTRICT = "restrict"
    EXIT = "exit"


class Answer(StrEnum):
    SATISFIED = "satisfied"
    CONCERN = "concern"
    NOT_APPLICABLE = "not_applicable"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


_ACTIVE = f"state IN ({', '.join(map(repr, ACTIVE))})"


class Review(Audited, table=True):
    """One look at one customer. What changed counts from `since`: the end of the last one, or the first rating.

    `level` is that of the rating when the review was opened or last gained a trigger; `depth` never falls while it is
    open. `due_at` is the earliest of what its triggers allow. A review by rule has `automatic` and nobody's name.
    """

    __tablename__ = "review"
    __table_args__ = (
        Index("uq_review_open", "party_id", unique=True, postgresql_where=text(_ACTIVE)),
        Index("ix_review_party", "tenant_id", "party_id"),
        Index("ix_review_due", "tenant_id", "due_at", "id", postgresql_where=text(_ACTIVE)),
        Index("ix_review_completed", "party_id", "decided_at", postgresql_where=text("state = 'completed'")),
        CheckConstraint(_one_of("state", ReviewState), name="state"),
        CheckConstraint(_one_of("depth", Depth), name="depth"),
        CheckConstraint(_one_of("outcome", Outcome), name="outcome"),
        CheckConstraint("decided_by IS NULL OR automatic OR NOT four_eyes OR decided_by <> proposed_by", name="second"),
        CheckConstraint("(state = 'completed') = (outcome IS NOT NULL AND decided_at IS NOT NULL)", name="ended"),
        CheckConstraint("state <> 'pending_approval' OR proposal IS NOT NULL", name="proposal"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    state: str = ReviewState.OPEN
    cause: str
    level: str
    depth: str
    four_eyes: bool
    ruleset: str
    since: datetime = utc_column()
    opened_at: datetime = utc_column()
    due_at: datetime = utc_column()
    assignee_id: UUID | None = Field(default=None, index=True)
    started_at: datetime | None = utc_column(nullable=True, default=None)
    information: list[str] = Field(default_factory=list, sa_type=JSONB)
    information_note: bytes | None = sealed_column(nullable=True, default=None)
    information_asked_at: datetime | None = utc_column(nullable=True, default=None)
    information_due_at: datetime | None = utc_column(nullable=True, default=None)
    reminders: int = 0
    escalated_at: datetime | None = utc_column(nullable=True, default=None)
    restricted_at: datetime | None = utc_column(nullable=True, default=None)
    proposal: str | None = None
    proposal_reason: str | None = None
    proposal_level: str | None = None
    proposed_by: UUID | None = None
    proposed_at: datetime | None = utc_column(nullable=True, default=None)
    note: bytes | None = sealed_column(nullable=True, default=None)
    override_id: UUID | None = None
    outcome: str | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)
    automatic: bool = False
    next_review_on: date | None = None


class ReviewTrigger(Audited, table=True):
    """Why a review was opened, or what came up while it was open. `source` names what happened, and happens once."""

    __tablename__ = "review_trigger"
    __table_args__ = (
        UniqueConstraint("party_id", "kind", "source"),
        CheckConstraint(_one_of("kind", TriggerKind), name="kind"),
    )

    review_id: UUID = Field(foreign_key="review.id", index=True)
    party_id: UUID = Field(foreign_key="party.id")
    kind: str
    source: str
    occurred_on: date
    noted_at: datetime = utc_column()
    noted_by: UUID
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    note: bytes | None = sealed_column(nullable=True, default=None)


class ReviewAnswer(Audited, table=True):
    """An answer to one question of the review's depth; it may be given anew until the review is proposed."""

    __tablename__ = "review_answer"
    __table_args__ = (
        UniqueConstraint("review_id", "question"),
        CheckConstraint(_one_of("answer", Answer), name="answer"),
    )

    review_id: UUID = Field(foreign_key="review.id")
    party_id: UUID = Field(foreign_key="party.id", index=True)
    question: str
    answer: str
    note: bytes | None = sealed_column(nullable=True, default=None)
    answered_by: UUID
    answered_at: datetime = utc_column()


class ReviewRestriction(Audited, table=True):
    """What may not be sold to a customer: while a review is overdue, or because one decided so."""

    __tablename__ = "review_restriction"
    __table_args__ = (
        Index("uq_review_restriction_open", "review_id", unique=True, postgresql_where=text("lifted_at IS NULL")),
        Index("ix_review_restriction_party", "tenant_id", "party_id"),
        CheckConstraint("ground IN ('overdue', 'outcome')", name="ground"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    review_id: UUID = Field(foreign_key="review.id")
    ground: str
    measure: str
    ruleset: str
    placed_at: datetime = utc_column()
    lifted_at: datetime | None = utc_column(nullable=True, default=None)


class BehaviourFlag(Audited, table=True):
    """A pattern in the customer's movements: the day on which it was first complete, and how much it moved.

    `amount` is in minor units of `currency`; `figures` are those of risk_models.behaviour.
    """

    __tablename__ = "behaviour_flag"
    __table_args__ = (
        UniqueConstraint("party_id", "pattern", "found_on"),
        Index("ix_behaviour_flag_tenant", "tenant_id", "pattern", "found_on"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    pattern: str
    found_on: date
    as_of: date
    currency: str
    amount: int = Field(sa_type=BigInteger)
    figures: dict[str, int] = Field(default_factory=dict, sa_type=JSONB)
    ruleset: str
    found_at: datetime = utc_column()
