"""A bank whose customer holds an account with one of everything, recorded by the intake."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.customers import queries as customers
from backend.customers.models import Party
from backend.edge.loading import Loaded, load
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
from backend.onboarding.migration import file_runs
from backend.onboarding.migration.holding_files import FileKind
from tests.factories.catalogue import approved_product
from tests.factories.customers import Bank, open_bank, person, with_roles

HOLDINGS = "ref,customer,product,opened_on,currency,account_number,amount,closed_on,status,close_reason\n"
MOVEMENTS = "ref,holding,booked_on,direction,amount,balance,currency\n"
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


@dataclass(frozen=True)
class Shop:
    bank: Bank
    party: Party
    number: str
    versions: list[UUID]
    folder: Path

    async def load(self, kind: str, content: str, **options: Any) -> Loaded:
        path = self.folder / f"{kind}.csv"
        path.write_text(content, encoding="utf-8")
        watch = options.get("watch", lambda _done, _total: None)
        actor = options.get("actor", self.bank.system)
        return await load(self.bank.platform, actor, FileKind(kind), path, watch=watch)

    async def one(self, query: str) -> tuple[Any, ...]:
        async with self.bank.platform.transaction(self.bank.system) as ctx:
            return tuple((await ctx.session.execute(text(query))).one())

    async def problems(self, loaded: Loaded) -> list[tuple[int, str, str | None]]:
        found = await self.bank.run(self.bank.system, file_runs.problems_of, loaded.run_id, limit=100)
        return [(problem.line, problem.code, problem.column) for problem in found]

    def holding(self, ref: str = "h1", product: str = "savings", more: str = ",,,,") -> str:
        return f"{ref},{self.number},{product},2024-05-06,CZK,{more}\n"


@pytest.fixture
async def shop(bank: Bank, tmp_path: Path) -> Shop:
    party = await bank.customer()
    versions = await bank.run(bank.system, approved_product, "savings", date(2020, 1, 1), date(2025, 1, 1))
    async with bank.platform.transaction(bank.system) as ctx:
        number = await ctx.session.scalar(text("SELECT number FROM customer WHERE party_id = :id"), {"id": party.id})
    return Shop(bank, party, number, versions, tmp_path)


@pytest.fixture
async def account(shop: Shop) -> Shop:
    await shop.load("holdings", HOLDINGS + shop.holding(more="0001,100.50,,,"))
    return shop
