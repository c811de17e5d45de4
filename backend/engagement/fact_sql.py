"""The query of `backend.engagement.facts`.

A balance of the past is today's less what was booked since: one pass over the twelve months before the day tells the
newest balance and every flow; only accounts that were silent for a year are looked up one by one. Amounts are summed as
whole ten-thousandths (`sum_units`), what the ledger keeps to the last digit: numeric sums of millions of accounts take
several times the memory and the time.

`{of_these}`, `{of_accounts}`, `{of_policies}` keep a page to its own rows; for everybody they are true, because to look
up every row costs more than to read them all.
"""

from typing import Final

UNITS: Final = 10_000
"""What is one of a currency in `sum_units`."""
OF_THESE: Final = "party_id IN (SELECT party_id FROM who)"
OF_ACCOUNTS: Final = "account_id IN (SELECT account_id FROM own)"
OF_POLICIES: Final = f"holding_id IN (SELECT id FROM holding WHERE {OF_THESE})"  # noqa: S608 - a constant of this file
FACTS: Final = """
WITH who AS MATERIALIZED ({customers}),
own AS MATERIALIZED (
    SELECT h.party_id, a.id AS account_id, a.opened_on, a.closed_on, a.holding_id, a.currency = {currency} AS counted
    FROM (SELECT account_id, party_id FROM account_holder WHERE role = 'owner' AND {of_these}) h
    JOIN account a ON a.id = h.account_id
    WHERE a.opened_on <= {as_of}
),
booked AS (
    SELECT account_id, booked_on, (amount * {units})::bigint AS units, direction = 'credit' AS came,
           coalesce(purpose, '') <> ALL({bank_purposes}::text[]) AS own,
           counterparty_bank = ANY({competitors}::text[]) AS lost,
           int4send(booked_on - DATE '0001-01-01') || uuid_send(id) || int8send((balance * {units})::bigint) AS newest,
           booked_on > ({as_of}::date - interval '3 months')::date AS recent,
           booked_on > ({as_of}::date - interval '6 months')::date AS lately
    FROM movement
    WHERE booked_on > ({as_of}::date - interval '12 months')::date AND booked_on <= {as_of} AND {of_accounts}
    OFFSET 0
),
moved AS (
    SELECT account_id,
           sum_units(CASE WHEN came THEN units ELSE -units END) AS net_12m,
           sum_units(CASE WHEN came THEN units ELSE -units END) FILTER (WHERE recent) AS net_3m,
           sum_units(units) FILTER (WHERE recent AND own AND came) AS in_3m,
           sum_units(units) FILTER (WHERE recent AND own AND NOT came) AS out_3m,
           sum_units(units) FILTER (WHERE lately AND NOT recent AND own AND came) AS in_prev,
           sum_units(units) FILTER (WHERE recent AND lost AND NOT came) AS lost,
           count(*) FILTER (WHERE recent AND own) AS moves,
           count(*) FILTER (WHERE lately AND NOT recent AND own) AS moves_prev,
           max(booked_on) FILTER (WHERE own) AS last_own,
           ('x' || encode(substr(max(newest), 21), 'hex'))::bit(64)::bigint AS balance
    FROM booked GROUP BY account_id
),
silent AS (
    SELECT own.account_id, latest.balance,
           CASE WHEN latest.own THEN latest.booked_on ELSE earlier.booked_on END AS last_own
    FROM own LEFT JOIN moved USING (account_id)
    LEFT JOIN LATERAL (SELECT (m.balance * {units})::bigint AS balance, m.booked_on,
                              coalesce(m.purpose, '') <> ALL({bank_purposes}::text[]) AS own
                       FROM movement m
                       WHERE moved.account_id IS NULL AND m.account_id = own.account_id
                         AND m.booked_on <= ({as_of}::date - interval '12 months')::date
                       ORDER BY m.booked_on DESC, m.id DESC LIMIT 1) latest ON true
    LEFT JOIN LATERAL (SELECT m.booked_on FROM movement m
                       WHERE latest.own IS NOT TRUE AND m.account_id = own.account_id
                         AND m.booked_on <= ({as_of}::date - interval '12 months')::date
                         AND coalesce(m.purpose, '') <> ALL({bank_purposes}::text[])
                       ORDER BY m.booked_on DESC LIMIT 1) earlier ON true
    WHERE moved.last_own IS NULL
),
money AS (
    SELECT own.party_id,
           sum_units(k.balance) FILTER (WHERE counted AND open_now) AS now,
           sum_units(k.balance - coalesce(moved.net_3m, 0)) FILTER (WHERE counted AND open_3m) AS ago_3m,
           sum_units(k.balance - coalesce(moved.net_12m, 0)) FILTER (WHERE counted AND open_12m) AS ago_12m,
           sum_units(moved.in_3m) FILTER (WHERE counted) AS in_3m,
           sum_units(moved.out_3m) FILTER (WHERE counted) AS out_3m,
           sum_units(moved.in_prev) FILTER (WHERE counted) AS in_prev,
           sum_units(moved.lost) FILTER (WHERE counted) AS lost,
           sum_units(moved.moves) AS moves, sum_units(moved.moves_prev) AS moves_prev,
           max(coalesce(moved.last_own, silent.last_own)) AS last_own
    FROM own
    LEFT JOIN moved USING (account_id)
    LEFT JOIN silent USING (account_id)
    CROSS JOIN LATERAL (SELECT coalesce(moved.balance, silent.balance) AS balance,
                               own.closed_on IS NULL OR own.closed_on > {as_of} AS open_now,
                               own.closed_on IS NULL
                                 OR own.closed_on > ({as_of}::date - interval '3 months')::date AS open_3m,
                               own.closed_on IS NULL
                                 OR own.closed_on > ({as_of}::date - interval '12 months')::date AS open_12m) k
    GROUP BY own.party_id
),
contract AS (
    SELECT party_id, opened_on, closed_on, channel FROM holding WHERE opened_on <= {as_of} AND {of_these}
    UNION ALL
    SELECT party_id, opened_on, closed_on, NULL FROM own WHERE holding_id IS NULL
    UNION ALL
    SELECT own.party_id, l.granted_on, (l.granted_on + make_interval(months => l.months))::date, NULL
    FROM own JOIN loan l ON l.account_id = own.account_id WHERE l.holding_id IS NULL AND l.granted_on <= {as_of}
    UNION ALL
    SELECT party_id, issued_on, NULL, NULL FROM card
    WHERE holding_id IS NULL AND issued_on <= {as_of} AND {of_these}
),
came AS (
    SELECT DISTINCT ON (party_id) party_id, source FROM prospect WHERE state = 'converted' AND {of_these}
    ORDER BY party_id, ended_at
),
held AS (
    SELECT party_id, count(*) AS ever, min(opened_on) AS first_on,
           count(*) FILTER (WHERE closed_on IS NULL OR closed_on > {as_of}) AS open,
           count(*) FILTER (WHERE opened_on <= {as_of}::date - interval '12 months'
                              AND (closed_on IS NULL OR closed_on > {as_of}::date - interval '12 months')) AS open_12m,
           (array_agg(channel ORDER BY opened_on) FILTER (WHERE channel IS NOT NULL))[1] AS channel
    FROM contract GROUP BY party_id
),
used AS (
    SELECT h.party_id, count(*) AS accounts
    FROM (SELECT account_id, party_id FROM account_holder WHERE role <> 'owner' AND {of_these}) h
    JOIN account a ON a.id = h.account_id
    WHERE a.opened_on <= {as_of} AND (a.closed_on IS NULL OR a.closed_on > {as_of})
    GROUP BY h.party_id
),
premiums AS (
    SELECT party_id, sum(greatest(due - paid, 0)) AS missed, max(last_paid) AS last_paid
    FROM (SELECT h.party_id, p.due, p.paid, p.last_paid
          FROM (SELECT holding_id, count(*) FILTER (WHERE kind = 'due') AS due,
                       count(*) FILTER (WHERE kind = 'paid') AS paid,
                       max(booked_on) FILTER (WHERE kind = 'paid') AS last_paid
                FROM premium
                WHERE booked_on > ({as_of}::date - interval '12 months')::date AND booked_on <= {as_of}
                  AND {of_policies}
                GROUP BY holding_id) p
          JOIN holding h ON h.id = p.holding_id) policy
    GROUP BY party_id
),
claims AS (
    SELECT h.party_id, count(*) AS incurred FROM claim c JOIN holding h ON h.id = c.holding_id
    WHERE c.incurred_on > ({as_of}::date - interval '12 months')::date AND c.incurred_on <= {as_of}
      AND {of_these}
    GROUP BY h.party_id
),
complaints AS (
    SELECT c.party_id,
           count(*) FILTER (WHERE c.closed_at IS NULL OR (c.closed_at AT TIME ZONE 'UTC')::date > {calendar}) AS open,
           count(*) FILTER (WHERE c.received_on > ({calendar}::date - interval '12 months')::date) AS received
    FROM complaint c
    WHERE c.received_on <= {calendar} AND c.state <> 'withdrawn' AND {of_these}
    GROUP BY c.party_id
)
SELECT who.party_id, who.customer_id, who.kind, who.stage, who.stage_since, day.began,
       coalesce(came.source, held.channel, CASE WHEN who.referred_by IS NOT NULL THEN 'partner' ELSE who.source END),
       who.manager_id, who.team_id, who.risk_level, who.region, NULL AS segment,
       coalesce(held.open, 0), coalesce(held.open_12m, 0), coalesce(held.ever, 0), coalesce(used.accounts, 0),
       coalesce(money.now, 0), coalesce(money.ago_3m, 0), coalesce(money.ago_12m, 0), coalesce(money.in_3m, 0),
       coalesce(money.in_prev, 0), coalesce(money.out_3m, 0),
       coalesce(money.moves, 0), coalesce(money.moves_prev, 0), day.last_own,
       CASE WHEN money.party_id IS NOT NULL OR premiums.party_id IS NOT NULL THEN gone.months END,
       CASE WHEN day.began <= {as_of} THEN gone.tenure END,
       coalesce(premiums.missed, 0), coalesce(claims.incurred, 0),
       coalesce(complaints.open, 0), coalesce(complaints.received, 0),
       coalesce(money.lost, 0)
FROM who
LEFT JOIN held USING (party_id)
LEFT JOIN money USING (party_id)
LEFT JOIN premiums USING (party_id)
LEFT JOIN came USING (party_id)
LEFT JOIN used USING (party_id)
LEFT JOIN claims USING (party_id)
LEFT JOIN complaints USING (party_id)
CROSS JOIN LATERAL (SELECT least(who.activated_on, held.first_on) AS began,
                           greatest(money.last_own, premiums.last_paid) AS last_own) day
CROSS JOIN LATERAL (SELECT age({as_of}, coalesce(day.last_own, held.first_on)) AS idle,
                           age({as_of}, day.began) AS known) spell
CROSS JOIN LATERAL (
    SELECT (12 * extract(year FROM spell.idle) + extract(month FROM spell.idle))::bigint AS months,
           (12 * extract(year FROM spell.known) + extract(month FROM spell.known))::bigint AS tenure
) gone
ORDER BY who.party_id
"""
