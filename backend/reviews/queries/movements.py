"""Movements as risk_models.behaviour wants them: a row a booking, in whole minor units, by the owner of the account."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, case, cast, func
from sqlalchemy import select as sql_select
from sqlmodel import col

from backend.access.context import Context
from backend.customers.models import Customer, Party
from backend.holdings.models import Account, AccountHolder, HolderRole, Movement
from backend.reviews.queries.plan import running
from backend.reviews.ruleset import Behaviour
from backend.risk.ruleset import MovementRules

_MINOR: Final = 100
_SLEEP_SHOWN_DAYS: Final = 730


async def last_booking(ctx: Context) -> date | None:
    """The ledger is known up to this day; only the newest month that has bookings is looked through."""
    booked = col(Movement.booked_on)
    newest = sql_select(booked).where(booked <= ctx.now.date()).order_by(booked.desc()).limit(1)
    return await ctx.session.scalar(newest)


@dataclass(slots=True)
class Year:
    """What one customer's own accounts moved: by currency in all and in cash, the banks on the other side, credits by
    purpose.
    """

    moved: dict[str, Decimal] = field(default_factory=dict)
    cash: dict[str, Decimal] = field(default_factory=dict)
    banks: set[str] = field(default_factory=set)
    credits: Counter[str] = field(default_factory=Counter)


async def years(ctx: Context, party_ids: Sequence[UUID], rules: MovementRules) -> dict[UUID, Year]:
    """The year up to the ledger's last day; customers without a booking in it are left out."""
    as_of = await last_booking(ctx)
    if as_of is None:
        return {}
    purpose = func.coalesce(col(Movement.purpose), "")
    cash = func.coalesce(col(Movement.operation), "").in_(rules.cash_operations)
    income = case((col(Movement.direction) == "credit", purpose), else_="")
    query = (
        sql_select(
            col(AccountHolder.party_id),
            col(Movement.currency),
            income,
            func.sum(col(Movement.amount)),
            func.coalesce(func.sum(col(Movement.amount)).filter(cash), 0),
            func.count(),
            func.array_agg(col(Movement.counterparty_bank).distinct()),
        )
        .join(AccountHolder, col(AccountHolder.account_id) == col(Movement.account_id))
        .where(
            col(AccountHolder.party_id).in_(party_ids),
            col(AccountHolder.role) == HolderRole.OWNER.value,
            col(Movement.booked_on).between(as_of - timedelta(days=rules.days - 1), as_of),
            purpose.not_in(rules.not_own_purposes),
        )
        .group_by(col(AccountHolder.party_id), col(Movement.currency), income)
    )
    found: dict[UUID, Year] = defaultdict(Year)
    for party_id, currency, source, moved, in_cash, times, banks in await ctx.session.execute(query):
        year = found[party_id]
        year.moved[currency] = year.moved.get(currency, Decimal()) + moved
        year.cash[currency] = year.cash.get(currency, Decimal()) + in_cash
        year.banks |= {bank for bank in banks if bank}
        year.credits[source] += times
    return dict(found)


async def kept_at_a_branch(ctx: Context, party_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Who holds an open account that a branch keeps."""
    query = sql_select(col(AccountHolder.party_id)).join(Account, col(Account.id) == col(AccountHolder.account_id))
    query = query.where(
        col(AccountHolder.party_id).in_(party_ids), col(Account.branch).is_not(None), col(Account.closed_on).is_(None)
    )
    return (await ctx.session.scalars(query.distinct())).all()


async def owners(ctx: Context, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Customers whose relationship runs and who own an account, in the order of their ids."""
    owning = sql_select(col(AccountHolder.id)).where(
        col(AccountHolder.party_id) == col(Party.id), col(AccountHolder.role) == HolderRole.OWNER.value
    )
    query = sql_select(col(Party.id)).join(Customer, col(Customer.party_id) == col(Party.id))
    query = query.where(running(), owning.exists())
    if after is not None:
        query = query.where(col(Party.id) > after)
    return (await ctx.session.scalars(query.order_by(col(Party.id)).limit(limit))).all()


async def frames(
    ctx: Context, party_ids: Sequence[UUID], as_of: date, rules: Behaviour
) -> dict[str, tuple[list[UUID], pd.DataFrame]]:
    """By currency: the owners in the order of `customer` codes, and their bookings of two years up to `as_of`."""
    query = (
        sql_select(
            col(AccountHolder.party_id),
            col(Movement.currency),
            col(Movement.booked_on),
            cast(func.round(col(Movement.amount) * _MINOR), BigInteger),
            col(Movement.direction) == "credit",
            func.coalesce(col(Movement.operation), "").in_(rules.cash_operations),
            func.coalesce(col(Movement.purpose), "").not_in(rules.not_own_purposes),
        )
        .join(AccountHolder, col(AccountHolder.account_id) == col(Movement.account_id))
        .where(
            col(AccountHolder.party_id).in_(party_ids),
            col(AccountHolder.role) == HolderRole.OWNER.value,
            col(Movement.booked_on).between(as_of - timedelta(days=_SLEEP_SHOWN_DAYS), as_of),
        )
    )
    rows = (await ctx.session.execute(query)).all()
    by_currency: dict[str, list[Any]] = {}
    for row in rows:
        by_currency.setdefault(row[1], []).append(row)
    return {currency: _frame(found) for currency, found in by_currency.items()}


def _frame(rows: Sequence[Any]) -> tuple[list[UUID], pd.DataFrame]:
    people = sorted({row[0] for row in rows})
    codes = {party_id: code for code, party_id in enumerate(people)}
    frame = pd.DataFrame(
        {
            "customer": np.array([codes[row[0]] for row in rows], dtype=np.int64),
            "date": np.array([row[2] for row in rows], dtype="datetime64[s]"),
            "amount": np.array([row[3] for row in rows], dtype=np.int64),
            "credit": np.array([row[4] for row in rows], dtype=bool),
            "cash": np.array([row[5] for row in rows], dtype=bool),
            "own": np.array([row[6] for row in rows], dtype=bool),
        }
    )
    return people, frame
