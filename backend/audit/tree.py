"""The stored tree of one institution's log: its right edge, its hash tiles, its leaves and heads."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import psycopg
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.errors import SequencerFenced
from backend.audit.formats import tiles
from backend.audit.formats.merkle import HASH_BYTES, Frontier
from backend.audit.formats.tiles import HEIGHT, MAX_LEVEL, WIDTH, Tile

Connection = psycopg.AsyncConnection[Any]
Node = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Leaf:
    entry_id: UUID
    body: bytes
    hash: bytes


async def driver(session: AsyncSession) -> Connection:
    """The psycopg connection of a session's transaction."""
    raw = await (await session.connection()).get_raw_connection()
    return cast("Connection", raw.driver_connection)


async def load(connection: Connection, tenant_id: UUID) -> Frontier:
    """The right edge; of an empty tree when the log has not begun."""
    cursor = await connection.execute("SELECT size, frontier FROM audit_tree WHERE tenant_id = %s", [tenant_id])
    row = await cursor.fetchone()
    return Frontier() if row is None else Frontier(row[0], split(row[1]))


def split(hashes: bytes) -> tuple[bytes, ...]:
    return tuple(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))


async def append(connection: Connection, tenant_id: UUID, frontier: Frontier, leaves: Sequence[Leaf]) -> Frontier:
    """Leaves, tiles and the right edge, which is compared and swapped: raises SequencerFenced if it has moved on."""
    reader = await tile_reader(connection, tenant_id, edge_tiles(frontier.size))
    grown, written = tiles.grow(frontier, [leaf.hash for leaf in leaves], reader)
    await _swap(connection, tenant_id, frontier.size, grown)
    await connection.execute(
        "INSERT INTO audit_leaf (tenant_id, idx, entry_id, body, hash) "
        "SELECT %s, %s + place - 1, entry_id, body, hash "
        "FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[]) WITH ORDINALITY leaf(entry_id, body, hash, place)",
        [
            tenant_id,
            frontier.size,
            [leaf.entry_id for leaf in leaves],
            [leaf.body for leaf in leaves],
            [leaf.hash for leaf in leaves],
        ],
    )
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO audit_tile (tenant_id, level, idx, hashes) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (tenant_id, level, idx) DO UPDATE SET hashes = excluded.hashes",
            [(tenant_id, tile.level, tile.index, data) for tile, data in written],
        )
    return grown


async def _swap(connection: Connection, tenant_id: UUID, old_size: int, grown: Frontier) -> None:
    edge = b"".join(grown.nodes)
    if old_size == 0:
        statement = (
            "INSERT INTO audit_tree AS t (size, frontier, tenant_id) VALUES (%s, %s, %s) "
            "ON CONFLICT (tenant_id) DO UPDATE SET size = excluded.size, frontier = excluded.frontier WHERE t.size = %s"
        )
    else:
        statement = "UPDATE audit_tree SET size = %s, frontier = %s WHERE tenant_id = %s AND size = %s"
    cursor = await connection.execute(statement, [grown.size, edge, tenant_id, old_size])
    if cursor.rowcount != 1:
        raise SequencerFenced(tenant=tenant_id)


async def head(connection: Connection, tenant_id: UUID, frontier: Frontier, note: str, now: datetime) -> None:
    await connection.execute(
        "INSERT INTO audit_checkpoint (tenant_id, size, root, note, signed_at) VALUES (%s, %s, %s, %s, %s)",
        [tenant_id, frontier.size, frontier.root, note, now],
    )


def edge_tiles(size: int) -> list[Node]:
    """(level, index) of the tiles that are not full in a tree of this size: all that growing it has to read."""
    levels = ((level, size >> level * HEIGHT) for level in range(MAX_LEVEL // HEIGHT + 1))
    return [(level, nodes // WIDTH) for level, nodes in levels if nodes % WIDTH]


async def tile_reader(connection: Connection, tenant_id: UUID, wanted: Iterable[Node]) -> Callable[[Tile], bytes]:
    """These tiles in one query; one that is not stored reads as empty, which the formats refuse."""
    levels, indexes = [list(column) for column in zip(*wanted, strict=True)] or ([], [])
    cursor = await connection.execute(
        "SELECT level, idx, hashes FROM audit_tile "
        "JOIN unnest(%s::int[], %s::bigint[]) wanted(level, idx) USING (level, idx) WHERE tenant_id = %s",
        [levels, indexes, tenant_id],
    )
    found = {(level, index): hashes for level, index, hashes in await cursor.fetchall()}
    return lambda tile: found.get((tile.level or 0, tile.index), b"")
