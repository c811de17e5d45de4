"""A bank of any size for benchmarks of the customers' life: bare rows, written past the audit by the tables' owner.

Customers differ by the remainders of their number: some fell silent, took their money away, grow, pay a competitor,
complain, object to being analysed, left. Movements are ten a customer, day by day in the months of more than two years;
`tomorrow` adds a day on which few of them move.
"""

from datetime import date
from typing import Any, Final
from uuid import UUID

import psycopg

from backend.core.actor import Actor
from backend.core.database import Database
from backend.edge.platform import Platform
from tests.factories.catalogue import approved_product

PRODUCTS: Final = ("current", "savings", "policy", "loan")
_ID: Final = """
CREATE FUNCTION pg_temp.bench(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
AS $$ SELECT (to_hex(kind) || lpad(to_hex(n), 31, '0'))::uuid $$
"""
_FILL: Final = """
INSERT INTO party (id, tenant_id, entry_id, ver, kind, status, name, country, region, source, created_by, created_at)
SELECT pg_temp.bench(0, n), {tenant}, {entry}, 1, CASE WHEN n % 15 = 0 THEN 'organisation' ELSE 'person' END, 'active',
       '', 'CZ', 'region ' || n % 14, CASE WHEN n % 3 = 0 THEN 'branch' ELSE 'web' END, {entry}, now()
FROM generate_series(1, {count}) n
;
INSERT INTO customer (id, tenant_id, entry_id, ver, party_id, number, stage, stage_since, activated_at, risk_level)
SELECT pg_temp.bench(1, n), {tenant}, {entry}, 1, pg_temp.bench(0, n), 'B' || n,
       CASE WHEN n % 40 = 39 THEN 'prospect' ELSE 'active' END, {last}::date - opened,
       CASE WHEN n % 40 <> 39 THEN {last}::date - opened END, (ARRAY['low', 'medium', 'high'])[1 + n % 3]
FROM generate_series(1, {count}) n, LATERAL (SELECT (400 + n * 31 % 3000)::int AS opened) o
;
INSERT INTO holding (id, tenant_id, entry_id, ver, party_id, product_version_id, kind, opened_on, closed_on,
                     close_reason, status, currency, channel)
SELECT pg_temp.bench(2 + kind, n), {tenant}, {entry}, 1, pg_temp.bench(0, n), version, name,
       {last}::date - (400 + n * 31 % 3000)::int, CASE WHEN n % 25 = 24 THEN {last}::date - 30 END,
       CASE WHEN n % 25 = 24 THEN 'customer' END, CASE WHEN n % 25 = 24 THEN 'closed' ELSE 'open' END, 'CZK',
       (ARRAY['branch', 'app', 'partner'])[1 + n % 3]
FROM generate_series(1, {count}) n
JOIN (VALUES (0, 'current', {current}::uuid, 1, 0), (1, 'savings', {savings}::uuid, 3, 0),
             (2, 'policy', {policy}::uuid, 10, 5), (3, 'loan', {loan}::uuid, 20, 11))
     p (kind, name, version, each, rest)
  ON n % each = rest
WHERE n % 40 <> 39
;
INSERT INTO account (id, tenant_id, entry_id, ver, owner_id, number, product, currency, opened_on, closed_on,
                     holding_id)
SELECT pg_temp.bench(6, n), {tenant}, {entry}, 1, pg_temp.bench(0, n), '', 'current', 'CZK',
       {last}::date - (400 + n * 31 % 3000)::int, CASE WHEN n % 25 = 24 THEN {last}::date - 30 END, pg_temp.bench(2, n)
FROM generate_series(1, {count}) n WHERE n % 40 <> 39
;
INSERT INTO account_holder (id, tenant_id, entry_id, ver, account_id, party_id, role)
SELECT pg_temp.bench(7, n), {tenant}, {entry}, 1, pg_temp.bench(6, n), pg_temp.bench(0, n), 'owner'
FROM generate_series(1, {count}) n WHERE n % 40 <> 39
;
INSERT INTO card (id, tenant_id, entry_id, ver, account_id, party_id, product, issued_on)
SELECT pg_temp.bench(8, n), {tenant}, {entry}, 1, pg_temp.bench(6, n), pg_temp.bench(0, n), 'classic',
       {last}::date - (n * 31 % 400)::int
FROM generate_series(5, {count}, 5) n WHERE n % 40 <> 39
;
INSERT INTO loan (id, tenant_id, entry_id, ver, account_id, granted_on, amount, currency, months, payment, status,
                  holding_id)
SELECT pg_temp.bench(9, n), {tenant}, {entry}, 1, pg_temp.bench(6, n), {last}::date - (n * 31 % 400)::int, 90000, 'CZK',
       36, 2800, 'running', pg_temp.bench(5, n)
FROM generate_series(11, {count}, 20) n WHERE n % 40 <> 39
;
INSERT INTO movement (id, tenant_id, account_id, owner_id, booked_on, direction, amount, balance, currency, purpose,
                      counterparty_bank, batch_id)
SELECT pg_temp.bench(10, n * 16 + k), {tenant}, pg_temp.bench(6, n), pg_temp.bench(0, n),
       {last}::date - ((9 - k) * 36 + (n * 7 + k * 13) % 36 + ago)::int,
       CASE k % 2 WHEN 0 THEN 'credit' ELSE 'debit' END,
       CASE WHEN k = 9 AND n % 20 = 3 THEN (base + 5 * credit - 4 * debit) * 0.8
            WHEN k % 2 = 0 THEN credit ELSE debit END,
       CASE WHEN k = 9 AND n % 20 = 3 THEN (base + 5 * credit - 4 * debit) * 0.2
            ELSE base + credit * (k / 2 + 1) - debit * ((k + 1) / 2) END,
       'CZK', CASE WHEN k = 4 AND n % 3 = 0 THEN 'interest' END, CASE WHEN k = 9 AND n % 50 = 7 THEN 'QR' END, {entry}
FROM generate_series(1, {count}) n, generate_series(0, 9) k,
     LATERAL (SELECT CASE n % 20 WHEN 0 THEN 400 WHEN 1 THEN 200 ELSE 0 END AS ago, 30000 + n % 100 * 1000 AS base,
                     12000 + n % 50 * 100 AS credit, CASE WHEN n % 10 = 4 THEN 3000 ELSE 11000 END AS debit) m
WHERE n % 40 <> 39
ORDER BY 5, n::bigint * 7919 % 1000003
;
INSERT INTO premium (id, tenant_id, holding_id, booked_on, kind, amount, currency, batch_id)
SELECT pg_temp.bench(11, n * 32 + k), {tenant}, pg_temp.bench(4, n), {last}::date - ((11 - k % 12) * 30)::int,
       CASE WHEN k < 12 THEN 'due' ELSE 'paid' END, 500, 'CZK', {entry}
FROM generate_series(5, {count}, 10) n, generate_series(0, 23) k
WHERE n % 40 <> 39 AND (n % 100 <> 5 OR k < 22)
;
INSERT INTO claim (id, tenant_id, entry_id, ver, holding_id, incurred_on, reported_on, paid, reserve, currency, state)
SELECT pg_temp.bench(12, n), {tenant}, {entry}, 1, pg_temp.bench(4, n), {last}::date - 100, {last}::date - 90, 0, 100,
       'CZK', 'open'
FROM generate_series(25, {count}, 50) n WHERE n % 40 <> 39
;
INSERT INTO complaint (id, tenant_id, entry_id, ver, number, party_id, owner_id, details, locale, jurisdiction, ruleset,
                       clock, channel, category, staff, state, received_on, recorded_at, received_by, first_due_on,
                       due_on, reopened)
SELECT pg_temp.bench(13, n), {tenant}, {entry}, 1, 'K' || n, pg_temp.bench(0, n), pg_temp.bench(0, n), '', 'en', 'CZ',
       '', 'standard', 'branch', 'service', '[]', 'received', {last}::date - 20, now(), {entry}, {last}::date + 10,
       {last}::date + 10, 0
FROM generate_series(3, {count}, 50) n
;
INSERT INTO processing_limit (id, tenant_id, entry_id, ver, party_id, kind, purpose, ground, since, set_by)
SELECT pg_temp.bench(14, n), {tenant}, {entry}, 1, pg_temp.bench(0, n), 'objection', 'analytics', 'request',
       {last}::date - 50, {entry}
FROM generate_series(9, {count}, 200) n
;
INSERT INTO onboarding_case (id, tenant_id, entry_id, ver, number, party_id, customer_id, purpose, jurisdiction,
                             products, channel, state, due_diligence, opened_by, opened_at, decided_at, round)
SELECT pg_temp.bench(15, n), {tenant}, {entry}, 1, 'C' || n, pg_temp.bench(0, n), pg_temp.bench(1, n), 'customer', 'CZ',
       '["current"]', 'branch', 'approved', 'standard', {entry}, {last}::date - (405 + n * 31 % 3000)::int,
       {last}::date - (400 + n * 31 % 3000)::int, 1
FROM generate_series(1, {count}) n WHERE n % 5 = 1
;
INSERT INTO prospect (id, tenant_id, entry_id, ver, party_id, source, interest, ruleset, state, recorded_by,
                      recorded_at, last_step_at, case_id, ended_at)
SELECT pg_temp.bench(3, n), {tenant}, {entry}, 1, pg_temp.bench(0, n), 'branch', '["current"]', '',
       CASE WHEN n % 40 = 39 THEN 'new' ELSE 'converted' END, {entry}, {last}::date - (420 + n * 31 % 3000)::int,
       {last}::date - (405 + n * 31 % 3000)::int, CASE WHEN n % 40 <> 39 THEN pg_temp.bench(15, n) END,
       CASE WHEN n % 40 <> 39 THEN {last}::date - (405 + n * 31 % 3000)::int END
FROM generate_series(1, {count}) n WHERE n % 10 = 1 OR n % 40 = 39
;
INSERT INTO party_contact (id, tenant_id, entry_id, ver, party_id, kind, value, preferred)
SELECT pg_temp.bench(kind, n), {tenant}, {entry}, 1, pg_temp.bench(0, n), name, '', true
FROM generate_series(1, {count}) n, (VALUES (1, 'email'), (2, 'phone')) c (kind, name)
;
INSERT INTO consent_event (id, tenant_id, entry_id, ver, party_id, purpose, channel, act, text_version, text_locale,
                           ruleset, evidence, effective_at, expires_on, recorded_by, recorded_at)
SELECT pg_temp.bench(1, n), {tenant}, {entry}, 1, pg_temp.bench(0, n), 'marketing', 'email', 'given', 1, 'en', '',
       'form', {last}::date - 100, {last}::date + 600, {entry}, {last}::date - 100
FROM generate_series(1, {count}) n WHERE n % 5 < 2
"""
_TOMORROW: Final = """
INSERT INTO movement (id, tenant_id, account_id, owner_id, booked_on, direction, amount, balance, currency, batch_id)
SELECT pg_temp.bench(10, n * 16 + 10), {tenant}, pg_temp.bench(6, n), pg_temp.bench(0, n), {last}::date + 1, 'debit',
       CASE WHEN n % 900 = 6 THEN 40000 ELSE 500 END, CASE WHEN n % 900 = 6 THEN 500 ELSE 39000 END, 'CZK', {entry}
FROM generate_series(6, {count}, 30) n WHERE n % 40 <> 39
"""


