"""The stored tree of one institution's log: its right edge, its hash tiles, its leaves and heads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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


_EDGE_TILES = """
    SELECT tile.level, tile.idx, tile.hashes
      FROM audit_tree tree CROSS JOIN generate_series(0, %s) edge(level)
      JOIN audit_tile tile ON tile.tenant_id = tree.tenant_id AND tile.level = edge.level
                          AND tile.idx = (tree.size >> edge.level * %s) / %s
     WHERE tree.tenant_id = %s"""


@dataclass(frozen=True, slots=True)
class Leaf:
    entry_id: UUID
    body: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a tree grows."""

    frontier: Frontier
    tiles: Mapping[Node, bytes]

    def read(self, tile: Tile) -> bytes:
        """One that is not stored reads as empty, which the formats refuse."""
        return self.tiles.get((tile.level or 0, tile.index), b"")


async def driver(session: AsyncSession) -> Connection:
    """The psycopg connection of a session's transaction."""
    raw = await (await session.connection()).get_raw_connection()
    return cast("Connection", raw.driver_connection)


async def load(connection: Connection, tenant_id: UUID) -> Frontier:
    """The right edge; of an empty tree when the log has not begun."""
    return _frontier(await (await _ask(connection, tenant_id)).fetchone())


async def edge(connection: Connection, tenant_id: UUID) -> Edge:
    """The right edge and the tiles that are not full, all that growing reads; in a pipeline one round trip."""
    stored = await _ask(connection, tenant_id)
    cursor = await connection.execute(_EDGE_TILES, [MAX_LEVEL // HEIGHT, HEIGHT, WIDTH, tenant_id])
    partial = {(level, index): hashes for level, index, hashes in await cursor.fetchall()}
    return Edge(_frontier(await stored.fetchone()), partial)


async def _ask(connection: Connection, tenant_id: UUID) -> psycopg.AsyncCursor[Any]:
    return await connection.execute("SELECT size, frontier FROM audit_tree WHERE tenant_id = %s", [tenant_id])


def _frontier(row: tuple[int, bytes] | None) -> Frontier:
    return Frontier() if row is None else Frontier(row[0], split(row[1]))


def split(hashes: bytes) -> tuple[bytes, ...]:
    return tuple(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))


async def append(connection: Connection, tenant_id: UUID, old: Edge, leaves: Sequence[Leaf]) -> Frontier:
    """Leaves, tiles and the right edge, which is compared and swapped: raises SequencerFenced if it has moved on."""
    try:
        return await _append(connection, tenant_id, old, leaves)
    except psycopg.errors.UniqueViolation:
        raise SequencerFenced(tenant=tenant_id) from None


async def _append(connection: Connection, tenant_id: UUID, old: Edge, leaves: Sequence[Leaf]) -> Frontier:
    """Whoever comes second finds the place of its first leaf taken."""
    grown, written = tiles.grow(old.frontier, [leaf.hash for leaf in leaves], old.read)
    swapped = await _swap(connection, tenant_id, old.frontier.size, grown)
    await connection.execute(
        "INSERT INTO audit_leaf (tenant_id, idx, entry_id, body, hash) "
        "SELECT %s, %s + place - 1, entry_id, body, hash "
        "FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[]) WITH ORDINALITY leaf(entry_id, body, hash, place)",
        [
            tenant_id,
            old.frontier.size,
            [leaf.entry_id for leaf in leaves],
            [leaf.body for leaf in leaves],
            [leaf.hash for leaf in leaves],
        ],
    )
    await connection.execute(
        "INSERT INTO audit_tile (tenant_id, level, idx, hashes) "
        "SELECT %s, level, idx, hashes FROM unnest(%s::int[], %s::bigint[], %b::bytea[]) tile(level, idx, hashes) "
        "ON CONFLICT (tenant_id, level, idx) DO UPDATE SET hashes = excluded.hashes",
        [
            tenant_id,
            [tile.level for tile, _ in written],
            [tile.index for tile, _ in written],
            [hashes for _, hashes in written],
        ],
    )
    if await swapped.fetchone() is None:
        raise SequencerFenced(tenant=tenant_id)
    return grown


async def _swap(
    connection: Connection, tenant_id: UUID, old_size: int, grown: Frontier
) -> psycopg.AsyncCursor[tuple[int]]:
    """One row when the tree still had its old size; asked for after the writes, so that all go out together."""
    edge = b"".join(grown.nodes)
    if old_size == 0:
        statement = (
            "INSERT INTO audit_tree AS t (size, frontier, tenant_id) VALUES (%s, %s, %s) ON CONFLICT (tenant_id) "
            "DO UPDATE SET size = excluded.size, frontier = excluded.frontier WHERE t.size = %s RETURNING t.size"
        )
    else:
        statement = "UPDATE audit_tree SET size = %s, frontier = %s WHERE tenant_id = %s AND size = %s RETURNING size"
    return await connection.execute(statement, [grown.size, edge, tenant_id, old_size])


async def head(connection: Connection, tenant_id: UUID, frontier: Frontier, note: str, now: datetime) -> None:
    await connection.execute(
        "INSERT INTO audit_checkpoint (tenant_id, size, root, note, signed_at) VALUES (%s, %s, %s, %s, %s)",
        [tenant_id, frontier.size, frontier.root, note, now],
    )


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
