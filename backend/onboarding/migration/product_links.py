"""Accounts, cards and loans that came before the catalogue, linked to it: each becomes a holding of a product version.

Linked by the product's code alone. A code that the catalogue does not know is counted and its rows left as they are:
they are linked by the next run after somebody has entered the product.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.holdings.models import Account, Card, Holding, HoldingStatus, Loan, StandingOrder
from backend.onboarding.migration.sold_versions import SoldVersion, sold_versions, version_on

LOAN_CODE: Final = "consumer_loan"
ORDER_CODE: Final = "standing_orders"
"""Loans and standing orders of the account tables have no product of their own."""
CODES: Final = {"card_junior": "junior", "card_classic": "classic", "card_gold": "gold"}
"""What the source calls a product and the catalogue calls otherwise; every other code is one and the same."""
_REPAID: Final = "finished_paid"
Row = Account | Card | Loan | StandingOrder
TABLES: Final[tuple[type[Row], ...]] = (Account, Card, Loan, StandingOrder)


@dataclass(slots=True)
class Linked:
    """`last` is the last row that was looked at, None at the end; `unknown` counts rows by the code nobody knows."""

    linked: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    last: UUID | None = None


async def unlinked(ctx: Context, model: type[Row]) -> int:
    counted = sql_select(func.count()).select_from(model).where(col(model.holding_id).is_(None))
    return await ctx.session.scalar(counted) or 0


async def link(ctx: Context, model: type[Row], after: UUID | None, limit: int) -> Linked:
    """The next rows without a holding, in the order of their ids. Raises NotAllowed."""
    ctx.require("import", "holding", Facts(tenant_id=ctx.actor.tenant_id))
    rows = await _next(ctx, model, after, limit)
    versions = await sold_versions(ctx, {_code(row) for row in rows})
    known = [row for row in rows if _code(row) in versions]
    result = Linked(len(known), Counter(_code(row) for row in rows if _code(row) not in versions))
    accounts = await _accounts(ctx, known)
    if known:
        reason = f"{model.__tablename__} {len(known)}"
        async with ctx.audit("holding.link", ("tenant", ctx.actor.tenant_id), reason=reason):
            made = [_made(row, accounts, version_on(versions[_code(row)], _opened(row, accounts))) for row in known]
            ctx.session.add_all(made)
            await ctx.session.flush()
            for row, holding in zip(known, made, strict=True):
                row.holding_id = holding.id
    result.last = rows[-1].id if len(rows) == limit else None
    return result


async def _next(ctx: Context, model: type[Row], after: UUID | None, limit: int) -> Sequence[Row]:
    query = select(model).where(col(model.holding_id).is_(None)).order_by(col(model.id)).limit(limit)
    if after is not None:
        query = query.where(col(model.id) > after)
    return cast("Sequence[Row]", (await ctx.session.scalars(query.with_for_update())).all())


async def _accounts(ctx: Context, rows: Sequence[Row]) -> dict[UUID, Account]:
    ids = {row.id if isinstance(row, Account) else row.account_id for row in rows}
    accounts = await ctx.session.scalars(select(Account).where(col(Account.id).in_(ids)))
    return {account.id: account for account in accounts}


def _code(row: Row) -> str:
    match row:
        case Loan():
            return LOAN_CODE
        case StandingOrder():
            return ORDER_CODE
        case _:
            return CODES.get(row.product, row.product)


def _opened(row: Row, accounts: Mapping[UUID, Account]) -> date:
    """A standing order has no day of its own: it is as old as its account at most."""
    match row:
        case Account():
            return row.opened_on
        case Card():
            return row.issued_on
        case Loan():
            return row.granted_on
        case StandingOrder():
            return accounts[row.account_id].opened_on


def _made(row: Row, accounts: Mapping[UUID, Account], version: SoldVersion) -> Holding:
    account = row if isinstance(row, Account) else accounts[row.account_id]
    holding = Holding(
        id=new_id(),
        tenant_id=row.tenant_id,
        party_id=row.party_id if isinstance(row, Card) else account.owner_id,
        product_version_id=version.id,
        kind=version.kind,
        opened_on=_opened(row, accounts),
        currency=account.currency,
        source_ref=row.source_ref,
    )
    if isinstance(row, Account) and row.closed_on is not None:
        holding.status, holding.closed_on, holding.close_reason = HoldingStatus.CLOSED, row.closed_on, "customer_wish"
    if isinstance(row, StandingOrder):
        holding.amount = row.amount
    if isinstance(row, Loan):
        holding.amount, holding.matures_on = row.amount, _after_months(row.granted_on, row.months)
        if row.status == _REPAID:
            holding.status, holding.closed_on = HoldingStatus.MATURED, holding.matures_on
            holding.close_reason = "term_ended"
    return holding


def _after_months(day: date, months: int) -> date:
    """The same day of the month, or the month's last one."""
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, monthrange(day.year + year, month + 1)[1]))
