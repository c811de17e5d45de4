"""The files of a tiled log (c2sp.org/tlog-tiles): hash tiles of width 256 and entry bundles.

Tile (L, N) holds up to 256 nodes of tree level 8·L, the first with index 256·N, as 32-byte hashes in a row. An entry
bundle holds the entries of the level-0 tile of the same number, each behind its length as a big-endian u16. A tile that
is not full has its width in its path (`.p/W`), so that a file, once written, never changes.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from backend.audit.formats import FormatError
from backend.audit.formats.merkle import HASH_BYTES, Frontier, NodeGetter, pair_up

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 2**16 - 1

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


class MalformedTile(FormatError):
    """A path, a tile or a bundle that tlog-tiles does not allow, or one with fewer hashes or entries than promised."""


class EntryTooLong(FormatError):
    """An entry that does not fit behind a u16 length prefix."""

    def __init__(self, length: int) -> None:
        super().__init__(f"an entry of {length} bytes does not fit into a bundle, the most is {MAX_ENTRY_BYTES}")
        self.length = length


@dataclass(frozen=True, slots=True)
class Tile:
    """Address of one file. `level` is None for an entry bundle; `width` counts hashes or entries, 256 when full."""

    level: int | None
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not 0 <= (self.level or 0) <= MAX_LEVEL or self.index < 0 or not 1 <= self.width <= WIDTH:
            raise MalformedTile(f"there is no tile {self.index} of width {self.width} at level {self.level}")

    @property
    def path(self) -> str:
        """Below the log's prefix: `tile/0/x001/x234/067.p/17`, `tile/entries/000`."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level is None else str(self.level)
        return f"tile/{level}/{number}" + (f".p/{self.width}" if self.width < WIDTH else "")

    @classmethod
    def parse(cls, path: str) -> "Tile":
        match = _PATH.fullmatch(path)
        if match is None:
            raise MalformedTile(f"not the path of a tile: {path[:100]!r}")
        level = None if match["level"] == "entries" else int(match["level"])
        tile = cls(level, int(match["index"].replace("x", "").replace("/", "")), int(match["width"] or WIDTH))
        if tile.path != path:
            raise MalformedTile(f"the tile {path[:100]!r} is written {tile.path!r}")
        return tile


TileReader = Callable[[Tile], bytes]
"""The bytes of a tile. A wider tile may stand in for a narrower one: what is beyond the width asked for is ignored."""


def hash_tiles(size: int) -> Iterator[Tile]:
    """All hash tiles of a log of `size` entries, level by level, a partial one last on each level."""
    level, nodes = 0, size
    while nodes:
        yield from _row(level, 0, nodes)
        level, nodes = level + 1, nodes // WIDTH


def entry_bundles(size: int, start: int = 0) -> Iterator[Tile]:
    """The entry bundles of a log of `size` entries, from the one that holds entry `start`."""
    return _row(None, start, size)


def _row(level: int | None, begin: int, end: int) -> Iterator[Tile]:
    """Tiles of one level that hold any of the nodes [begin, end), as wide as they are in a level with `end` nodes."""
    if begin < end:
        for index in range(begin // WIDTH, -(-end // WIDTH)):
            yield Tile(level, index, min(WIDTH, end - index * WIDTH))


def grow(frontier: Frontier, leaves: Sequence[bytes], read: TileReader) -> tuple[Frontier, list[tuple[Tile, bytes]]]:
    """Append leaf hashes to a log of any size: the new frontier and the hash tiles to write.

    `read` is asked only for tiles that were partial before and become wider now, at most one a level.
    """
    growth = frontier.grow(leaves)
    written = []
    for level, nodes in enumerate(growth.completed[::HEIGHT]):
        old = frontier.size >> level * HEIGHT
        kept = old % WIDTH
        row = (read_hashes(read, Tile(level, old // WIDTH, kept)) if kept else []) + nodes
        for tile in _row(level, old, growth.frontier.size >> level * HEIGHT):
            at = tile.index * WIDTH - (old - kept)
            written.append((tile, b"".join(row[at : at + tile.width])))
    return growth.frontier, written


def read_hashes(read: TileReader, tile: Tile) -> list[bytes]:
    """The hashes of one tile. Raises MalformedTile if there are fewer than its width, or a piece of one."""
    data = read(tile)
    if len(data) % HASH_BYTES or not tile.width <= len(data) // HASH_BYTES <= WIDTH:
        raise MalformedTile(f"{tile.path} has {len(data)} bytes, {tile.width} hashes have {tile.width * HASH_BYTES}")
    return [data[at : at + HASH_BYTES] for at in range(0, tile.width * HASH_BYTES, HASH_BYTES)]


def node_getter(read: TileReader, size: int) -> NodeGetter:
    """Nodes of the tree of `size` entries out of its hash tiles, for roots and proofs.

    Each node is computed from the one tile that spans it; a caller that asks for many wraps `read` in a cache.
    """

    def get_node(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        number, offset = divmod(index << height, WIDTH)
        width = min(WIDTH, (size >> tile_level * HEIGHT) - number * WIDTH)
        if width < offset + (1 << height):
            raise MalformedTile(f"a tree of {size} entries has no node {index} at level {level}")
        nodes = read_hashes(read, Tile(tile_level, number, width))[offset : offset + (1 << height)]
        while len(nodes) > 1:
            nodes = pair_up(nodes)
        return nodes[0]

    return get_node


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Raises EntryTooLong, and MalformedTile if there are none or more than 256 entries."""
    if not 1 <= len(entries) <= WIDTH:
        raise MalformedTile(f"a bundle holds 1 to {WIDTH} entries, not {len(entries)}")
    longest = max(map(len, entries))
    if longest > MAX_ENTRY_BYTES:
        raise EntryTooLong(longest)
    return b"".join([len(entry).to_bytes(2) + entry for entry in entries])


def decode_bundle(data: bytes, width: int = WIDTH) -> list[bytes]:
    """The first `width` entries of a bundle, which may hold more: a full bundle stands in for a partial one."""
    entries, at, end = list[bytes](), 0, len(data)
    while at < end:
        begin = at + 2
        at = begin + (data[begin - 2] << 8 | data[begin - 1] if begin <= end else 0)
        if at > end:
            raise MalformedTile(f"the bundle ends in the middle of its entry {len(entries)}")
        entries.append(data[begin:at])
    if not width <= len(entries) <= WIDTH:
        raise MalformedTile(f"the bundle has {len(entries)} entries, {width} were expected")
    return entries[:width]


def grow_bundles(size: int, entries: Sequence[bytes], read: TileReader) -> list[tuple[Tile, bytes]]:
    """Append entries to a log of `size`: the bundles to write. `read` gives the last bundle if it was partial."""
    kept = size % WIDTH
    row = [*(decode_bundle(read(Tile(None, size // WIDTH, kept)), kept) if kept else []), *entries]
    first = size - kept
    return [
        (tile, encode_bundle(row[tile.index * WIDTH - first :][: tile.width]))
        for tile in entry_bundles(size + len(entries), size)
        if entries
    ]
