"""What is known of each customer on a day, over the whole portfolio: one row a customer, made by the database.

Everything that stages, warnings, segments and models ask about a customer is answered here in one query, so that they
agree; the server streams it by COPY and no row becomes a Python object. Money is in minor units of the institution's
currency; accounts in other currencies count as products and movements, never as money (there is no rate to trust).
A movement that the bank booked by itself (interest, fees: policies/engagement/facts) moves a balance and is no sign of
life. Complaints are counted on the calendar, also when the ledger ends earlier.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
from babel.numbers import get_currency_precision
from psycopg.sql import SQL, Composable, Literal
from sqlalchemy import ColumnElement, all_, any_, func, select
from sqlmodel import col

from backend.access.context import Context
from backend.access.models import Tenant
from backend.consent import service as consent
from backend.customers.models import Customer, Party, PartyStatus
from backend.customers.queries.sight import SCOPE, standing
from backend.engagement.copying import CODE, frame_of, literally, roomy, written
from backend.engagement.fact_rules import fact_rules
from backend.engagement.fact_sql import FACTS, OF_ACCOUNTS, OF_POLICIES, OF_THESE, UNITS
from backend.holdings.models import Movement, Premium

PURPOSE: Final = "analytics"
"""What stages, warnings, segments and models are, by the purposes of processing."""
_TYPES: Final[dict[str, Any]] = {
    "party_id": pa.string(),
    "customer_id": pa.string(),
    "kind": CODE,
    "stage": CODE,
    "stage_since": pa.date32(),
    "activated_on": pa.date32(),
    "channel": CODE,
    "manager_id": CODE,
    "team_id": CODE,
    "risk_level": CODE,
    "region": CODE,
    "segment": CODE,
    "products": pa.int64(),
    "products_12m_ago": pa.int64(),
    "products_ever": pa.int64(),
    "used": pa.int64(),
    "balance_minor": pa.int64(),
    "balance_3m_ago_minor": pa.int64(),
    "balance_12m_ago_minor": pa.int64(),
    "inflow_3m_minor": pa.int64(),
    "inflow_prev_3m_minor": pa.int64(),
    "outflow_3m_minor": pa.int64(),
    "movements_3m": pa.int64(),
    "movements_prev_3m": pa.int64(),
    "last_movement_on": pa.date32(),
    "months_inactive": pa.int64(),
    "tenure_months": pa.int64(),
    "premiums_missed": pa.int64(),
    "claims_12m": pa.int64(),
    "complaints_open": pa.int64(),
    "complaints_12m": pa.int64(),
    "competitor_paid_3m_minor": pa.int64(),
}
COLUMNS: Final = tuple(name for name in _TYPES if name != "party_id")


async def as_of_day(ctx: Context) -> date:
    """The last day of the ledger of movements where that is in the past, else today.

    Premiums tell the day only where nobody keeps movements: with both, movements that come late or have ended would
    else make everybody look silent.
    """
    today = ctx.now.date()
    for ledger in (Movement, Premium):
        newest = select(col(ledger.booked_on)).where(col(ledger.booked_on) <= today)
        day = await ctx.session.scalar(newest.order_by(col(ledger.booked_on).desc()).limit(1))
        if day is not None:
            return day
    return today


async def portfolio_facts(ctx: Context, as_of: date, party_ids: Collection[UUID] | None = None) -> pd.DataFrame:
    """The columns of `COLUMNS` by party, for customers of whom the actor may see the record and the holdings.

    `products` are open on the day; `products_ever` were ever opened; `used` are accounts of others that the customer
    may dispose of. `activated_on` is the first day of the relationship: the first contract, or activation before it.
    `last_movement_on` is the last thing the customer did with money (a movement, a premium paid); without any,
    `months_inactive` counts from the first contract, and is empty where no ledger could tell. Flows and counts of
    movements leave the bank's own bookings out. `segment` is empty here: segments are kept by whoever computes them.
    """
    return await _facts(ctx, as_of, party_ids, ())


async def analysed_facts(ctx: Context, as_of: date, party_ids: Collection[UUID] | None = None) -> pd.DataFrame:
    """As `portfolio_facts`, without those who object to being analysed or have not consented where that is asked."""
    known = await consent.throughout(ctx, PURPOSE, party_ids)
    apart = written(known.apart)
    return await _facts(
        ctx, as_of, party_ids, (col(Party.id) != all_(apart) if known.allowed else col(Party.id) == any_(apart),)
    )


async def _facts(
    ctx: Context, as_of: date, party_ids: Collection[UUID] | None, only: Sequence[ColumnElement[bool]]
) -> pd.DataFrame:
    currency = str(await ctx.session.scalar(select(col(Tenant.currency)).where(col(Tenant.id) == ctx.actor.tenant_id)))
    query = await _query(ctx, as_of, party_ids, only, currency)
    if party_ids is None:
        await roomy(ctx)
    frame = await frame_of(ctx, query, _TYPES)
    step = UNITS // 10 ** get_currency_precision(currency)
    for name in _MONEY:
        frame[name] = _rounded(frame[name], step)
    for name in _PERHAPS:
        frame[name] = frame[name].astype("Int64")
    return frame


def _rounded(units: pd.Series, step: int) -> pd.Series:
    """Half a minor unit away from nothing."""
    rounded: pd.Series = (units.abs() + step // 2) // step * np.sign(units)
    return rounded


_PERHAPS: Final = ("months_inactive", "tenure_months")
"""Empty where a customer never held anything."""
_MONEY: Final = tuple(name for name in _TYPES if name.endswith("_minor"))


async def _query(
    ctx: Context, as_of: date, party_ids: Collection[UUID] | None, only: Sequence[ColumnElement[bool]], currency: str
) -> Composable:
    rules = fact_rules(ctx.policies, ctx.now.date()).rules
    calendar = ctx.now.date() if as_of >= await as_of_day(ctx) else as_of
    everybody = party_ids is None
    return SQL(FACTS).format(
        customers=SQL(_customers(ctx, party_ids, only)),
        of_these=SQL("true" if everybody else OF_THESE),
        of_accounts=SQL("true" if everybody else OF_ACCOUNTS),
        of_policies=SQL("true" if everybody else OF_POLICIES),
        as_of=Literal(as_of),
        calendar=Literal(calendar),
        currency=Literal(currency),
        units=Literal(UNITS),
        bank_purposes=Literal(sorted(rules.bank_purposes)),
        competitors=Literal(sorted(rules.competitors)),
    )


def _customers(ctx: Context, party_ids: Collection[UUID] | None, only: Sequence[ColumnElement[bool]]) -> str:
    """Whose facts the actor may know, as text: COPY takes no parameters."""
    rights = (ctx.clause("view", "customer", SCOPE), ctx.clause("view", "holding", SCOPE))
    wanted = standing(
        select(
            col(Customer.party_id),
            col(Customer.id).label("customer_id"),
            col(Party.kind),
            col(Customer.stage),
            func.date(func.timezone("UTC", col(Customer.stage_since))).label("stage_since"),
            func.date(func.timezone("UTC", col(Customer.activated_at))).label("activated_on"),
            col(Party.referred_by),
            col(Party.source),
            col(Customer.manager_id),
            col(Customer.team_id),
            col(Customer.risk_level),
            col(Party.region),
        )
    ).where(col(Customer.id).is_not(None), col(Party.status) == PartyStatus.ACTIVE, *rights, *only)
    if party_ids is not None:
        wanted = wanted.where(col(Party.id) == any_(written(party_ids)))
    return literally(wanted)
