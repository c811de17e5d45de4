"""Holdings from files, by COPY: accounts with all that hangs on them, and movements in batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.audit.copying import Batch
from backend.core.ids import new_id
from backend.holdings import ledger, months, queries
from backend.holdings.models import Account, AccountHolder, Card, Loan, Movement, StandingOrder


@dataclass(frozen=True, slots=True)
class NewHolder:
    party_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class NewCard:
    ref: str
    party_id: UUID
    product: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class NewLoan:
    ref: str
    granted_on: date
    amount: Decimal
    months: int
    payment: Decimal
    status: str


@dataclass(frozen=True, slots=True)
class NewOrder:
    ref: str
    payee_bank: str
    payee_account: str
    amount: Decimal
    purpose: str | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The first holder is the owner whose key seals the account's numbers."""

    ref: str
    number: str
    product: str
    currency: str
    branch: str | None
    statement: str | None
    opened_on: date
    holders: tuple[NewHolder, ...]
    cards: tuple[NewCard, ...]
    loans: tuple[NewLoan, ...]
    orders: tuple[NewOrder, ...]


@dataclass(frozen=True, slots=True)
class NewMovement:
    ref: str
    account_id: UUID
    owner_id: UUID
    booked_on: date
    direction: str
    operation: str | None
    amount: Decimal
    balance: Decimal
    currency: str
    purpose: str | None
    counterparty_bank: str | None
    counterparty_account: str | None


async def record_accounts(ctx: Context, accounts: Sequence[NewAccount]) -> int:
    """Accounts whose reference is recorded are left alone. Returns how many rows were written."""
    ctx.require("import", "holding", Facts(tenant_id=ctx.actor.tenant_id))
    known = await queries.known_refs(ctx, Account, [account.ref for account in accounts])
    fresh = [account for account in accounts if account.ref not in known]
    await ctx.vault.load({account.holders[0].party_id for account in fresh})
    batch = Batch(ctx.trail)
    for account in fresh:
        _account(ctx, batch, account)
    return await batch.write(ctx.session)


async def record_movements(ctx: Context, run_id: UUID, movements: Sequence[NewMovement]) -> int:
    """Movements whose reference is booked are left alone. Returns how many rows were written."""
    ctx.require("import", "holding", Facts(tenant_id=ctx.actor.tenant_id))
    known = await ledger.booked(ctx, Movement, [movement.ref for movement in movements])
    return await append_movements(ctx, run_id, [movement for movement in movements if movement.ref not in known])


async def append_movements(ctx: Context, run_id: UUID, fresh: Sequence[NewMovement]) -> int:
    """Movements that `ledger.booked` did not know in this transaction. One entry for the batch, which they all name."""
    ctx.require("import", "holding", Facts(tenant_id=ctx.actor.tenant_id))
    await months.plan(ctx, "movement", {movement.booked_on for movement in fresh})
    await ctx.vault.load({movement.owner_id for movement in fresh if movement.counterparty_account is not None})
    batch = Batch(ctx.trail)
    if fresh:
        entry = batch.entry("holding.import", ("import_run", run_id), reason=f"movements {len(fresh)}")
        for movement in fresh:
            _movement(ctx, batch, entry, movement)
    return await batch.write(ctx.session)


def _account(ctx: Context, batch: Batch, account: NewAccount) -> None:
    account_id, owner_id = new_id(), account.holders[0].party_id
    entry = batch.entry("holding.import", ("account", account_id))
    batch.add(
        Account,
        entry,
        id=account_id,
        owner_id=owner_id,
        number=ctx.vault.seal("account", "number", account_id, owner_id, account.number),
        product=account.product,
        currency=account.currency,
        branch=account.branch,
        statement=account.statement,
        opened_on=account.opened_on,
        source_ref=account.ref,
    )
    for holder in account.holders:
        batch.add(AccountHolder, entry, id=new_id(), account_id=account_id, party_id=holder.party_id, role=holder.role)
    for card in account.cards:
        batch.add(
            Card,
            entry,
            id=new_id(),
            account_id=account_id,
            party_id=card.party_id,
            product=card.product,
            issued_on=card.issued_on,
            source_ref=card.ref,
        )
    for loan in account.loans:
        batch.add(
            Loan,
            entry,
            id=new_id(),
            account_id=account_id,
            granted_on=loan.granted_on,
            amount=loan.amount,
            currency=account.currency,
            months=loan.months,
            payment=loan.payment,
            status=loan.status,
            source_ref=loan.ref,
        )
    for order in account.orders:
        _order(ctx, batch, entry, account, account_id, order)


def _order(ctx: Context, batch: Batch, entry: UUID, account: NewAccount, account_id: UUID, order: NewOrder) -> None:
    order_id, owner_id = new_id(), account.holders[0].party_id
    batch.add(
        StandingOrder,
        entry,
        id=order_id,
        account_id=account_id,
        owner_id=owner_id,
        payee_bank=order.payee_bank,
        payee_account=ctx.vault.seal("standing_order", "payee_account", order_id, owner_id, order.payee_account),
        amount=order.amount,
        currency=account.currency,
        purpose=order.purpose,
        source_ref=order.ref,
    )


def _movement(ctx: Context, batch: Batch, entry: UUID, movement: NewMovement) -> None:
    row = new_id()
    batch.add(
        Movement,
        id=row,
        account_id=movement.account_id,
        owner_id=movement.owner_id,
        booked_on=movement.booked_on,
        direction=movement.direction,
        operation=movement.operation,
        amount=movement.amount,
        balance=movement.balance,
        currency=movement.currency,
        purpose=movement.purpose,
        counterparty_bank=movement.counterparty_bank,
        counterparty_account=ctx.vault.seal_optional(
            "movement", "counterparty_account", row, movement.owner_id, movement.counterparty_account
        ),
        source_ref=movement.ref,
        batch_id=entry,
    )
