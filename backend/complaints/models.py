"""Complaints, the steps of each, the letters that answer them, and redress."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, personal_column, sealed_column, utc_column


class State(StrEnum):
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    RESOLVED = "resolved"
    FINAL_RESPONSE = "final_response"
    REFERRED = "referred_to_ombudsman"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    BRANCH = "branch"
    TELEPHONE = "telephone"
    MAIL = "mail"
    EMAIL = "email"
    APP = "app"
    PARTNER = "partner"


class Outcome(StrEnum):
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"


class LetterKind(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"
    SUMMARY = "summary"
    FINAL_RESPONSE = "final_response"


class LetterState(StrEnum):
    DRAFTED = "drafted"
    APPROVED = "approved"
    REJECTED = "rejected"
    SENT = "sent"


class RedressState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    PAID = "paid"


class Complaint(Audited, table=True):
    """`owner_id` is whose key seals it: the party, or the complaint itself where nobody on record complained.

    `staff` are the colleagues who are complained of. `due_on` is the law's day for the answer, moved by extension and
    pauses; `clock` names the clock of the rule-set. `response_at` is when it was answered: nothing closes without.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        CheckConstraint("state <> 'closed' OR response_at IS NOT NULL", name="answered"),
        CheckConstraint("(state = 'resolved') <= (outcome IS NOT NULL)", name="decided"),
        CheckConstraint("(party_id IS NULL) <= (complainant IS NOT NULL)", name="somebody"),
        CheckConstraint("party_id IS NULL OR owner_id = party_id", name="owner"),
        Index("ix_complaint_state", "tenant_id", "state", "due_on"),
        Index("ix_complaint_party", "party_id"),
        Index("ix_complaint_received", "tenant_id", "received_on"),
        Index("ix_complaint_product", "tenant_id", "product_code", "received_on"),
    )

    number: str
    party_id: UUID | None = Field(default=None, foreign_key="party.id")
    owner_id: UUID = Field(index=True)
    complainant: bytes | None = sealed_column(owner="owner_id", nullable=True, default=None)
    contact: bytes | None = sealed_column(owner="owner_id", nullable=True, default=None)
    details: bytes = sealed_column(owner="owner_id")
    wish: bytes | None = sealed_column(owner="owner_id", nullable=True, default=None)
    finding: bytes | None = sealed_column(owner="owner_id", nullable=True, default=None)
    locale: str
    jurisdiction: str
    ruleset: str
    clock: str
    channel: str
    category: str
    product_code: str | None = None
    holding_id: UUID | None = None
    staff: list[str] = Field(sa_type=JSONB)
    vulnerable: bool | None = personal_column(default=None)
    state: str = State.RECEIVED
    received_on: date
    recorded_at: datetime = utc_column()
    received_by: UUID
    handler_id: UUID | None = Field(default=None, index=True)
    acknowledge_by: date | None = None
    summary_by: date | None = None
    first_due_on: date
    due_on: date
    acknowledged_at: datetime | None = utc_column(nullable=True, default=None)
    extended_at: datetime | None = utc_column(nullable=True, default=None)
    paused_on: date | None = None
    outcome: str | None = None
    cause: str | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)
    response_at: datetime | None = utc_column(nullable=True, default=None)
    response_kind: str | None = None
    referred_at: datetime | None = utc_column(nullable=True, default=None)
    reopened: int = 0
    warned_at: datetime | None = utc_column(nullable=True, default=None)
    breached_at: datetime | None = utc_column(nullable=True, default=None)
    closed_at: datetime | None = utc_column(nullable=True, default=None)


class ComplaintStep(Audited, table=True):
    """One line of a complaint's course; `words` are sealed like the complaint, `code` is a word of a rule-set."""

    __tablename__ = "complaint_step"
    __table_args__ = (Index("ix_complaint_step_complaint", "complaint_id", "at"),)

    complaint_id: UUID = Field(foreign_key="complaint.id")
    owner_id: UUID
    kind: str
    code: str | None = None
    words: bytes | None = sealed_column(owner="owner_id", nullable=True, default=None)
    at: datetime = utc_column()
    by: UUID


class ComplaintLetter(Audited, table=True):
    """`body` is the text as merged; the file that left the house lies in `complaint_letter_content`, by its hash."""

    __tablename__ = "complaint_letter"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> drafted_by", name="four_eyes"),
        CheckConstraint("state <> 'sent' OR NOT needs_approval OR approved_by IS NOT NULL", name="approved"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL AND sha256 IS NOT NULL)", name="sent"),
        Index("ix_complaint_letter_complaint", "complaint_id", "drafted_at"),
        Index("ix_complaint_letter_state", "tenant_id", "state"),
    )

    complaint_id: UUID = Field(foreign_key="complaint.id")
    owner_id: UUID
    kind: str
    locale: str
    ruleset: str
    subject: str
    body: bytes = sealed_column(owner="owner_id")
    state: str = LetterState.DRAFTED
    needs_approval: bool
    drafted_by: UUID
    drafted_at: datetime = utc_column()
    approved_by: UUID | None = None
    approved_at: datetime | None = utc_column(nullable=True, default=None)
    rejected_by: UUID | None = None
    sent_by: UUID | None = None
    sent_at: datetime | None = utc_column(nullable=True, default=None)
    sent_through: str | None = None
    sha256: str | None = None


class ComplaintLetterContent(Tenanted, table=True):
    """The encrypted PDF of the letter with the same id."""

    __tablename__ = "complaint_letter_content"

    owner_id: UUID = Field(index=True)
    letter_id: UUID = Field(foreign_key="complaint_letter.id")
    body: bytes = Field(sa_type=LargeBinary)


class ComplaintRedress(Audited, table=True):
    """What is given to make good; above the proposer's authority a second person signs."""

    __tablename__ = "complaint_redress"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("signed_by IS NULL OR signed_by <> proposed_by", name="four_eyes"),
        CheckConstraint(
            "state IN ('proposed', 'rejected') OR NOT needs_signature OR signed_by IS NOT NULL", name="second_signature"
        ),
        Index("ix_complaint_redress_complaint", "complaint_id"),
        Index("ix_complaint_redress_state", "tenant_id", "state"),
    )

    complaint_id: UUID = Field(foreign_key="complaint.id")
    kind: str
    amount: Decimal = Field(sa_type=Numeric(20, 4))
    currency: str
    state: str
    needs_signature: bool
    ruleset: str
    proposed_by: UUID
    proposed_at: datetime = utc_column()
    signed_by: UUID | None = None
    signed_at: datetime | None = utc_column(nullable=True, default=None)
    paid_by: UUID | None = None
    paid_at: datetime | None = utc_column(nullable=True, default=None)
