"""The portfolio on one day as models read it: facts, the days on which customers moved money, and contracts.

Days are counted from `settling_days` after a customer's first one: whoever opens an account needs a while until salary
and payments have moved over, and that while says nothing of the rhythm afterwards.
"""

from datetime import date
from typing import Any, Final

import pyarrow as pa
from psycopg.sql import SQL, Literal
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Tenant
from backend.engagement.copying import by_party
from backend.engagement.fact_rules import fact_rules
from backend.engagement.fact_sql import UNITS
from backend.engagement.facts import analysed_facts
from backend.engagement.models.learning.snapshot import Snapshot

_HISTORIES: Final = """
WITH moved AS (
    SELECT h.party_id, m.booked_on, sum_units((m.amount * {units})::bigint) AS amount
    FROM movement m JOIN account_holder h ON h.account_id = m.account_id AND h.role = 'owner'
    WHERE m.booked_on <= {as_of} AND m.currency = {currency} AND m.amount > 0
      AND coalesce(m.purpose, '') <> ALL({bank_purposes}::text[])
    GROUP BY h.party_id, m.booked_on
),
settled AS (
    SELECT party_id, booked_on, amount,
           min(booked_on) OVER (PARTITION BY party_id) + {settling}::int AS since
    FROM moved
),
told AS (
    SELECT party_id, count(*) AS days, min(booked_on) AS first_on, max(booked_on) AS last_on,
           sum_units(amount) AS turnover, (array_agg(amount ORDER BY booked_on))[1] AS first_amount
    FROM settled WHERE booked_on >= since GROUP BY party_id
)
SELECT party_id, days - 1, (last_on - first_on) / 7.0::float8, ({as_of}::date - first_on) / 7.0::float8,
       CASE WHEN days > 1 THEN (turnover - first_amount)::float8 / {units} / (days - 1) END,
       {as_of}::date - last_on, days, turnover::float8 / {units}
FROM told ORDER BY party_id
"""
_HISTORY_TYPES: Final[dict[str, Any]] = {
    "party_id": pa.string(),
    "frequency": pa.float64(),
    "recency": pa.float64(),
    "age": pa.float64(),
    "spend": pa.float64(),
    "recency_days": pa.float64(),
    "days": pa.float64(),
    "turnover": pa.float64(),
}
_HOLDINGS: Final = """
SELECT h.party_id, p.code, h.opened_on, h.closed_on
FROM holding h JOIN product_version v ON v.id = h.product_version_id JOIN product p ON p.id = v.product_id
WHERE h.opened_on <= {as_of} ORDER BY h.party_id, h.id
"""
_HOLDING_TYPES: Final[dict[str, Any]] = {
    "party_id": pa.string(),
    "product": pa.dictionary(pa.int32(), pa.string()),
    "opened_on": pa.date32(),
    "closed_on": pa.date32(),
}


async def snapshot(ctx: Context, as_of: date, settling_days: int) -> Snapshot:
    """Of the customers of whom the actor may see the record and the holdings."""
    facts = await analysed_facts(ctx, as_of)
    tenant = select(col(Tenant.currency)).where(col(Tenant.id) == ctx.actor.tenant_id)
    histories = SQL(_HISTORIES).format(
        as_of=Literal(as_of),
        settling=Literal(settling_days),
        units=Literal(UNITS),
        currency=Literal(str(await ctx.session.scalar(tenant))),
        bank_purposes=Literal(sorted(fact_rules(ctx.policies, ctx.now.date()).rules.bank_purposes)),
    )
    moved = await by_party(ctx, histories, _HISTORY_TYPES, facts.index)
    held = await by_party(ctx, SQL(_HOLDINGS).format(as_of=Literal(as_of)), _HOLDING_TYPES, facts.index)
    return Snapshot(as_of, facts, moved, held)
