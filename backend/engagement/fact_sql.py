"""The query of `backend.engagement.facts`.

A balance of the past is today's less what was booked since: one look at the newest movement of an account and one pass
over the twelve months before the day, of which the database reads the partitions alone.
"""

from typing import Final

FACTS: Final = """
WITH who AS MATERIALIZED ({customers}),
own AS (
    SELECT h.party_id, a.id AS account_id, a.closed_on, a.currency = {currency} AS counted
    FROM account_holder h JOIN account a ON a.id = h.account_id
    WHERE h.role = 'owner' AND a.opened_on <= {as_of} AND h.party_id IN (SELECT party_id FROM who)
),
moved AS (
    SELECT m.account_id,
           sum(signed) AS net_12m,
           sum(signed) FILTER (WHERE recent) AS net_3m,
           sum(m.amount) FILTER (WHERE recent AND own AND m.direction = 'credit') AS in_3m,
           sum(m.amount) FILTER (WHERE recent AND own AND m.direction = 'debit') AS out_3m,
           sum(m.amount) FILTER (WHERE previous AND own AND m.direction = 'credit') AS in_prev,
           sum(m.amount) FILTER (WHERE recent AND m.direction = 'debit'
                                   AND m.counterparty_bank = ANY({competitors}::text[])) AS lost,
           count(*) FILTER (WHERE recent AND own) AS moves,
           count(*) FILTER (WHERE previous AND own) AS moves_prev,
           max(m.booked_on) FILTER (WHERE own) AS last_own
    FROM movement m
    CROSS JOIN LATERAL (SELECT CASE m.direction WHEN 'credit' THEN m.amount ELSE -m.amount END AS signed,
                               m.booked_on > ({as_of}::date - interval '3 months')::date AS recent,
                               m.booked_on > ({as_of}::date - interval '6 months')::date
                                 AND m.booked_on <= ({as_of}::date - interval '3 months')::date AS previous,
                               coalesce(m.purpose, '') <> ALL({bank_purposes}::text[]) AS own) k
    WHERE m.booked_on > ({as_of}::date - interval '12 months')::date AND m.booked_on <= {as_of}
      AND m.account_id IN (SELECT account_id FROM own)
    GROUP BY m.account_id
),
money AS (
    SELECT own.party_id,
           sum(CASE WHEN counted AND open_now THEN newest.balance ELSE 0 END) AS now,
           sum(CASE WHEN counted AND open_3m THEN newest.balance - coalesce(moved.net_3m, 0) ELSE 0 END) AS ago_3m,
           sum(CASE WHEN counted AND open_12m THEN newest.balance - coalesce(moved.net_12m, 0) ELSE 0 END) AS ago_12m,
           sum(CASE WHEN counted THEN moved.in_3m ELSE 0 END) AS in_3m,
           sum(CASE WHEN counted THEN moved.out_3m ELSE 0 END) AS out_3m,
           sum(CASE WHEN counted THEN moved.in_prev ELSE 0 END) AS in_prev,
           sum(CASE WHEN counted THEN moved.lost ELSE 0 END) AS lost,
           sum(moved.moves) AS moves, sum(moved.moves_prev) AS moves_prev,
           max(coalesce(moved.last_own, earlier.booked_on)) AS last_own
    FROM own
    CROSS JOIN LATERAL (SELECT own.closed_on IS NULL OR own.closed_on > {as_of} AS open_now,
                               own.closed_on IS NULL
                                 OR own.closed_on > ({as_of}::date - interval '3 months')::date AS open_3m,
                               own.closed_on IS NULL
                                 OR own.closed_on > ({as_of}::date - interval '12 months')::date AS open_12m) k
    LEFT JOIN moved ON moved.account_id = own.account_id
    LEFT JOIN LATERAL (SELECT m.balance FROM movement m WHERE m.account_id = own.account_id AND m.booked_on <= {as_of}
                       ORDER BY m.booked_on DESC, m.id DESC LIMIT 1) newest ON true
    LEFT JOIN LATERAL (SELECT m.booked_on FROM movement m
                       WHERE moved.last_own IS NULL AND m.account_id = own.account_id AND m.booked_on <= {as_of}
                         AND coalesce(m.purpose, '') <> ALL({bank_purposes}::text[])
                       ORDER BY m.booked_on DESC LIMIT 1) earlier ON true
    GROUP BY own.party_id
),
contract AS (
    SELECT h.party_id, h.opened_on, h.closed_on, h.channel
    FROM holding h WHERE h.party_id IN (SELECT party_id FROM who)
    UNION ALL
    SELECT own.party_id, a.opened_on, a.closed_on, NULL FROM own JOIN account a ON a.id = own.account_id
    WHERE a.holding_id IS NULL
    UNION ALL
    SELECT own.party_id, l.granted_on, (l.granted_on + make_interval(months => l.months))::date, NULL
    FROM own JOIN loan l ON l.account_id = own.account_id WHERE l.holding_id IS NULL
    UNION ALL
    SELECT c.party_id, c.issued_on, NULL, NULL FROM card c
    WHERE c.holding_id IS NULL AND c.party_id IN (SELECT party_id FROM who)
),
came AS (
    SELECT DISTINCT ON (party_id) party_id, source FROM prospect WHERE state = 'converted'
    AND party_id IN (SELECT party_id FROM who) ORDER BY party_id, ended_at
),
held AS (
    SELECT party_id, count(*) AS ever, min(opened_on) AS first_on,
           count(*) FILTER (WHERE closed_on IS NULL OR closed_on > {as_of}) AS open,
           count(*) FILTER (WHERE opened_on <= {as_of}::date - interval '12 months'
                              AND (closed_on IS NULL OR closed_on > {as_of}::date - interval '12 months')) AS open_12m,
           (array_agg(channel ORDER BY opened_on) FILTER (WHERE channel IS NOT NULL))[1] AS channel
    FROM contract WHERE opened_on <= {as_of} GROUP BY party_id
),
used AS (
    SELECT h.party_id, count(*) AS accounts FROM account_holder h JOIN account a ON a.id = h.account_id
    WHERE h.role <> 'owner' AND a.opened_on <= {as_of} AND (a.closed_on IS NULL OR a.closed_on > {as_of})
      AND h.party_id IN (SELECT party_id FROM who)
    GROUP BY h.party_id
),
premiums AS (
    SELECT party_id, sum(greatest(due - paid, 0)) AS missed, max(last_paid) AS last_paid
    FROM (SELECT h.party_id, h.id, count(*) FILTER (WHERE p.kind = 'due') AS due,
                 count(*) FILTER (WHERE p.kind = 'paid') AS paid,
                 max(p.booked_on) FILTER (WHERE p.kind = 'paid') AS last_paid
          FROM premium p JOIN holding h ON h.id = p.holding_id
          WHERE p.booked_on > ({as_of}::date - interval '12 months')::date AND p.booked_on <= {as_of}
            AND h.party_id IN (SELECT party_id FROM who)
          GROUP BY h.party_id, h.id) policy
    GROUP BY party_id
),
claims AS (
    SELECT h.party_id, count(*) AS incurred FROM claim c JOIN holding h ON h.id = c.holding_id
    WHERE c.incurred_on > ({as_of}::date - interval '12 months')::date AND c.incurred_on <= {as_of}
      AND h.party_id IN (SELECT party_id FROM who)
    GROUP BY h.party_id
),
complaints AS (
    SELECT c.party_id,
           count(*) FILTER (WHERE c.closed_at IS NULL OR (c.closed_at AT TIME ZONE 'UTC')::date > {calendar}) AS open,
           count(*) FILTER (WHERE c.received_on > ({calendar}::date - interval '12 months')::date) AS received
    FROM complaint c
    WHERE c.party_id IN (SELECT party_id FROM who) AND c.received_on <= {calendar} AND c.state <> 'withdrawn'
    GROUP BY c.party_id
),
day AS (
    SELECT who.party_id, least(who.activated_on, held.first_on) AS began,
           greatest(money.last_own, premiums.last_paid) AS last_own
    FROM who LEFT JOIN held USING (party_id) LEFT JOIN money USING (party_id) LEFT JOIN premiums USING (party_id)
)
SELECT who.party_id, who.customer_id, who.kind, who.stage, who.stage_since, day.began,
       coalesce(came.source, held.channel, CASE WHEN who.referred_by IS NOT NULL THEN 'partner' ELSE who.source END),
       who.manager_id, who.team_id, who.risk_level, who.region, NULL AS segment,
       coalesce(held.open, 0), coalesce(held.open_12m, 0), coalesce(held.ever, 0), coalesce(used.accounts, 0),
       round(coalesce(money.now, 0) * {minor})::bigint, round(coalesce(money.ago_3m, 0) * {minor})::bigint,
       round(coalesce(money.ago_12m, 0) * {minor})::bigint, round(coalesce(money.in_3m, 0) * {minor})::bigint,
       round(coalesce(money.in_prev, 0) * {minor})::bigint, round(coalesce(money.out_3m, 0) * {minor})::bigint,
       coalesce(money.moves, 0), coalesce(money.moves_prev, 0), day.last_own,
       CASE WHEN money.party_id IS NOT NULL OR premiums.party_id IS NOT NULL THEN gone.months END,
       CASE WHEN day.began <= {as_of} THEN gone.tenure END,
       coalesce(premiums.missed, 0), coalesce(claims.incurred, 0),
       coalesce(complaints.open, 0), coalesce(complaints.received, 0),
       round(coalesce(money.lost, 0) * {minor})::bigint
FROM who
JOIN day USING (party_id)
LEFT JOIN held USING (party_id)
CROSS JOIN LATERAL (SELECT age({as_of}, coalesce(day.last_own, held.first_on)) AS idle,
                           age({as_of}, day.began) AS known) spell
CROSS JOIN LATERAL (
    SELECT (12 * extract(year FROM spell.idle) + extract(month FROM spell.idle))::bigint AS months,
           (12 * extract(year FROM spell.known) + extract(month FROM spell.known))::bigint AS tenure
) gone
LEFT JOIN came USING (party_id)
LEFT JOIN used USING (party_id)
LEFT JOIN money USING (party_id)
LEFT JOIN premiums USING (party_id)
LEFT JOIN claims USING (party_id)
LEFT JOIN complaints USING (party_id)
ORDER BY who.party_id
"""
