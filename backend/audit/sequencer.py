"""The fenced sequencer: takes what is committed from the queue, gives it its place in the log, and signs the new head.

One transaction a batch holds everything: entries as leaves, tiles, the right edge of the tree (compared and swapped),
the checkpoint, and the emptied queue; a crash leaves all of it or nothing. A queue row that commits late is taken
late. Each institution has a log, a key and an advisory lock of its own; of two sequencers one works, the other waits.

The queue is polled: a NOTIFY in every business transaction would make commits wait for each other. Between two polls
entries gather, so that under load a head signs many of them; while they come, it is polled more often. A batch costs
five round trips: what is asked and what is written goes out in a pipeline.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

import psycopg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.audit import assembly, tree
from backend.audit.errors import LogBroken
from backend.audit.formats import FormatError, checkpoint
from backend.audit.formats.checkpoint import Checkpoint
from backend.audit.formats.merkle import leaf_hash
from backend.audit.formats.note import SignerKey
from backend.audit.heads import Heads
from backend.audit.keys import LogKeys
from backend.audit.tree import Connection, Leaf
from backend.core.clock import Clock, system_clock
from backend.core.database import LOG_ROLE, Database
from backend.core.errors import TenureError
from backend.core.settings import Settings

_log = logging.getLogger(__name__)
_POLL_SECONDS = 0.05
_BUSY_POLL_SECONDS = 0.02
_REST_SECONDS = 5.0
_LATE_SECONDS = 60.0
_RECONNECT_SECONDS = 0.5
_BACKGROUND_BATCH = 256
_BULK_BATCH = 2000
_OLDEST = 10_000
_LOST = (SQLAlchemyError, psycopg.Error, OSError)
# Rows that another sequencer holds are left to it.
_QUEUED = """
    SELECT entry_id FROM audit_queue WHERE tenant_id = %s AND entry_id <> ALL(%s)
     ORDER BY entry_id FOR UPDATE SKIP LOCKED LIMIT %s"""
_STANDING = """
    SELECT count(DISTINCT tenant_id), array_agg(DISTINCT tenant_id) FILTER (WHERE tenant_id = ANY(%s)),
           (SELECT entry_id FROM audit_queue ORDER BY entry_id LIMIT 1) FROM audit_queue"""
# The plans of a batch are made while tables are small and kept while they grow: they look rows up by their keys.
_ENTER = "SELECT set_config('tenure.tenant', %s, true), set_config('enable_seqscan', 'off', true)"
_LOCKED = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)) IS NOT NULL"
_TRY_LOCKED = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting` institutions have entries that are committed and not yet logged, the oldest for `behind` seconds.

    `halted` logs did not go on when this process last tried, `unfit` entries have no canonical form.
    """

    waiting: int
    behind: float
    halted: frozenset[UUID]
    unfit: int

    @property
    def sound(self) -> bool:
        return not self.halted and not self.unfit and self.behind < _LATE_SECONDS


