"""Every SELECT on holdings. Rights are those on the customer; account numbers have visibility of their own."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, func, tuple_
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.fields import Visibility, show
from backend.access.scopes import Facts
from backend.core.money import Money
from backend.customers.models import Party
from backend.holdings.models import (
    Account,
    AccountHolder,
    Card,
    Claim,
    ClaimState,
    HolderRole,
    Holding,
    HoldingStatus,
    Loan,
    Movement,
    StandingOrder,
)
from backend.holdings.views import AccountView, CardView, LoanView, MovementView, OrderView

_FIELD = "customer.account_number"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MovementCursor:
    """The last movement of a page: the next page is older."""

    booked_on: date
    id: UUID


async def accounts(ctx: Context, party_id: UUID, facts: Facts) -> tuple[AccountView, ...]:
    """What one customer holds, oldest account first. Raises NotAllowed without the right to see holdings."""
    ctx.require("view", "holding", facts)
    held = select(Account, AccountHolder.role).join(AccountHolder, col(AccountHolder.account_id) == Account.id)
    held = held.where(AccountHolder.party_id == party_id).order_by(col(Account.opened_on), col(Account.id))
    rows = (await ctx.session.execute(held)).all()
    ids = [account.id for account, _ in rows]
    visibility = ctx.policy.visibility(ctx.actor, _FIELD, facts)
    if visibility is not Visibility.HIDDEN and rows:
        await ctx.vault.load({account.owner_id for account, _ in rows})
        ctx.saw(("party", party_id), "account_number")
    parts = await _parts(ctx, ids, visibility)
    return tuple(_account(ctx, account, role, visibility, parts) for account, role in rows)


async def movements(
    ctx: Context, account_id: UUID, facts: Facts, *, limit: int, after: MovementCursor | None = None
) -> tuple[list[MovementView], bool]:
    """A page of an account's movements, newest first, and whether older ones follow."""
    ctx.require("view", "holding", facts)
    page = select(Movement).where(Movement.account_id == account_id)
    if after is not None:
        page = page.where(tuple_(col(Movement.booked_on), col(Movement.id)) < (after.booked_on, after.id))
    page = page.order_by(col(Movement.booked_on).desc(), col(Movement.id).desc()).limit(limit + 1)
    rows = (await ctx.session.scalars(page)).all()
    visibility = ctx.policy.visibility(ctx.actor, _FIELD, facts)
    if visibility is not Visibility.HIDDEN and rows:
        await ctx.vault.load({row.owner_id for row in rows})
        ctx.saw(("party", rows[0].owner_id), "account_number")
    return [_movement(ctx, row, visibility) for row in rows[:limit]], len(rows) > limit


async def holder_of(ctx: Context, account_id: UUID) -> UUID | None:
    """The party through which rights on the account are judged: its first owner, after a merge who survived."""
    owners = select(AccountHolder.party_id).join(Party, col(Party.id) == AccountHolder.party_id)
    owners = owners.where(AccountHolder.account_id == account_id, AccountHolder.role == HolderRole.OWNER)
    return await ctx.session.scalar(owners.where(col(Party.merged_into_id).is_(None)).order_by(col(AccountHolder.id)))


async def known_refs(ctx: Context, model: type[Any], refs: Iterable[str]) -> set[str]:
    """Which source references are recorded already; what makes an import repeatable."""
    rows = await ctx.session.scalars(select(model.source_ref).where(col(model.source_ref).in_(list(refs))))
    return set(rows)


async def ids_by_ref(ctx: Context, model: type[Any], refs: Iterable[str]) -> dict[str, UUID]:
    rows = await ctx.session.execute(select(model.source_ref, model.id).where(col(model.source_ref).in_(list(refs))))
    return {row.source_ref: row.id for row in rows}


