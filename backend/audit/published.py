"""The log as others read it: signed head and hash tiles under the paths of c2sp.org/tlog-tiles, for witnesses.

Entries are not among them: a witness needs none, and who may read them is decided elsewhere.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.errors import NoHead
from backend.audit.export import newest
from backend.audit.formats.merkle import HASH_BYTES
from backend.audit.formats.note import VerifierKey
from backend.audit.formats.tiles import MalformedTile, Tile
from backend.audit.tree import driver, tile_reader
from backend.audit.verifier import standalone
from backend.audit.verifier.standalone import Verdict

CHECKPOINT, KEY = "checkpoint", "key"


async def file(session: AsyncSession, tenant_id: UUID, key: VerifierKey, path: str) -> bytes | None:
    """`checkpoint`, `key` (one line, the log's public key) or a hash tile; None for everything else."""
    if path == KEY:
        return key.encode().encode() + b"\n"
    if path == CHECKPOINT:
        try:
            return (await newest(session, tenant_id)).encode()
        except NoHead:
            return None
    return await _tile(session, tenant_id, path)


async def _tile(session: AsyncSession, tenant_id: UUID, path: str) -> bytes | None:
    try:
        tile = Tile.parse(path)
    except MalformedTile:
        return None
    if tile.level is None:
        return None
    read = await tile_reader(await driver(session), tenant_id, [(tile.level, tile.index)])
    stored = read(tile)
    return stored[: tile.width * HASH_BYTES] if len(stored) >= tile.width * HASH_BYTES else None


Read = Callable[[str], Awaitable[bytes | None]]


@dataclass(frozen=True, slots=True)
class _Bridge:
    """The witness reads files one after the other, in a thread; the database answers in the loop."""

    loop: asyncio.AbstractEventLoop
    source: Read

    def read(self, path: str, limit: int = standalone.MAX_NOTE) -> bytes | None:
        found = asyncio.run_coroutine_threadsafe(self._read(path), self.loop).result()
        return None if found is None else found[:limit]

    async def _read(self, path: str) -> bytes | None:
        return await self.source(path)


async def witness(memory: Path, source: Read, key: str | None, now: datetime) -> Verdict:
    """What `verify.py witness` does, over a log that is read asynchronously. Raises standalone.Unreadable."""
    bridge = _Bridge(asyncio.get_running_loop(), source)
    return await asyncio.to_thread(standalone.witness, memory, bridge, key, now)