@dataclass(slots=True)
class Sequencer:
    engine: AsyncEngine
    keys: LogKeys
    heads: Heads
    clock: Clock = system_clock
    _unfit: set[UUID] = field(default_factory=set)
    _halted: set[UUID] = field(default_factory=set)

    async def drain(self, tenant_id: UUID | None = None) -> int:
        """Everything committed so far, of one institution or all of them; the number of entries logged.

        Waits for another sequencer at work. Raises SequencerFenced, LogBroken, LogKeyMissing; what was logged stays.
        """
        async with self._connection() as connection:
            tenants = await self._waiting(connection, ()) if tenant_id is None else [tenant_id]
            return sum([await self._drain(connection, tenant) for tenant in tenants])

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop. Trouble in one institution's log is reported and does not hold up the others."""
        resting: dict[UUID, float] = {}
        while not stop.is_set():
            try:
                async with self._connection() as connection:
                    await self._serve(connection, stop, resting)
            except _LOST:
                _log.exception("the sequencer lost the database")
                await _pause(stop, _RECONNECT_SECONDS)

    async def close(self) -> None:
        await self.engine.dispose()

    async def standing(self) -> Standing:
        """How far the logs are behind, whichever process writes them, and what this one could not write."""
        async with self._connection() as connection:
            cursor = await connection.execute(_STANDING, [list(self._halted)])
            waiting, halted, oldest = await cursor.fetchone() or (0, None, None)
        behind = 0.0 if oldest is None else max(0.0, self.clock().timestamp() - _seconds(oldest))
        return Standing(waiting, behind, frozenset(halted or ()), len(self._unfit))

    async def _serve(self, connection: Connection, stop: asyncio.Event, resting: dict[UUID, float]) -> None:
        clock = asyncio.get_running_loop().time
        while not stop.is_set():
            taken = 0
            for tenant in await self._waiting(connection, [t for t, until in resting.items() if until > clock()]):
                try:
                    taken += await self._batch(connection, tenant, _BACKGROUND_BATCH, wait=False)
                except (TenureError, FormatError, *_LOST) as trouble:
                    _log.exception("the log of institution %s does not go on", tenant)
                    resting[tenant] = clock() + _REST_SECONDS
                    self._halted.add(tenant)
                    if connection.broken:
                        raise psycopg.OperationalError("the connection was lost") from trouble
                else:
                    self._halted.discard(tenant)
            if taken < _BACKGROUND_BATCH:
                await _pause(stop, _BUSY_POLL_SECONDS if taken else _POLL_SECONDS)

    async def _waiting(self, connection: Connection, resting: Collection[UUID]) -> list[UUID]:
        """Institutions with entries among the oldest that wait."""
        cursor = await connection.execute(
            "SELECT DISTINCT tenant_id FROM (SELECT tenant_id FROM audit_queue "
            "WHERE entry_id <> ALL(%s) AND tenant_id <> ALL(%s) ORDER BY entry_id LIMIT %s) oldest",
            [list(self._unfit), list(resting), _OLDEST],
        )
        return [row[0] for row in await cursor.fetchall()]

    async def _drain(self, connection: Connection, tenant_id: UUID) -> int:
        total = 0
        while taken := await self._batch(connection, tenant_id, _BULK_BATCH, wait=True):
            total += taken
        return total

    async def _batch(self, connection: Connection, tenant_id: UUID, limit: int, *, wait: bool) -> int:
        taken = 0
        async with connection.pipeline():
            async with connection.transaction():
                taken = await self._append(connection, tenant_id, limit, wait=wait)
            async with connection.transaction():
                await self._publish(connection, tenant_id, wait=wait)
        return taken

    async def _append(self, connection: Connection, tenant_id: UUID, limit: int, *, wait: bool) -> int:
        """One step of the log: from queue rows to a signed head."""
        locked = await _lock(connection, tenant_id, wait=wait)
        queued = await connection.execute(_QUEUED, [tenant_id, list(self._unfit), limit])
        edge = await tree.edge(connection, tenant_id)
        if not await _held(locked):
            raise psycopg.Rollback
        self._refuse_rollback(tenant_id, edge.frontier.size)
        leaves = await self._leaves(connection, [row[0] for row in await queued.fetchall()])
        if not leaves:
            return 0
        signer = await self._signer(connection, tenant_id, edge.frontier.size)
        await connection.execute(
            "DELETE FROM audit_queue WHERE entry_id = ANY(%s)", [[leaf.entry_id for leaf in leaves]]
        )
        grown = await tree.append(connection, tenant_id, edge, leaves)
        note = checkpoint.sign(Checkpoint(signer.name, grown.size, grown.root), signer).decode()
        await tree.head(connection, tenant_id, grown, note, self.clock())
        return len(leaves)

    async def _leaves(self, connection: Connection, ids: Sequence[UUID]) -> list[Leaf]:
        """An entry that has no canonical form stays in the queue, where verification finds it, and holds up nobody."""
        entries, changes = await assembly.fetch(connection, ids)
        leaves = []
        for entry_id in ids:
            try:
                body = entries[entry_id].assemble(changes.get(entry_id))
            except (FormatError, KeyError) as error:
                self._unfit.add(entry_id)
                _log.error("entry %s cannot be logged: %s", entry_id, error)
            else:
                leaves.append(Leaf(entry_id, body, leaf_hash(body)))
        return leaves

    async def _signer(self, connection: Connection, tenant_id: UUID, size: int) -> SignerKey:
        """A key is made for an empty log only: a log that has heads goes on under the key that signed them."""
        if size or self.keys.exists(tenant_id):
            return self.keys.signer(tenant_id)
        cursor = await connection.execute("SELECT slug FROM tenant WHERE id = %s", [tenant_id])
        row = await cursor.fetchone()
        if row is None:
            raise LogBroken(tenant=tenant_id, problem="there is no such institution")
        return self.keys.create(tenant_id, row[0])

    def _refuse_rollback(self, tenant_id: UUID, size: int) -> None:
        last = self.heads.last(tenant_id)
        if last is not None and last.size > size:
            path = self.heads.path(tenant_id)
            problem = f"the database has {size} entries, but {path} holds a signed head of {last.size}"
            raise LogBroken(tenant=tenant_id, problem=problem)

    async def _publish(self, connection: Connection, tenant_id: UUID, *, wait: bool) -> None:
        """Every head that is committed and not yet in the write-once file, also those of a run that was killed."""
        locked = await _lock(connection, tenant_id, wait=wait)
        last = self.heads.last(tenant_id)
        cursor = await connection.execute(
            "SELECT note FROM audit_checkpoint WHERE tenant_id = %s AND size > %s ORDER BY size",
            [tenant_id, 0 if last is None else last.size],
        )
        if not await _held(locked):
            return
        notes = [row[0] for row in await cursor.fetchall()]
        if notes:
            await asyncio.to_thread(self.heads.append, tenant_id, notes)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        """A connection that begins and ends its transactions itself."""
        async with self.engine.connect() as pooled:
            await pooled.execution_options(isolation_level="AUTOCOMMIT")
            raw = await pooled.get_raw_connection()
            yield cast("Connection", raw.driver_connection)


async def _lock(connection: Connection, tenant_id: UUID, *, wait: bool) -> psycopg.AsyncCursor[tuple[bool]]:
    """Enter the institution and take its log's lock until the end of the transaction; `_held` tells the outcome."""
    await connection.execute(_ENTER, [str(tenant_id)])
    return await connection.execute(_LOCKED if wait else _TRY_LOCKED, [f"tenure.log.{tenant_id}"])


async def _held(locked: psycopg.AsyncCursor[tuple[bool]]) -> bool:
    """Whether this sequencer has the lock: False when another one is at work."""
    row = await locked.fetchone()
    return row is not None and row[0]


def open_sequencer(settings: Settings, database: Database, clock: Clock = system_clock) -> Sequencer:
    return Sequencer(database.engine(LOG_ROLE, pool_size=2), LogKeys.of(settings), Heads.of(settings), clock)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def _seconds(entry_id: UUID) -> float:
    """When an entry was begun: its id starts with the milliseconds since 1970 (RFC 9562 section 5.7)."""
    return (entry_id.int >> 80) / 1000
