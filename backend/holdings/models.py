"""What a customer holds: each holding with the version of the product it was sold under, and what kinds add to it.

Accounts, cards and loans keep what is theirs alone in tables of their own and name their holding; deposits, funds and
policies are holdings and nothing else. Movements and premiums are append-only, in partitions by month.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.core.tables import Audited, sealed_column

_AMOUNT = Numeric(20, 4)


class HolderRole(StrEnum):
    OWNER = "owner"
    DISPONENT = "disponent"


class HoldingStatus(StrEnum):
    OPEN = "open"
    LAPSED = "lapsed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MATURED = "matured"


class PremiumKind(StrEnum):
    """A refund gives back what was paid; what is due and not paid is their difference."""

    DUE = "due"
    PAID = "paid"
    REFUNDED = "refunded"


class ClaimState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Holding(Audited, table=True):
    """One contract of one customer.

    `amount` is what was agreed (lent, invested, deposited), `balance` what it came to when the source last told,
    `sum_insured` what a policy covers; `kind` is the product's, `product_version_id` what was sold. A holding that is
    no longer `open` has the day and the reason; a lapsed one can be reinstated.
    """

    __tablename__ = "holding"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_ref"),
        Index("ix_holding_product_version_id_status", "product_version_id", "status"),
        Index("ix_holding_tenant_id", "tenant_id", "id"),
        CheckConstraint("status IN ('open', 'lapsed', 'closed', 'cancelled', 'matured')", name="status"),
        CheckConstraint("(status = 'open') = (closed_on IS NULL)", name="ended"),
        CheckConstraint("(closed_on IS NULL) = (close_reason IS NULL)", name="reasoned"),
    )

    party_id: UUID = Field(foreign_key="party.id", index=True)
    product_version_id: UUID = Field(foreign_key="product_version.id")
    kind: str
    number: bytes | None = sealed_column(nullable=True, default=None)
    opened_on: date
    matures_on: date | None = None
    closed_on: date | None = None
    close_reason: str | None = None
    status: str = HoldingStatus.OPEN
    amount: Decimal | None = Field(default=None, sa_type=_AMOUNT)
    balance: Decimal | None = Field(default=None, sa_type=_AMOUNT)
    sum_insured: Decimal | None = Field(default=None, sa_type=_AMOUNT)
    currency: str
    channel: str | None = None
    sale_id: UUID | None = None
    source_ref: str | None = None


class Account(Audited, table=True):
    """`owner_id` is the first owner, whose key seals what belongs to the account."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("tenant_id", "source_ref"),)

    owner_id: UUID = Field(foreign_key="party.id", index=True)
    number: bytes = sealed_column(owner="owner_id")
    product: str
    currency: str
    branch: str | None = None
    statement: str | None = None
    opened_on: date
    closed_on: date | None = None
    source_ref: str | None = None
    holding_id: UUID | None = Field(default=None, foreign_key="holding.id", index=True)


class AccountHolder(Audited, table=True):
    __tablename__ = "account_holder"
    __table_args__ = (UniqueConstraint("account_id", "party_id"),)

    account_id: UUID = Field(foreign_key="account.id")
    party_id: UUID = Field(foreign_key="party.id", index=True)
    role: str


class Card(Audited, table=True):
    __tablename__ = "card"
    __table_args__ = (UniqueConstraint("tenant_id", "source_ref"),)

    account_id: UUID = Field(foreign_key="account.id", index=True)
    party_id: UUID = Field(foreign_key="party.id", index=True)
    product: str
    issued_on: date
    source_ref: str | None = None
    holding_id: UUID | None = Field(default=None, foreign_key="holding.id", index=True)


