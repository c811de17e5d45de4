"""Is the log the one that was signed? Every leaf is hashed again, the tree grown again, every head compared.

The tree's own level-0 hashes tell which leaf was changed; where they were changed too, the heads on both sides tell
between which leaves it happened.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from uuid import UUID

from backend.audit.findings import Findings
from backend.audit.formats import FormatError, checkpoint, tiles
from backend.audit.formats.checkpoint import Checkpoint
from backend.audit.formats.merkle import BrokenFrontier, Frontier, leaf_hash
from backend.audit.formats.note import VerifierKey
from backend.audit.formats.note import parse as parse_note
from backend.audit.formats.tiles import WIDTH, Tile
from backend.audit.heads import Heads
from backend.audit.tree import Connection, load, split
from backend.audit.verify_entries import StoredLeaf, check_entries, check_unlogged

_LEAVES = 4 * WIDTH
_DATABASE, _FILE = "audit_checkpoint", "checkpoints"


@dataclass(frozen=True, slots=True)
class Head:
    """A signed statement to compare with the tree, and where it was found."""

    size: int
    root: bytes
    source: str


@dataclass(slots=True)
class LogCheck:
    connection: Connection
    tenant_id: UUID
    files: Heads
    filed: int
    key: VerifierKey | None
    found: Findings
    leaves: int = 0
    heads_seen: int = 0
    pending: int = 0
    head: Checkpoint | None = None
    _tree: Frontier = field(default_factory=Frontier)
    _partial: dict[int, tuple[Tile, bytes]] = field(default_factory=dict)
    _agreed: int = 0
    _broken: bool = False
    _filed_last: int = 0

    async def run(self, progress: Callable[[str, int, int], None]) -> None:
        size, edge = await self._stored_edge()
        self._filed_last = self._newest_filed()
        filed = self._from_file()
        waiting: Head | None = next(filed, None)
        async for batch in self._batches(size):
            end = self._tree.size + len(batch)
            heads = [head async for head in self._from_database(self._tree.size, end)]
            kept = {head.size for head in heads}
            while waiting is not None and waiting.size <= end:
                heads.append(waiting)
                waiting = next(filed, None)
            self._compare_places(kept, {head.size for head in heads if head.source == _FILE})
            self._compare(sorted(heads, key=lambda head: head.size), batch)
            self.leaves += len(batch)
            progress("log", self.leaves, size)
        await self._check_ends(size, edge, chain([] if waiting is None else [waiting], filed))
        self.pending = await check_unlogged(self.connection, self.tenant_id, self.found)

    def _compare_places(self, kept: set[int], filed: set[int]) -> None:
        """What the file has lost, or the database. The file may end before the newest head: it is written after."""
        for size in sorted(kept - filed):
            if size <= self._filed_last:
                self.found.add("head_unfiled", size=size)
        for size in sorted(filed - kept):
            self.found.add("head_unstored", size=size)

    async def _batches(self, size: int) -> AsyncIterator[list[bytes]]:
        """The hashes that the tree stands on, 1,024 at a time; leaves are checked against them on the way."""
        for start in range(0, size, _LEAVES):
            end = min(size, start + _LEAVES)
            claimed = await self._level_zero(start, end)
            leaves = await self._stored_leaves(start, end)
            hashes = []
            for index in range(start, end):
                leaf = leaves.get(index)
                if leaf is None:
                    self.found.add("leaf_missing", leaf=index)
                hashes.append(self._hash(leaf, claimed.get(index)))
            await self._check_tiles(hashes)
            await check_entries(self.connection, list(leaves.values()), self.found)
            yield hashes

    def _hash(self, leaf: StoredLeaf | None, claimed: bytes | None) -> bytes:
        """The hash to go on with: that of the tree, so that one changed leaf is one finding."""
        if leaf is None:
            return claimed or bytes(32)
        computed = leaf_hash(leaf.body)
        if computed != leaf.hash or (claimed is not None and computed != claimed):
            self.found.add("leaf_changed", leaf=leaf.index, entry=leaf.entry_id)
        return claimed or computed

    async def _stored_leaves(self, start: int, end: int) -> dict[int, StoredLeaf]:
        cursor = await self.connection.execute(
            "SELECT idx, entry_id, body, hash FROM audit_leaf "
            "WHERE tenant_id = %s AND idx >= %s AND idx < %s ORDER BY idx",
            [self.tenant_id, start, end],
        )
        return {row[0]: StoredLeaf(*row) for row in await cursor.fetchall()}

    async def _level_zero(self, start: int, end: int) -> dict[int, bytes]:
        stored = await self._stored_tiles([(0, index) for index in range(start // WIDTH, -(-end // WIDTH))])
        return {
            index * WIDTH + place: value
            for (_, index), hashes in stored.items()
            for place, value in enumerate(split(hashes))
        }

    async def _check_tiles(self, hashes: Sequence[bytes]) -> None:
        """Grow the tiles again; a full one is compared at once, the last of each level at the end."""
        _, written = tiles.grow(self._tree, hashes, lambda tile: self._partial[tile.level or 0][1])
        full = [(tile, data) for tile, data in written if tile.width == WIDTH]
        self._partial |= {tile.level or 0: (tile, data) for tile, data in written}
        await self._compare_tiles(full)

    async def _compare_tiles(self, expected: Sequence[tuple[Tile, bytes]]) -> None:
        stored = await self._stored_tiles([(tile.level or 0, tile.index) for tile, _ in expected])
        for tile, data in expected:
            if stored.get((tile.level or 0, tile.index)) != data:
                self.found.add("tile_changed", tile=tile.path)

    async def _stored_tiles(self, wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        cursor = await self.connection.execute(
            "SELECT level, idx, hashes FROM audit_tile "
            "JOIN unnest(%s::int[], %s::bigint[]) wanted(level, idx) USING (level, idx) WHERE tenant_id = %s",
            [[level for level, _ in wanted], [index for _, index in wanted], self.tenant_id],
        )
        return {(level, index): hashes for level, index, hashes in await cursor.fetchall()}

    def _compare(self, heads: Sequence[Head], hashes: Sequence[bytes]) -> None:
        """Walk the tree from head to head; the first that differs is named, those after it must differ too."""
        tree, start = self._tree, self._tree.size
        for head in heads:
            tree = tree.grow(hashes[tree.size - start : head.size - start]).frontier
            self.heads_seen += 1
            if tree.root == head.root:
                self._agreed = head.size
            elif not self._broken:
                self._broken = True
                self.found.add(
                    "head_differs", size=head.size, source=head.source, first=self._agreed, last=head.size - 1
                )
        self._tree = tree.grow(hashes[tree.size - start :]).frontier

    async def _from_database(self, above: int, end: int) -> AsyncIterator[Head]:
        cursor = await self.connection.execute(
            "SELECT size, root, note FROM audit_checkpoint "
            "WHERE tenant_id = %s AND size > %s AND size <= %s ORDER BY size",
            [self.tenant_id, above, end],
        )
        for size, root, note in await cursor.fetchall():
            signed = self._verified(note.encode(), _DATABASE, size)
            if signed is None:
                continue
            if (signed.size, signed.root) != (size, root):
                self.found.add("head_edited", size=size)
            if above < signed.size <= end:
                yield Head(signed.size, signed.root, _DATABASE)

    def _newest_filed(self) -> int:
        """The largest size in the file, signed or not: what is wrong with a head is told where it is compared."""
        newest = 0
        for note in self.files.read(self.tenant_id, self.filed):
            with suppress(FormatError):
                newest = max(newest, checkpoint.parse_text(parse_note(note).text).size)
        return newest

    def _from_file(self) -> Iterator[Head]:
        last = 0
        for note in self.files.read(self.tenant_id, self.filed):
            signed = self._verified(note, _FILE, None)
            if signed is None:
                continue
            if signed.size <= last:
                self.found.add("head_order", size=last, next=signed.size)
                continue
            last = signed.size
            yield Head(signed.size, signed.root, _FILE)

    def _verified(self, note: bytes, source: str, size: int | None) -> Checkpoint | None:
        """The signed head; without a key on file the signature is not looked at, which `key_missing` has said."""
        try:
            if self.key is None:
                signed = checkpoint.parse_text(parse_note(note).text)
            else:
                signed = checkpoint.verify(note, [self.key], self.key.name)
        except FormatError as error:
            self.found.add("head_forged", size="?" if size is None else size, source=source, problem=str(error))
            return None
        if self.head is None or signed.size > self.head.size:
            self.head = signed
        return signed

    async def _stored_edge(self) -> tuple[int, Frontier | None]:
        """The size that the tree claims, and its right edge unless that is broken."""
        try:
            edge = await load(self.connection, self.tenant_id)
        except BrokenFrontier:
            cursor = await self.connection.execute(
                "SELECT greatest(size, 0) FROM audit_tree WHERE tenant_id = %s", [self.tenant_id]
            )
            return (await cursor.fetchone() or (0,))[0], None
        return edge.size, edge

    async def _check_ends(self, claimed: int, edge: Frontier | None, beyond: Iterator[Head]) -> None:
        size = self._tree.size
        await self._compare_tiles([(tile, data) for tile, data in self._partial.values() if tile.width < WIDTH])
        if edge != self._tree:
            self.found.add("tree_changed", stored=claimed, size=size)
        for head in beyond:
            self.found.add("head_beyond", size=head.size, source=head.source, end=size)
        cursor = await self.connection.execute(
            "SELECT idx FROM audit_leaf WHERE tenant_id = %s AND idx >= %s ORDER BY idx", [self.tenant_id, size]
        )
        for (index,) in await cursor.fetchall():
            self.found.add("leaf_too_many", leaf=index, size=size)
        cursor = await self.connection.execute(
            "SELECT coalesce(max(size), 0) FROM audit_checkpoint WHERE tenant_id = %s", [self.tenant_id]
        )
        newest = (await cursor.fetchone() or (0,))[0]
        if newest > size:
            self.found.add("head_beyond", size=newest, source=_DATABASE, end=size)
        elif newest < size:
            self.found.add("head_missing", size=size, covered=newest)
        if newest and not self.files.path(self.tenant_id).exists():
            self.found.add("heads_file_missing", path=self.files.path(self.tenant_id))
