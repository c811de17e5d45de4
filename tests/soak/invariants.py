"""What must hold after every crash, asked of the tables themselves, past our own code and its row-level security."""

from typing import Any, Final
from uuid import UUID

import psycopg

# Each query lists what must not be there.
NEVER: Final = {
    "a change without its entry": """
        SELECT v.table_name, v.record_id FROM record_version v LEFT JOIN audit_entry e ON e.id = v.entry_id
         WHERE e.id IS NULL""",
    "an entry without its change": """
        SELECT e.id, e.action FROM audit_entry e
         WHERE e.action = 'customer.create' AND e.outcome = 'success'
           AND NOT EXISTS (SELECT FROM record_version v WHERE v.entry_id = e.id)""",
    "a row without its version": """
        SELECT p.id FROM party p
         WHERE NOT EXISTS (SELECT FROM record_version v WHERE v.table_name = 'party' AND v.record_id = p.id
                                                          AND v.ver = p.ver AND v.entry_id = p.entry_id)""",
    "a hole among the versions of a record": """
        SELECT table_name, record_id FROM record_version
         GROUP BY table_name, record_id HAVING max(ver) <> count(*) OR min(ver) <> 1""",
    "an entry that is neither logged nor waiting": """
        SELECT e.id FROM audit_entry e
         WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.entry_id = e.id)
           AND NOT EXISTS (SELECT FROM audit_queue q WHERE q.entry_id = e.id)""",
    "an entry that is logged and waiting": "SELECT entry_id FROM audit_leaf JOIN audit_queue USING (entry_id)",
    "a gap in the log": """
        SELECT t.tenant_id FROM audit_tree t
         WHERE t.size <> (SELECT count(*) FROM audit_leaf l WHERE l.tenant_id = t.tenant_id)
            OR t.size - 1 <> (SELECT max(idx) FROM audit_leaf l WHERE l.tenant_id = t.tenant_id)""",
    "a head beyond the log": """
        SELECT c.size FROM audit_checkpoint c JOIN audit_tree t USING (tenant_id)
         GROUP BY c.size, t.size HAVING c.size > t.size""",
    "a remembered answer without its customer": """
        SELECT k.key FROM idempotency_key k
         WHERE NOT EXISTS (SELECT FROM party p WHERE p.id = (k.answer ->> 'id')::uuid)""",
    "a customer that no request asked for, or asked for twice": """
        SELECT p.id FROM party p
         WHERE (SELECT count(*) FROM idempotency_key k WHERE (k.answer ->> 'id')::uuid = p.id) <> 1""",
}


def broken(connection: psycopg.Connection[Any]) -> dict[str, list[Any]]:
    found = {rule: connection.execute(query).fetchmany(5) for rule, query in NEVER.items()}
    return {rule: rows for rule, rows in found.items() if rows}


def remembered(connection: psycopg.Connection[Any]) -> dict[str, UUID]:
    """The answer that the database gives for each idempotency key."""
    rows = connection.execute("SELECT key, (answer ->> 'id')::uuid FROM idempotency_key").fetchall()
    return dict(rows)
