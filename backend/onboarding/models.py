"""An onboarding case: what was applied for, what is asked and why, what was checked, and who decided."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, sealed_column, utc_column


class CaseState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    AWAITING_INFORMATION = "awaiting_information"
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class DueDiligence(StrEnum):
    SIMPLIFIED = "simplified"
    STANDARD = "standard"
    ENHANCED = "enhanced"


class RequirementKind(StrEnum):
    DATA = "data"
    DOCUMENT = "document"
    CHECK = "check"
    APPROVAL = "approval"


class RequirementStatus(StrEnum):
    OPEN = "open"
    SATISFIED = "satisfied"
    WAIVED = "waived"
    DEFERRED = "deferred"
    DROPPED = "dropped"


class CheckStatus(StrEnum):
    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    REFERRED = "referred"
    WAIVED = "waived"


class Decision(StrEnum):
    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    REJECT = "reject"


class Signature(StrEnum):
    """What a further person answers to a proposal."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"


class ConditionStatus(StrEnum):
    PROPOSED = "proposed"
    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    DROPPED = "dropped"


class OnboardingCase(Audited, table=True):
    """A case runs on the rule-set version effective when it was submitted, unless a person re-bases it."""

    __tablename__ = "onboarding_case"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        Index("ix_onboarding_case_state", "tenant_id", "state", "opened_at"),
        Index("ix_onboarding_case_party", "party_id"),
    )

    number: str
    party_id: UUID = Field(foreign_key="party.id")
    customer_id: UUID | None = Field(default=None, foreign_key="customer.id")
    parent_id: UUID | None = Field(default=None, foreign_key="onboarding_case.id", index=True)
    purpose: str
    jurisdiction: str
    products: list[str] = Field(sa_type=JSONB)
    channel: str
    state: str = CaseState.DRAFT
    ruleset: str | None = None
    due_diligence: str = DueDiligence.STANDARD
    risk_points: int | None = None
    risk_level: str | None = None
    opened_by: UUID
    opened_at: datetime = utc_column()
    submitted_by: UUID | None = None
    submitted_at: datetime | None = utc_column(nullable=True, default=None)
    reviewer_id: UUID | None = None
    proposal: str | None = None
    proposed_by: UUID | None = None
    proposal_reasons: list[str] | None = Field(default=None, sa_type=JSONB)
    decided_at: datetime | None = utc_column(nullable=True, default=None)
    decision_reasons: list[str] | None = Field(default=None, sa_type=JSONB)
    expires_at: datetime | None = utc_column(nullable=True, default=None, index=True)
    round: int = 1


class CaseRequirement(Audited, table=True):
    """`because` lists the rules that ask for it, each with the facts that made the rule hold."""

    __tablename__ = "case_requirement"
    __table_args__ = (UniqueConstraint("case_id", "code"),)

    case_id: UUID = Field(foreign_key="onboarding_case.id")
    code: str
    kind: str
    status: str = RequirementStatus.OPEN
    because: list[dict[str, Any]] = Field(sa_type=JSONB)
    satisfied_by: UUID | None = None
    waived_by: UUID | None = None
    waiver_reason: str | None = None
    changed_at: datetime = utc_column()


class CaseCheck(Audited, table=True):
    """`result` holds codes and figures, never personal data."""

    __tablename__ = "case_check"

    case_id: UUID = Field(foreign_key="onboarding_case.id", index=True)
    kind: str
    status: str
    result: dict[str, Any] = Field(sa_type=JSONB)
    performed_by: UUID
    performed_at: datetime = utc_column()


class CaseApproval(Audited, table=True):
    """One person's signature in one round; the database itself refuses the proposer and a second signature."""

    __tablename__ = "case_approval"
    __table_args__ = (
        UniqueConstraint("case_id", "round", "approver_id"),
        CheckConstraint("approver_id <> proposed_by", name="four_eyes"),
        CheckConstraint("approver_id <> submitted_by", name="maker_never_checks"),
    )

    case_id: UUID = Field(foreign_key="onboarding_case.id")
    round: int
    decision: str
    submitted_by: UUID
    proposed_by: UUID
    approver_id: UUID
    reasons: list[str] = Field(sa_type=JSONB)
    note: bytes | None = sealed_column(nullable=True, default=None)
    party_id: UUID
    decided_at: datetime = utc_column()


class CaseCondition(Audited, table=True):
    __tablename__ = "case_condition"

    case_id: UUID = Field(foreign_key="onboarding_case.id", index=True)
    code: str
    due_on: date
    status: str = ConditionStatus.OPEN
    closed_at: datetime | None = utc_column(nullable=True, default=None)
    closed_by: UUID | None = None


class InformationRequest(Audited, table=True):
    """What was asked of the customer, and until when."""

    __tablename__ = "information_request"

    case_id: UUID = Field(foreign_key="onboarding_case.id", index=True)
    party_id: UUID
    requirements: list[str] = Field(sa_type=JSONB)
    message: bytes | None = sealed_column(nullable=True, default=None)
    asked_by: UUID
    asked_at: datetime = utc_column()
    due_at: datetime = utc_column()
    answered_at: datetime | None = utc_column(nullable=True, default=None)
