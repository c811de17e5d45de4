"""Members, the ledger of their points, and the care that a tier brings.

A posting moves points between accounts; its lines sum to zero, which the database proves when the transaction ends.
Postings and lines are only ever added. What is left of each lot of points, and what stands on each account, is kept by
the database as lines arrive: nobody can write it, no lot is ever worth less than nothing, and no member owes points.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, sealed_column, utc_column


class Account(StrEnum):
    """`member` holds what can be spent; the others are where points come from and go to."""

    MEMBER = "member"
    ISSUED = "issued"
    BURNED = "burned"
    EXPIRED = "expired"
    REVERSED = "reversed"
    TRANSFERRED = "transferred"


class PostingKind(StrEnum):
    EARN = "earn"
    BURN = "burn"
    EXPIRE = "expire"
    REVERSE = "reverse"
    TRANSFER = "transfer"


class MemberState(StrEnum):
    ACTIVE = "active"
    LEFT = "left"


class TierReason(StrEnum):
    ENROLLED = "enrolled"
    REACHED = "reached"
    HELD = "held"
    FELL = "fell"


class StepKind(StrEnum):
    CONTACT = "contact"
    TASK = "task"


class LoyaltyMember(Audited, table=True):
    """`tier_points` are those that counted when the tier was last set; `ruleset` is the programme joined under.

    `joined_id` is the membership that took this one over, when two records were found to be one customer.
    """

    __tablename__ = "loyalty_member"
    __table_args__ = (
        UniqueConstraint("tenant_id", "party_id"),
        CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name="left"),
        Index("ix_loyalty_member_tier", "tenant_id", "state", "tier"),
    )

    party_id: UUID = Field(foreign_key="party.id", index=True)
    state: str = MemberState.ACTIVE
    enrolled_at: datetime = utc_column()
    enrolled_by: UUID
    ruleset: str
    tier: str
    tier_since: date
    tier_reason: str = TierReason.ENROLLED
    tier_points: int = Field(default=0, sa_type=BigInteger)
    left_at: datetime | None = utc_column(nullable=True, default=None)
    left_reason: str | None = None
    joined_id: UUID | None = Field(default=None, foreign_key="loyalty_member.id", index=True)


class LoyaltyPosting(Audited, table=True):
    """`points` is how many moved. `uncovered` are points of a reversal that were spent already and stay spent.

    `reference` is whoever asked for it knows it by: a member's reference is booked once, however often it is sent.
    """

    __tablename__ = "loyalty_posting"
    __table_args__ = (
        UniqueConstraint("member_id", "reference"),
        UniqueConstraint("reverses_id"),
        CheckConstraint("points >= 0 AND uncovered >= 0 AND points + uncovered > 0", name="points"),
        CheckConstraint("kind IN ('earn', 'burn', 'expire', 'reverse', 'transfer')", name="kind"),
        CheckConstraint("(kind = 'reverse') = (reverses_id IS NOT NULL)", name="reversal"),
        CheckConstraint("(kind = 'earn') <= (expires_on IS NOT NULL)", name="expiry"),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="money"),
        CheckConstraint("reference ~ '^[A-Za-z0-9._:/-]{1,80}$'", name="reference"),
        Index("ix_loyalty_posting_member", "member_id", "booked_on", "id"),
        Index("ix_loyalty_posting_day", "tenant_id", "booked_on", "kind"),
    )

    member_id: UUID = Field(foreign_key="loyalty_member.id")
    kind: str
    reference: str
    code: str
    product_code: str | None = None
    amount: Decimal | None = Field(default=None, sa_type=Numeric(20, 4))
    currency: str | None = None
    points: int = Field(sa_type=BigInteger)
    uncovered: int = Field(default=0, sa_type=BigInteger)
    booked_on: date
    expires_on: date | None = None
    reverses_id: UUID | None = Field(default=None, foreign_key="loyalty_posting.id")
    ruleset: str
    at: datetime = utc_column()
    by: UUID


class LoyaltyLine(Audited, table=True):
    """A line on the member's account names the lot that it takes from or puts back to: the posting that began it."""

    __tablename__ = "loyalty_line"
    __table_args__ = (
        CheckConstraint("points <> 0", name="points"),
        CheckConstraint(
            "account IN ('member', 'issued', 'burned', 'expired', 'reversed', 'transferred')", name="account"
        ),
        CheckConstraint("(account = 'member') = (lot_id IS NOT NULL)", name="lot"),
        Index("ix_loyalty_line_posting_id", "posting_id"),
        Index("ix_loyalty_line_lot_id", "lot_id"),
    )

    posting_id: UUID = Field(foreign_key="loyalty_posting.id")
    member_id: UUID = Field(foreign_key="loyalty_member.id", index=True)
    account: str
    lot_id: UUID | None = Field(default=None, foreign_key="loyalty_posting.id")
    points: int = Field(sa_type=BigInteger)


class LoyaltyLot(Tenanted, table=True):
    """Points that came together and expire together; written by the database alone, one with the posting's id."""

    __tablename__ = "loyalty_lot"
    __table_args__ = (
        CheckConstraint("points > 0 AND left_points >= 0 AND left_points <= points", name="left"),
        Index("ix_loyalty_lot_open", "member_id", "expires_on", postgresql_where=text("left_points > 0")),
        Index("ix_loyalty_lot_expiry", "tenant_id", "expires_on", postgresql_where=text("left_points > 0")),
    )

    member_id: UUID = Field(foreign_key="loyalty_member.id")
    points: int = Field(sa_type=BigInteger)
    left_points: int = Field(sa_type=BigInteger)
    earned_on: date
    expires_on: date


class LoyaltyBalance(Tenanted, table=True):
    """What stands on one account of one member; written by the database alone."""

    __tablename__ = "loyalty_balance"
    __table_args__ = (
        UniqueConstraint("member_id", "account"),
        CheckConstraint("account <> 'member' OR points >= 0", name="owed"),
    )

    member_id: UUID = Field(foreign_key="loyalty_member.id")
    account: str
    points: int = Field(sa_type=BigInteger)


class LoyaltyCare(Audited, table=True):
    """A member who is cared for under a plan of the programme, by one colleague."""

    __tablename__ = "loyalty_care"
    __table_args__ = (
        Index("uq_loyalty_care_open", "member_id", unique=True, postgresql_where=text("ended_on IS NULL")),
        CheckConstraint("ended_on IS NULL OR ended_on >= since", name="ended"),
    )

    member_id: UUID = Field(foreign_key="loyalty_member.id", index=True)
    party_id: UUID = Field(foreign_key="party.id", index=True)
    plan: str
    ruleset: str
    since: date
    ended_on: date | None = None


class LoyaltyCareStep(Audited, table=True):
    """A contact or task that is due; `words` say how it went, sealed with the customer's key."""

    __tablename__ = "loyalty_care_step"
    __table_args__ = (
        Index("uq_loyalty_care_step_open", "care_id", "code", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("ix_loyalty_care_step_due", "tenant_id", "due_on", postgresql_where=text("closed_at IS NULL")),
        CheckConstraint("done = false OR closed_at IS NOT NULL", name="done"),
    )

    care_id: UUID = Field(foreign_key="loyalty_care.id", index=True)
    party_id: UUID = Field(foreign_key="party.id", index=True)
    kind: str
    code: str
    due_on: date
    done: bool = False
    closed_at: datetime | None = utc_column(nullable=True, default=None)
    closed_by: UUID | None = None
    words: bytes | None = sealed_column(nullable=True, default=None)