def _carried(database: Database, script: str, values: dict[str, Any]) -> None:
    """As the owner, past triggers and row-level security."""
    text = script
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", f"'{value}'" if isinstance(value, UUID | date) else str(value))
    with psycopg.connect(database.libpq(database.owner), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(_ID)
        for statement in text.split("\n;\n"):
            owner.execute(statement)  # type: ignore[call-overload]


async def fill(platform: Platform, actor: Actor, customers: int, last: date) -> None:
    versions = {}
    for code in PRODUCTS:
        made = await platform.run(actor, lambda ctx, code=code: approved_product(ctx, code))  # type: ignore[misc]
        versions[code] = made[0]
    with psycopg.connect(platform.database.libpq(platform.database.owner), autocommit=True) as owner:
        for table in ("movement", "premium"):
            owner.execute("SELECT plan_months(%s, %s::date - 800, %s::date + 31)", [table, last, last])
    entry = UUID(int=0)
    _carried(
        platform.database,
        _FILL,
        {"tenant": actor.tenant_id, "count": customers, "last": last, "entry": entry, **versions},
    )
    with psycopg.connect(platform.database.libpq(platform.database.owner), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def tomorrow(platform: Platform, actor: Actor, customers: int, last: date) -> None:
    """A day more in the ledger: every thirtieth customer pays something, few take their money away."""
    values = {"tenant": actor.tenant_id, "count": customers, "last": last, "entry": UUID(int=0)}
    _carried(platform.database, _TOMORROW, values)
