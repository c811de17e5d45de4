"""The accounts and movements of the Berka bank, tied to the parties its clients became. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar
from uuid import UUID

from backend.holdings.intake import NewAccount, NewCard, NewHolder, NewLoan, NewMovement, NewOrder
from backend.onboarding.migration.berka_files import Bank, Card, Loan, Order
from backend.onboarding.migration.berka_migrants import ref

CURRENCY: Final = "CZK"
T = TypeVar("T", Loan, Order)


def accounts(bank: Bank, parties: Mapping[str, UUID]) -> Iterator[NewAccount]:
    """`parties` by client id."""
    holders = bank.holders_by_account()
    cards: dict[str, list[Card]] = defaultdict(list)
    for card in bank.cards.values():
        cards[bank.holders[card.holder].account].append(card)
    loans, orders = _by_account(bank.loans.values()), _by_account(bank.orders.values())
    for account in bank.accounts.values():
        yield NewAccount(
            ref=ref("account", account.id),
            number=account.id.zfill(10),
            product="current_account",
            currency=CURRENCY,
            branch=bank.districts[account.district][0],
            statement=account.statement,
            opened_on=account.opened_on,
            holders=tuple(NewHolder(parties[h.client], h.role) for h in holders[account.id]),
            cards=tuple(
                NewCard(ref("card", c.id), parties[bank.holders[c.holder].client], c.product, c.issued_on)
                for c in cards[account.id]
            ),
            loans=tuple(_loan(loan) for loan in loans[account.id]),
            orders=tuple(_order(order) for order in orders[account.id]),
        )


def movements(bank: Bank, known: Mapping[str, UUID], parties: Mapping[str, UUID]) -> Iterator[NewMovement]:
    """`known` are the recorded accounts by the bank's own account id."""
    owners = {account: holders[0].client for account, holders in bank.holders_by_account().items()}
    for movement in bank.movements.values():
        yield NewMovement(
            ref=ref("trans", movement.id),
            account_id=known[movement.account],
            owner_id=parties[owners[movement.account]],
            booked_on=movement.booked_on,
            direction=movement.direction,
            operation=movement.operation,
            amount=movement.amount,
            balance=movement.balance,
            currency=CURRENCY,
            purpose=movement.purpose,
            counterparty_bank=movement.bank,
            counterparty_account=movement.counterparty,
        )


def _by_account(rows: Iterable[T]) -> dict[str, list[T]]:
    grouped: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        grouped[row.account].append(row)
    return grouped


def _loan(loan: Loan) -> NewLoan:
    return NewLoan(ref("loan", loan.id), loan.granted_on, loan.amount, loan.months, loan.payment, loan.status)


def _order(order: Order) -> NewOrder:
    return NewOrder(ref("order", order.id), order.payee_bank, order.payee_account, order.amount, order.purpose)
