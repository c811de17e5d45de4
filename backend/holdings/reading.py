"""Holdings of a customer page by page, the newest first, as far as the reader's rights go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import tuple_
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.fields import Visibility, show
from backend.access.scopes import Facts
from backend.core.money import Money
from backend.customers import queries as customers
from backend.holdings.errors import HoldingUnknown
from backend.holdings.models import Account, Holding

_FIELD: Final = "customer.account_number"


@dataclass(frozen=True, slots=True)
class HoldingCursor:
    """The last holding of a page: the next page was opened earlier."""

    opened_on: date
    id: UUID


@dataclass(frozen=True, slots=True)
class HoldingView:
    """`account_id` is where its movements stand, for a holding that is an account; `may_end` is the reader's right."""

    id: UUID
    party_id: UUID
    product_version_id: UUID
    account_id: UUID | None
    kind: str
    status: str
    number: str | None
    visibility: Visibility
    opened_on: date
    matures_on: date | None
    closed_on: date | None
    close_reason: str | None
    amount: Money | None
    balance: Money | None
    sum_insured: Money | None
    channel: str | None
    may_end: bool


async def holdings(
    ctx: Context, party_id: UUID, facts: Facts, *, limit: int, after: HoldingCursor | None = None
) -> tuple[list[HoldingView], bool]:
    """A page, and whether more follow. Raises NotAllowed without the right to see holdings."""
    ctx.require("view", "holding", facts)
    page = select(Holding).where(Holding.party_id == party_id)
    if after is not None:
        page = page.where(tuple_(col(Holding.opened_on), col(Holding.id)) < (after.opened_on, after.id))
    page = page.order_by(col(Holding.opened_on).desc(), col(Holding.id).desc()).limit(limit + 1)
    rows = (await ctx.session.scalars(page)).all()
    return await _views(ctx, rows[:limit], facts), len(rows) > limit


async def holding(ctx: Context, holding_id: UUID) -> HoldingView:
    """Raises HoldingUnknown, also for one that the reader may not see."""
    row = await ctx.session.get(Holding, holding_id, populate_existing=True)
    if row is None:
        raise HoldingUnknown()
    facts = await customers.facts(ctx, row.party_id)
    if not ctx.may("view", "holding", facts):
        raise HoldingUnknown()
    return (await _views(ctx, [row], facts))[0]


async def _views(ctx: Context, rows: Sequence[Holding], facts: Facts) -> list[HoldingView]:
    visibility = ctx.policy.visibility(ctx.actor, _FIELD, facts)
    numbered = {row.party_id for row in rows if row.number is not None}
    if visibility is not Visibility.HIDDEN and numbered:
        await ctx.vault.load(numbered)
        for party_id in numbered:
            ctx.saw(("party", party_id), "account_number")
    accounts = select(Account.holding_id, Account.id).where(col(Account.holding_id).in_([row.id for row in rows]))
    account_of = {found.holding_id: found.id for found in await ctx.session.execute(accounts)}
    may_end = ctx.may("end", "holding", facts)
    return [_view(ctx, row, visibility, account_of.get(row.id), may_end) for row in rows]


def _view(ctx: Context, row: Holding, visibility: Visibility, account_id: UUID | None, may_end: bool) -> HoldingView:
    return HoldingView(
        id=row.id,
        party_id=row.party_id,
        product_version_id=row.product_version_id,
        account_id=account_id,
        kind=row.kind,
        status=row.status,
        number=_number(ctx, row, visibility),
        visibility=visibility,
        opened_on=row.opened_on,
        matures_on=row.matures_on,
        closed_on=row.closed_on,
        close_reason=row.close_reason,
        amount=_money(row.amount, row.currency),
        balance=_money(row.balance, row.currency),
        sum_insured=_money(row.sum_insured, row.currency),
        channel=row.channel,
        may_end=may_end,
    )


def _number(ctx: Context, row: Holding, visibility: Visibility) -> str | None:
    if row.number is None or visibility is Visibility.HIDDEN:
        return None
    shown = show(_FIELD, ctx.vault.open("holding", "number", row.id, row.party_id, row.number), visibility)
    return None if shown is None else str(shown)


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)