async def open_by_version(ctx: Context, version_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many holdings of each version are open or could be reinstated; for machines, of the whole institution."""
    counted = sql_select(col(Holding.product_version_id), func.count()).where(
        col(Holding.product_version_id).in_(version_ids),
        col(Holding.status).in_([HoldingStatus.OPEN, HoldingStatus.LAPSED]),
    )
    rows = (await ctx.session.execute(counted.group_by(col(Holding.product_version_id)))).all()
    return {version_id: number for version_id, number in rows}  # noqa: C416 - rows are no pairs to the type checker


async def claims_by_ref(ctx: Context, refs: Iterable[str]) -> dict[str, Claim]:
    """Locked until the transaction ends."""
    found = select(Claim).where(col(Claim.source_ref).in_(list(refs))).with_for_update()
    return {str(claim.source_ref): claim for claim in await ctx.session.scalars(found)}


async def paid_claims(ctx: Context, since: date) -> list[tuple[Claim, Holding]]:
    """Claims settled after the day, with the contract of each, in the order of their settlement."""
    query = (
        select(Claim, Holding)
        .join(Holding, col(Holding.id) == col(Claim.holding_id))
        .where(col(Claim.state) == ClaimState.PAID, col(Claim.settled_on) > since)
        .order_by(col(Claim.settled_on), col(Claim.id))
    )
    return [(claim, holding) for claim, holding in (await ctx.session.execute(query)).all()]


@dataclass(frozen=True, slots=True)
class _Parts:
    cards: dict[UUID, list[CardView]]
    loans: dict[UUID, list[LoanView]]
    orders: dict[UUID, list[OrderView]]
    latest: dict[UUID, Row[Any]]


async def _parts(ctx: Context, ids: Sequence[UUID], visibility: Visibility) -> _Parts:
    cards = (await ctx.session.scalars(_of(select(Card), Card, ids).order_by(col(Card.issued_on)))).all()
    loans = (await ctx.session.scalars(_of(select(Loan), Loan, ids).order_by(col(Loan.granted_on)))).all()
    orders = (await ctx.session.scalars(_of(select(StandingOrder), StandingOrder, ids))).all()
    return _Parts(
        _grouped((card.account_id, CardView(card.id, card.party_id, card.product, card.issued_on)) for card in cards),
        _grouped((loan.account_id, _loan(loan)) for loan in loans),
        _grouped((order.account_id, _order(ctx, order, visibility)) for order in orders),
        {row.account_id: row for row in (await ctx.session.execute(_latest(ids))).all()},
    )


def _of(query: Select[Any], model: type[Any], ids: Sequence[UUID]) -> Select[Any]:
    return query.where(col(model.account_id).in_(ids))


def _latest(ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    """Balance after the newest movement, and how many there are."""
    counted = func.count().over(partition_by=col(Movement.account_id)).label("movements")
    newest = sql_select(col(Movement.account_id), col(Movement.balance), counted)
    return (
        newest.where(col(Movement.account_id).in_(ids))
        .ext(distinct_on(col(Movement.account_id)))
        .order_by(col(Movement.account_id), col(Movement.booked_on).desc(), col(Movement.id).desc())
    )


def _grouped(pairs: Iterable[tuple[UUID, T]]) -> dict[UUID, list[T]]:
    groups: dict[UUID, list[T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _account(ctx: Context, account: Account, role: str, visibility: Visibility, parts: _Parts) -> AccountView:
    latest = parts.latest.get(account.id)
    return AccountView(
        id=account.id,
        number=_shown(ctx, "account", "number", account.id, account.owner_id, account.number, visibility),
        product=account.product,
        role=role,
        currency=account.currency,
        branch=account.branch,
        statement=account.statement,
        opened_on=account.opened_on,
        closed_on=account.closed_on,
        balance=None if latest is None else Money(latest.balance, account.currency),
        movements=0 if latest is None else latest.movements,
        cards=tuple(parts.cards.get(account.id, ())),
        loans=tuple(parts.loans.get(account.id, ())),
        orders=tuple(parts.orders.get(account.id, ())),
        visibility=visibility,
    )


def _loan(loan: Loan) -> LoanView:
    amount, payment = Money(loan.amount, loan.currency), Money(loan.payment, loan.currency)
    return LoanView(loan.id, loan.granted_on, amount, loan.months, payment, loan.status)


def _order(ctx: Context, order: StandingOrder, visibility: Visibility) -> OrderView:
    payee = _shown(ctx, "standing_order", "payee_account", order.id, order.owner_id, order.payee_account, visibility)
    return OrderView(order.id, order.payee_bank, payee, Money(order.amount, order.currency), order.purpose, visibility)


def _movement(ctx: Context, row: Movement, visibility: Visibility) -> MovementView:
    return MovementView(
        id=row.id,
        account_id=row.account_id,
        booked_on=row.booked_on,
        direction=row.direction,
        operation=row.operation,
        amount=Money(row.amount, row.currency),
        balance=Money(row.balance, row.currency),
        purpose=row.purpose,
        counterparty_bank=row.counterparty_bank,
        counterparty_account=_shown(
            ctx, "movement", "counterparty_account", row.id, row.owner_id, row.counterparty_account, visibility
        ),
        visibility=visibility,
    )


def _shown(
    ctx: Context, table: str, column: str, row_id: UUID, owner_id: UUID, value: bytes | None, visibility: Visibility
) -> str | None:
    if value is None or visibility is Visibility.HIDDEN:
        return None
    shown = show(_FIELD, ctx.vault.open(table, column, row_id, owner_id, value), visibility)
    return None if shown is None else str(shown)
