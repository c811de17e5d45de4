"""A bank whose customer holds an account with one of everything, recorded by the intake."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.customers import queries as customers
from backend.customers.models import Party
from backend.edge.platform import Platform
from backend.holdings import queries
from backend.holdings.intake import (
    NewAccount,
    NewCard,
    NewHolder,
    NewLoan,
    NewMovement,
    NewOrder,
    record_accounts,
    record_movements,
)
from backend.holdings.models import Account
from backend.holdings.views import AccountView
from tests.factories.customers import Bank, open_bank, person, with_roles

NUMBER = "0000001234"
FIRST_DAY = date(2026, 1, 1)


def new_account(ref: str, *holders: NewHolder, **more: object) -> NewAccount:
    bare = NewAccount(ref, NUMBER, "current_account", "CZK", "Praha", "monthly", FIRST_DAY, holders, (), (), ())
    return replace(bare, **more)


def full_account(ref: str, owner: UUID) -> NewAccount:
    return new_account(
        ref,
        NewHolder(owner, "owner"),
        cards=(NewCard(f"{ref}:card", owner, "card_gold", FIRST_DAY),),
        loans=(NewLoan(f"{ref}:loan", FIRST_DAY, Decimal(96396), 12, Decimal("8033.00"), "running"),),
        orders=(NewOrder(f"{ref}:order", "YZ", "0087144583", Decimal("2452.10"), "household"),),
    )


def new_movements(account_id: UUID, owner: UUID, count: int, *, a_day: int = 1) -> list[NewMovement]:
    """The balance after the n-th movement is n; `a_day` of them are booked on each day."""
    return [
        NewMovement(
            ref=f"{account_id}:{number}",
            account_id=account_id,
            owner_id=owner,
            booked_on=FIRST_DAY + timedelta(days=number // a_day),
            direction="credit",
            operation="transfer_in",
            amount=Decimal("1.00"),
            balance=Decimal(number),
            currency="CZK",
            purpose=None,
            counterparty_bank="YZ",
            counterparty_account="0087144583",
        )
        for number in range(1, count + 1)
    ]


@dataclass(frozen=True)
class Held:
    bank: Bank
    party: Party
    account_id: UUID

    async def accounts(self, actor: Actor) -> tuple[AccountView, ...]:
        async def look(ctx: Context) -> tuple[AccountView, ...]:
            return await queries.accounts(ctx, self.party.id, await customers.facts(ctx, self.party.id))

        return await self.bank.platform.run(actor, look)

    async def book(self, count: int, **more: int) -> int:
        movements = new_movements(self.account_id, self.party.id, count, **more)
        return await self.bank.run(self.bank.system, record_movements, new_id(), movements)

    def somebody(self, role: str) -> Actor:
        return with_roles(self.bank.officer, role)


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


@pytest.fixture
def open_account(bank: Bank) -> Callable[..., Awaitable[Held]]:
    async def open_(name: str = "Jan Novák") -> Held:
        party = await bank.customer(person(name))
        ref = f"account:{party.id}"
        await bank.run(bank.system, record_accounts, [full_account(ref, party.id)])
        ids = await bank.run(bank.system, queries.ids_by_ref, Account, [ref])
        return Held(bank, party, ids[ref])

    return open_


@pytest.fixture
async def held(open_account: Callable[..., Awaitable[Held]]) -> Held:
    return await open_account()
