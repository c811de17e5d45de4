"""Verification of one institution's log and record, as they stand in the database.

Three questions, each answered from what is stored, recomputed: is the log the one that was signed (`verify_log`), do
entries and versions name each other (`verify_entries`), and is the record what its versions say (`verify_record`)?
Works under the application's role and its row-level security, in one read-only snapshot, in bounded memory.

What it cannot see by itself: a log, its key and its file of heads all replaced together. For that somebody else holds
an older head (records.md, the witness).
"""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from backend.audit.findings import Findings, Report
from backend.audit.formats.note import VerifierKey
from backend.audit.heads import Heads
from backend.audit.keys import LogKeys
from backend.audit.tree import Connection
from backend.audit.verify_log import LogCheck
from backend.audit.verify_record import check_record

Progress = Callable[[str, int, int], None]
"""(stage, done, of): called now and then; stages are `log`, `versions` and `rows`."""


async def verify(
    engine: AsyncEngine,
    tenant_id: UUID,
    keys: LogKeys,
    heads: Heads,
    *,
    verifier: VerifierKey | None = None,
    progress: Progress = lambda _stage, _done, _of: None,
    limit: int = 1000,
) -> Report:
    """Never raises for what is wrong with the log: the report says it. `verifier` is the log's public key where the
    auditor brought it; without it the key on file is used."""
    found = Findings(limit)
    filed = heads.length(tenant_id)
    key = verifier or (keys.verifier(tenant_id) if keys.exists(tenant_id) else None)
    async with engine.connect() as pooled:
        raw = await pooled.get_raw_connection()
        connection = cast("Connection", raw.driver_connection)
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        await connection.execute("SELECT set_config('tenure.tenant', %s, true)", [str(tenant_id)])
        log = LogCheck(connection, tenant_id, heads, filed, key, found)
        await log.run(progress)
        if key is None and (log.leaves or log.heads_seen):
            found.add("key_missing", path=keys.path(tenant_id))
        counts = await check_record(connection, tenant_id, found, progress)
        await connection.rollback()
    return Report(
        tenant_id=tenant_id,
        leaves=log.leaves,
        versions=counts.versions,
        rows=counts.rows,
        heads=log.heads_seen,
        pending=log.pending,
        head=log.head,
        findings=tuple(found.kept),
        total=found.count,
    )
