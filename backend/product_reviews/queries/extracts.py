"""What the record knows of one product, as CSV by COPY: a place instead of a holding, groups instead of people.

`pack_holding` numbers the holdings for the time of the transaction; that table is the only link from a place to a
holding, and it goes with the transaction. Amounts are in minor units; an amount finer than one makes the reader of the
CSV refuse, so nothing is rounded.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import psycopg
from sqlalchemy import text

from backend.access.context import Context

_BLOCK_BYTES: Final = 1024 * 1024
HOLDINGS: Final = """
SELECT p.opened_on, p.closed_on, coalesce(p.close_reason, '') AS close_reason,
       CASE WHEN p.vulnerable THEN 'true' ELSE 'false' END AS vulnerable,
       coalesce(nullif(a.band, ''), 'unknown') AS age_band, coalesce(p.gender, 'unknown') AS gender,
       coalesce(p.region, 'unknown') AS region, p.party_kind, coalesce(p.channel, 'unknown') AS channel,
       CASE WHEN p.opened_on > %(until)s::date - 365 THEN 'under 1 year'
            WHEN p.opened_on > %(until)s::date - 1826 THEN '1 to 5 years' ELSE 'over 5 years' END AS tenure
FROM pack_holding p LEFT JOIN pack_age a USING (party_id) ORDER BY p.place
"""
SALES: Final = """
SELECT (s.sold_at AT TIME ZONE 'UTC')::date AS sold_on, s.channel, s.market AS verdict,
       coalesce(s.market_reasons ->> 0, '') AS reason, trim_scale(coalesce(s.amount, 0) * 100) AS amount_minor,
       CASE WHEN coalesce(t.vulnerable, false) THEN 'true' ELSE 'false' END AS vulnerable,
       CASE WHEN s.insistence IS NOT NULL THEN 'true' ELSE 'false' END AS insisted
FROM sale s LEFT JOIN assessment t ON t.id = s.assessment_id
WHERE s.product_id = %(product)s AND s.state = 'confirmed' AND s.sold_at < %(until)s
UNION ALL
SELECT p.opened_on, coalesce(p.channel, 'unknown'), 'unknown', 'no_sale_recorded', 0,
       CASE WHEN p.vulnerable THEN 'true' ELSE 'false' END, 'false'
FROM pack_holding p WHERE NOT p.sold
"""
MOVEMENTS: Final = """
SELECT p.place AS holding, m.booked_on, coalesce(m.purpose, '') AS purpose, m.direction,
       trim_scale(m.amount * 100) AS amount_minor
FROM pack_holding p JOIN account c ON c.holding_id = p.id JOIN movement m ON m.account_id = c.id
WHERE m.booked_on >= %(since)s AND m.booked_on < %(until)s AND m.currency = %(currency)s
"""
PREMIUMS: Final = """
SELECT p.place AS holding, r.booked_on,
       trim_scale(CASE WHEN r.kind = 'due' THEN r.amount ELSE 0 END * 100) AS due_minor,
       trim_scale(CASE r.kind WHEN 'paid' THEN r.amount WHEN 'refunded' THEN -r.amount ELSE 0 END * 100) AS paid_minor
FROM pack_holding p JOIN premium r ON r.holding_id = p.id
WHERE r.booked_on < %(until)s AND r.currency = %(currency)s ORDER BY r.booked_on, r.id
"""
CLAIMS: Final = """
SELECT p.place AS holding, c.incurred_on, c.reported_on,
       CASE WHEN c.settled_on < %(until)s THEN c.settled_on END AS settled_on,
       CASE c.state WHEN 'paid' THEN 'accepted' ELSE c.state END AS state,
       trim_scale(c.paid * 100) AS paid_minor, trim_scale(c.reserve * 100) AS reserve_minor
FROM pack_holding p JOIN claim c ON c.holding_id = p.id
WHERE c.incurred_on < %(until)s AND c.reported_on < %(until)s AND c.currency = %(currency)s ORDER BY c.id
"""
NUMBERED: Final = """
CREATE TEMP TABLE pack_holding ON COMMIT DROP AS
SELECT h.id, h.party_id, (row_number() OVER (ORDER BY h.id) - 1)::int AS place, h.opened_on,
       CASE WHEN h.closed_on < :until THEN h.closed_on END AS closed_on,
       CASE WHEN h.closed_on < :until THEN h.close_reason END AS close_reason,
       h.channel, h.sale_id IS NOT NULL OR EXISTS (
           SELECT 1 FROM sale s WHERE s.party_id = h.party_id AND s.holding_ref = h.source_ref) AS sold,
       party.gender, party.region, party.kind AS party_kind,
       EXISTS (SELECT 1 FROM assessment t WHERE t.party_id = h.party_id AND t.vulnerable) AS vulnerable
FROM holding h JOIN product_version v ON v.id = h.product_version_id JOIN party ON party.id = h.party_id
WHERE v.product_id = :product AND h.opened_on < :until AND h.currency = :currency
"""
AGES: Final = "CREATE TEMP TABLE pack_age (party_id uuid PRIMARY KEY, band text NOT NULL) ON COMMIT DROP"
BORN: Final = """
SELECT party.id, party.birth_date FROM party
WHERE party.id > :after AND party.birth_date IS NOT NULL
  AND EXISTS (SELECT 1 FROM pack_holding p WHERE p.party_id = party.id)
ORDER BY party.id LIMIT :many
"""


async def number(ctx: Context, product_id: UUID, currency: str, until: date) -> int:
    """Numbers the holdings of every version of a product; how many there are."""
    values = {"product": product_id, "currency": currency, "until": until}
    await ctx.session.execute(text(NUMBERED), values)
    await ctx.session.execute(text("CREATE INDEX ON pack_holding (id)"))
    await ctx.session.execute(text("ANALYZE pack_holding"))
    await ctx.session.execute(text(AGES))
    return int(await ctx.session.scalar(text("SELECT count(*) FROM pack_holding")) or 0)


async def born(ctx: Context, after: UUID, many: int) -> list[tuple[UUID, bytes]]:
    """A page of holders with their sealed dates of birth."""
    rows = await ctx.session.execute(text(BORN), {"after": after, "many": many})
    return [(row[0], row[1]) for row in rows]


async def keep_bands(ctx: Context, bands: Mapping[UUID, str]) -> None:
    values = [{"party": party, "band": band} for party, band in bands.items()]
    if values:
        await ctx.session.execute(text("INSERT INTO pack_age (party_id, band) VALUES (:party, :band)"), values)


async def copied(ctx: Context, query: str, values: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """The rows of a query as CSV with a header, in blocks of whole rows: the server sends one row in each message."""
    raw = await (await ctx.session.connection()).get_raw_connection()
    driver = raw.driver_connection
    if not isinstance(driver, psycopg.AsyncConnection):
        raise TypeError("copying needs the psycopg driver")
    async with driver.cursor() as cursor:
        statement = f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER true)"
        held = bytearray()
        async with cursor.copy(statement, values) as rows:
            async for row in rows:
                held += row
                if len(held) >= _BLOCK_BYTES:
                    yield bytes(held)
                    held.clear()
        if held:
            yield bytes(held)
