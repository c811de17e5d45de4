"""When each customer of the actor's scope entered each stage, and what the funnel is split by.

Prospects and onboarding say when somebody came; a customer who was taken over from elsewhere begins as active, on the
day of the record. What came later is told by the steps between stages.
"""

from typing import Any, Final

import pandas as pd
import pyarrow as pa
from psycopg.sql import SQL
from sqlalchemy import delete, func, select
from sqlmodel import col
from sqlmodel import select as models

from backend.access.context import Context
from backend.customers.models import Customer, Party, PartyStatus
from backend.customers.queries.sight import SCOPE, standing
from backend.engagement.copying import CODE, frame_of, literally
from backend.engagement.funnel.models import KeptFunnel
from backend.engagement.segments.queries import segments_of_all

_AT: Final = pa.timestamp("us")
_TYPES: Final = {
    "party_id": pa.string(),
    "prospect": _AT,
    "onboarding": _AT,
    "active": _AT,
    "growing": _AT,
    "loyal": _AT,
    "left": _AT,
    "channel": CODE,
    "product": CODE,
    "cohort": CODE,
}
_QUERY: Final = """
WITH who AS MATERIALIZED ({customers}),
came AS (
    SELECT p.party_id, min(p.recorded_at) AS at, (array_agg(p.source ORDER BY p.recorded_at))[1] AS source,
           (array_agg(p.interest ->> 0 ORDER BY p.recorded_at))[1] AS product,
           max(p.ended_at) FILTER (WHERE p.state = 'lost') AS lost
    FROM prospect p WHERE p.party_id IN (SELECT party_id FROM who) GROUP BY p.party_id
),
applied AS (
    SELECT c.party_id, min(c.opened_at) AS at, (array_agg(c.channel ORDER BY c.opened_at))[1] AS channel,
           (array_agg(c.products ->> 0 ORDER BY c.opened_at))[1] AS product,
           max(c.decided_at) FILTER (WHERE c.state = 'rejected') AS refused
    FROM onboarding_case c
    WHERE c.customer_id IN (SELECT customer_id FROM who) AND c.purpose <> 'beneficial_owner' GROUP BY c.party_id
),
moved AS (
    SELECT t.party_id, min(t.at) FILTER (WHERE t.to_stage = 'growing') AS growing,
           min(t.at) FILTER (WHERE t.to_stage = 'loyal') AS loyal,
           min(t.at) FILTER (WHERE t.to_stage = 'churned') AS churned
    FROM stage_transition t WHERE t.party_id IN (SELECT party_id FROM who) GROUP BY t.party_id
),
held AS (
    SELECT DISTINCT ON (h.party_id) h.party_id, h.channel, r.code
    FROM holding h JOIN product_version v ON v.id = h.product_version_id JOIN product r ON r.id = v.product_id
    WHERE h.party_id IN (SELECT party_id FROM who) ORDER BY h.party_id, h.opened_on, h.id
)
SELECT who.party_id, utc.prospect, utc.onboarding, utc.active, utc.growing, utc.loyal, utc.left_at,
       coalesce(came.source, applied.channel, held.channel, who.source),
       coalesce(came.product, applied.product, held.code),
       to_char(coalesce(utc.prospect, utc.onboarding, utc.active), 'YYYY"-Q"Q')
FROM who LEFT JOIN came USING (party_id) LEFT JOIN applied USING (party_id) LEFT JOIN moved USING (party_id)
LEFT JOIN held USING (party_id)
CROSS JOIN LATERAL (
    SELECT came.at AT TIME ZONE 'UTC' AS prospect, applied.at AT TIME ZONE 'UTC' AS onboarding,
           who.activated_at AT TIME ZONE 'UTC' AS active, moved.growing AT TIME ZONE 'UTC' AS growing,
           moved.loyal AT TIME ZONE 'UTC' AS loyal,
           coalesce(who.exited_at, moved.churned, CASE who.stage WHEN 'churned' THEN who.stage_since END,
                    applied.refused, came.lost) AT TIME ZONE 'UTC' AS left_at) utc
ORDER BY who.party_id
"""


_LOCK: Final = 0xF0E
_CUSTOMER: Final[tuple[Any, ...]] = (
    col(Customer.party_id),
    col(Customer.id).label("customer_id"),
    col(Customer.activated_at),
    col(Customer.exited_at),
    col(Customer.stage),
    col(Customer.stage_since),
    col(Party.source),
)


async def journeys(ctx: Context, *, segments: bool = False) -> pd.DataFrame:
    """A row for each customer and prospect: the moments of `backend.engagement.funnel.rules`, channel, product, cohort
    (the quarter in which they came), and segment when asked for."""
    here = (col(Customer.id).is_not(None), col(Party.status) == PartyStatus.ACTIVE)
    customers = standing(select(*_CUSTOMER)).where(*here, ctx.clause("view", "stage", SCOPE))
    frame = await frame_of(ctx, SQL(_QUERY).format(customers=SQL(literally(customers))), _TYPES)
    if segments:
        frame["segment"] = frame.index.map(await segments_of_all(ctx))
    return frame


async def kept(ctx: Context, by: str) -> KeptFunnel | None:
    return (await ctx.session.scalars(models(KeptFunnel).where(col(KeptFunnel.by) == by))).first()


async def forget(ctx: Context) -> None:
    """Until the end of the transaction nobody else keeps a funnel of the institution."""
    await ctx.session.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(str(ctx.actor.tenant_id)))))
    await ctx.session.execute(delete(KeptFunnel))


async def size(ctx: Context) -> int:
    """How many customers the institution has, whatever their stage."""
    return await ctx.session.scalar(select(func.count()).select_from(Customer)) or 0