class Loan(Audited, table=True):
    """`amount` is what was lent, `payment` one month's instalment, both in the account's currency."""

    __tablename__ = "loan"
    __table_args__ = (UniqueConstraint("tenant_id", "source_ref"),)

    account_id: UUID = Field(foreign_key="account.id", index=True)
    granted_on: date
    amount: Decimal = Field(sa_type=_AMOUNT)
    currency: str
    months: int
    payment: Decimal = Field(sa_type=_AMOUNT)
    status: str
    source_ref: str | None = None
    holding_id: UUID | None = Field(default=None, foreign_key="holding.id", index=True)


class StandingOrder(Audited, table=True):
    __tablename__ = "standing_order"
    __table_args__ = (UniqueConstraint("tenant_id", "source_ref"),)

    account_id: UUID = Field(foreign_key="account.id", index=True)
    owner_id: UUID
    payee_bank: str
    payee_account: bytes = sealed_column(owner="owner_id")
    amount: Decimal = Field(sa_type=_AMOUNT)
    currency: str
    purpose: str | None = None
    source_ref: str | None = None
    holding_id: UUID | None = Field(default=None, foreign_key="holding.id", index=True)


class Movement(SQLModel, table=True):
    """One booked transaction; append-only, and proven by the entry of the batch that brought it.

    A partitioned table can keep a reference unique only within a day; the intake keeps it unique over all months.
    """

    __tablename__ = "movement"
    __table_args__ = (
        PrimaryKeyConstraint("account_id", "booked_on", "id"),
        UniqueConstraint("tenant_id", "source_ref", "booked_on"),
        Index("ix_movement_day", "tenant_id", "booked_on"),
        {"postgresql_partition_by": "RANGE (booked_on)"},
    )

    id: UUID
    tenant_id: UUID
    account_id: UUID = Field(foreign_key="account.id")
    owner_id: UUID
    booked_on: date
    direction: str
    operation: str | None = None
    amount: Decimal = Field(sa_type=_AMOUNT)
    balance: Decimal = Field(sa_type=_AMOUNT)
    currency: str
    purpose: str | None = None
    counterparty_bank: str | None = None
    counterparty_account: bytes | None = sealed_column(owner="owner_id", nullable=True, default=None)
    source_ref: str | None = None
    batch_id: UUID


class Premium(SQLModel, table=True):
    """One line of a policy's premium account: due, paid or refunded; append-only, as movements are."""

    __tablename__ = "premium"
    __table_args__ = (
        PrimaryKeyConstraint("holding_id", "booked_on", "id"),
        UniqueConstraint("tenant_id", "source_ref", "booked_on"),
        CheckConstraint("kind IN ('due', 'paid', 'refunded') AND amount >= 0", name="kind"),
        Index("ix_premium_day", "tenant_id", "booked_on"),
        {"postgresql_partition_by": "RANGE (booked_on)"},
    )

    id: UUID
    tenant_id: UUID
    holding_id: UUID = Field(foreign_key="holding.id")
    booked_on: date
    kind: str
    amount: Decimal = Field(sa_type=_AMOUNT)
    currency: str
    source_ref: str | None = None
    batch_id: UUID


class Claim(Audited, table=True):
    """What a claim cost so far: `paid`, and the `reserve` that is held for the rest.

    `settled_on` is the day on which it was paid in full, declined or withdrawn; None while it is open, or unknown.
    """

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_ref"),
        Index("ix_claim_incurred", "tenant_id", "incurred_on"),
        CheckConstraint("state IN ('open', 'paid', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("paid >= 0 AND reserve >= 0 AND reported_on >= incurred_on", name="figures"),
        CheckConstraint("settled_on IS NULL OR (state <> 'open' AND settled_on >= reported_on)", name="settled"),
    )

    holding_id: UUID = Field(foreign_key="holding.id", index=True)
    incurred_on: date
    reported_on: date
    settled_on: date | None = None
    paid: Decimal = Field(sa_type=_AMOUNT)
    reserve: Decimal = Field(sa_type=_AMOUNT)
    currency: str
    state: str = ClaimState.OPEN
    source_ref: str | None = None
