"""Accounts with their cards, loans and orders, and the movements of an account."""

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.errors import CursorInvalid
from backend.api.pages import After, Connection, First, page_size, place
from backend.api.personal import PersonalText
from backend.api.request import Info
from backend.api.scalars import Money
from backend.customers import queries as customers
from backend.holdings import queries, views
from backend.holdings.queries import MovementCursor

_MOVEMENTS: Final = "movements"
_NUMBER: Final = "customer.account_number"


@strawberry.type
class Card:
    id: UUID
    party_id: UUID
    product: str
    issued_on: date


@strawberry.type(description="`amount` is what was lent, `payment` one month's instalment.")
class Loan:
    id: UUID
    granted_on: date
    amount: Money
    months: int
    payment: Money
    status: str


@strawberry.type
class StandingOrder:
    id: UUID
    payee_bank: str
    payee_account: str | None
    payee: PersonalText = strawberry.field(description="payeeAccount, and how it is shown.")
    amount: Money
    purpose: str | None


@strawberry.type
class Movement:
    id: UUID
    booked_on: date
    direction: str
    operation: str | None
    amount: Money
    balance: Money = strawberry.field(description="Of the account, after it.")
    purpose: str | None
    counterparty_bank: str | None
    counterparty_account: str | None
    counterparty: PersonalText = strawberry.field(description="counterpartyAccount, and how it is shown.")


@strawberry.type
class Account:
    id: UUID
    number: str | None = strawberry.field(description="Masked, or null where it may not be seen.")
    account_number: PersonalText = strawberry.field(description="The number, and how it is shown.")
    product: str
    role: str = strawberry.field(description="What the party is to the account.")
    currency: str
    branch: str | None
    statement: str | None
    opened_on: date
    closed_on: date | None
    balance: Money | None
    movement_count: int
    cards: list[Card] = strawberry.field(directives=[Cost(weight=0, size=2)])
    loans: list[Loan] = strawberry.field(directives=[Cost(weight=0, size=2)])
    orders: list[StandingOrder] = strawberry.field(directives=[Cost(weight=0, size=3)])

    @resolved("Newest first.", weight=10, sliced_by="first")
    async def movements(self, info: Info, first: First = 20, after: After = None) -> Connection[Movement]:
        start, limit = _cursor(place(info, _MOVEMENTS, after)), page_size(first)
        rows, more = await info.context.read(lambda ctx: _movements(ctx, self.id, limit, start))
        following = f"{rows[-1].booked_on.isoformat()}|{rows[-1].id}" if more else None
        return Connection.of(info, _MOVEMENTS, [_movement(row) for row in rows], following)

    @classmethod
    def of(cls, view: views.AccountView) -> "Account":
        return cls(
            id=view.id,
            number=view.number,
            account_number=PersonalText.of(_NUMBER, view.number, view.visibility),
            product=view.product,
            role=view.role,
            currency=view.currency,
            branch=view.branch,
            statement=view.statement,
            opened_on=view.opened_on,
            closed_on=view.closed_on,
            balance=None if view.balance is None else Money.of(view.balance),
            movement_count=view.movements,
            cards=[Card(id=c.id, party_id=c.party_id, product=c.product, issued_on=c.issued_on) for c in view.cards],
            loans=[_loan(loan) for loan in view.loans],
            orders=[_order(order) for order in view.orders],
        )


async def accounts_of(info: Info, party_id: UUID) -> list[Account] | None:
    return await info.context.loader(_fetch_accounts, None).get(party_id)


async def _fetch_accounts(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[Account] | None]:
    """Parties whose holdings the actor may not see have no entry."""
    facts = await customers.facts_of(ctx, party_ids)
    allowed = [each for each in party_ids if each in facts and ctx.may("view", "holding", facts[each])]
    return {each: [Account.of(view) for view in await queries.accounts(ctx, each, facts[each])] for each in allowed}


async def _movements(
    ctx: Context, account_id: UUID, limit: int, after: MovementCursor | None
) -> tuple[list[views.MovementView], bool]:
    holder = await queries.holder_of(ctx, account_id)
    if holder is None:
        return [], False
    return await queries.movements(ctx, account_id, await customers.facts(ctx, holder), limit=limit, after=after)


def _cursor(text: str | None) -> MovementCursor | None:
    if text is None:
        return None
    day, bar, movement_id = text.partition("|")
    if not bar:
        raise CursorInvalid(field="after")
    return MovementCursor(date.fromisoformat(day), UUID(movement_id))


def _loan(view: views.LoanView) -> Loan:
    return Loan(
        id=view.id,
        granted_on=view.granted_on,
        amount=Money.of(view.amount),
        months=view.months,
        payment=Money.of(view.payment),
        status=view.status,
    )


def _order(view: views.OrderView) -> StandingOrder:
    return StandingOrder(
        id=view.id,
        payee_bank=view.payee_bank,
        payee_account=view.payee_account,
        payee=PersonalText.of(_NUMBER, view.payee_account, view.visibility),
        amount=Money.of(view.amount),
        purpose=view.purpose,
    )


def _movement(view: views.MovementView) -> Movement:
    return Movement(
        id=view.id,
        booked_on=view.booked_on,
        direction=view.direction,
        operation=view.operation,
        amount=Money.of(view.amount),
        balance=Money.of(view.balance),
        purpose=view.purpose,
        counterparty_bank=view.counterparty_bank,
        counterparty_account=view.counterparty_account,
        counterparty=PersonalText.of(_NUMBER, view.counterparty_account, view.visibility),
    )
