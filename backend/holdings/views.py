"""What is shown of holdings: account numbers as the reader's rights have it, money exact and with its currency.

`visibility` says how the account numbers of a view are shown, so that a missing one is known from a hidden one.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.access.fields import Visibility
from backend.core.money import Money


@dataclass(frozen=True, slots=True)
class CardView:
    id: UUID
    party_id: UUID
    product: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class LoanView:
    id: UUID
    granted_on: date
    amount: Money
    months: int
    payment: Money
    status: str


@dataclass(frozen=True, slots=True)
class OrderView:
    id: UUID
    payee_bank: str
    payee_account: str | None
    amount: Money
    purpose: str | None
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class MovementView:
    id: UUID
    account_id: UUID
    booked_on: date
    direction: str
    operation: str | None
    amount: Money
    balance: Money
    purpose: str | None
    counterparty_bank: str | None
    counterparty_account: str | None
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class AccountView:
    """`role` is what the party is to the account; `balance` that after the latest movement, None without any."""

    id: UUID
    number: str | None
    product: str
    role: str
    currency: str
    branch: str | None
    statement: str | None
    opened_on: date
    closed_on: date | None
    balance: Money | None
    movements: int
    cards: tuple[CardView, ...]
    loans: tuple[LoanView, ...]
    orders: tuple[OrderView, ...]
    visibility: Visibility
