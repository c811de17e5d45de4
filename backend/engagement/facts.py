"""What is known of each customer on a day, over the whole portfolio: one row a customer, made by the database.

Everything that stages, warnings, segments and models ask about a customer is answered here in one query, so that they
agree; the server streams it by COPY and no row becomes a Python object. Money is in minor units of the institution's
currency; accounts in other currencies count as products and movements, never as money (there is no rate to trust).
A movement that the bank booked by itself (interest, fees: policies/engagement/facts) moves a balance and is no sign of
life. Complaints are counted on the calendar, also when the ledger ends earlier.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Final
from uuid import UUID

import pandas as pd
import pyarrow as pa
from babel.numbers import get_currency_precision
from psycopg.sql import SQL, Composable, Literal
from sqlalchemy import func, select
from sqlmodel import col

from backend.access.context import Context
from backend.access.models import Tenant
from backend.consent import service as consent
from backend.customers.models import Customer, Party, PartyStatus
from backend.customers.queries.sight import SCOPE, standing
from backend.engagement.copying import CODE, frame_of, literally
from backend.engagement.fact_rules import fact_rules
from backend.engagement.fact_sql import FACTS
from backend.holdings.models import Movement, Premium

PURPOSE: Final = "analytics"
"""What stages, warnings, segments and models are, by the purposes of processing."""
_ASKED: Final = 5_000
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
    frame = await frame_of(ctx, await _query(ctx, as_of, party_ids), _TYPES)
    frame["customer_id"] = frame["customer_id"].map(UUID)
    for name in _COUNTED:
        frame[name] = frame[name].astype("int64")
    return frame


async def analysed_facts(ctx: Context, as_of: date, party_ids: Collection[UUID] | None = None) -> pd.DataFrame:
    """As `portfolio_facts`, without those who object to being analysed or have not consented where that is asked."""
    frame = await portfolio_facts(ctx, as_of, party_ids)
    allowed: set[UUID] = set()
    for first in range(0, len(frame), _ASKED):
        page = list(frame.index[first : first + _ASKED])
        decided = await consent.allowed(ctx, page, PURPOSE)
        allowed |= {party_id for party_id, decision in decided.items() if decision.allowed}
    return frame[frame.index.isin(list(allowed))]


_PERHAPS: Final = frozenset({"months_inactive", "tenure_months"})
"""Empty where a customer never held anything."""
_COUNTED: Final = tuple(name for name, type_ in _TYPES.items() if type_ == pa.int64() and name not in _PERHAPS)


async def _query(ctx: Context, as_of: date, party_ids: Collection[UUID] | None) -> Composable:
    currency = str(await ctx.session.scalar(select(col(Tenant.currency)).where(col(Tenant.id) == ctx.actor.tenant_id)))
    rules = fact_rules(ctx.policies, ctx.now.date()).rules
    calendar = ctx.now.date() if as_of >= await as_of_day(ctx) else as_of
    return SQL(FACTS).format(
        customers=SQL(_customers(ctx, party_ids)),
        as_of=Literal(as_of),
        calendar=Literal(calendar),
        currency=Literal(currency),
        minor=Literal(10 ** get_currency_precision(currency)),
        bank_purposes=Literal(sorted(rules.bank_purposes)),
        competitors=Literal(sorted(rules.competitors)),
    )


def _customers(ctx: Context, party_ids: Collection[UUID] | None) -> str:
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
    ).where(col(Customer.id).is_not(None), col(Party.status) == PartyStatus.ACTIVE, *rights)
    if party_ids is not None:
        wanted = wanted.where(col(Party.id).in_(sorted(party_ids)))
    return literally(wanted)
