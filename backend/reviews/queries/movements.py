"""Movements as risk_models.behaviour wants them: a row a booking, in whole minor units, by the owner of the account."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, cast, func
from sqlalchemy import select as sql_select
from sqlmodel import col

from backend.access.context import Context
from backend.customers.models import Customer, Party
from backend.holdings.models import AccountHolder, HolderRole, Movement
from backend.reviews.queries.plan import running
from backend.reviews.ruleset import Behaviour

_MINOR: Final = 100
_SLEEP_SHOWN_DAYS: Final = 730


async def last_booking(ctx: Context) -> date | None:
    """The ledger is known up to this day, or up to today where it runs ahead."""
    newest = await ctx.session.scalar(sql_select(func.max(col(Movement.booked_on))))
    return None if newest is None else min(newest, ctx.now.date())


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
