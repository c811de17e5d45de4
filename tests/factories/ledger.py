"""Accounts with booked movements for tests, recorded by the intake."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from backend.core.ids import new_id
from backend.customers.models import Party
from backend.holdings import queries
from backend.holdings.intake import NewAccount, NewHolder, NewMovement, record_accounts, record_movements
from backend.holdings.models import Account
from tests.factories.customers import Bank, person

Line = tuple[date, str, int | Decimal, str | None, str | None]
"""Day, direction, amount, purpose, counterparty bank."""


def account(ref: str, owner: UUID, opened: date = date(2025, 1, 1), **more: Any) -> NewAccount:
    given = {"currency": "CZK", "holders": (NewHolder(owner, "owner"),), "cards": (), **more}
    return NewAccount(
        ref=ref,
        number="1",
        product="current",
        branch=None,
        statement=None,
        opened_on=opened,
        loans=(),
        orders=(),
        **given,
    )


async def book(bank: Bank, *lines: Line, party: Party | None = None, **more: Any) -> Party:
    """An account of the party, or of somebody new, with these movements; the balance follows them."""
    owner = party or await bank.customer(person())
    ref = f"account:{new_id()}"
    await bank.run(bank.system, record_accounts, [account(ref, owner.id, **more)])
    account_id = (await bank.run(bank.system, queries.ids_by_ref, Account, [ref]))[ref]
    balance, booked = Decimal(0), []
    for number, (on, direction, amount, purpose, other) in enumerate(lines):
        balance += amount if direction == "credit" else -amount
        booked.append(
            NewMovement(
                f"{ref}:{number}", account_id, owner.id, on, direction, None, Decimal(amount), balance,
                more.get("currency", "CZK"), purpose, other, None,
            )
        )  # fmt: skip
    await bank.run(bank.system, record_movements, new_id(), booked)
    return owner
