"""What a customer holds: accounts, cards, loans, standing orders, and the movements of accounts."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, Numeric, PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.core.tables import Audited, sealed_column

_AMOUNT = Numeric(20, 4)


class HolderRole(StrEnum):
    OWNER = "owner"
    DISPONENT = "disponent"


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


class Movement(SQLModel, table=True):
    """One booked transaction; append-only, and proven by the entry of the batch that brought it."""

    __tablename__ = "movement"
    __table_args__ = (
        PrimaryKeyConstraint("account_id", "booked_on", "id"),
        UniqueConstraint("tenant_id", "source_ref"),
        Index("ix_movement_tenant_id", "tenant_id"),
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
