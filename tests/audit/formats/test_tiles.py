import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.audit.formats import tiles
from backend.audit.formats.merkle import Frontier, leaf_hashes, root_hash
from backend.audit.formats.tiles import EntryTooLong, MalformedTile, Tile


def numbered(begin: int, end: int) -> list[bytes]:
    return [number.to_bytes(4) for number in range(begin, end)]


def missing(tile: Tile) -> bytes:
    raise AssertionError(f"{tile.path} should not have been read")


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 67, 17), "tile/1/067.p/17"),
        (Tile(None, 1000, 1), "tile/entries/x001/000.p/1"),
        (Tile(63, 999), "tile/63/999"),
    ],
)
def test_a_tile_has_the_specified_path(tile: Tile, path: str) -> None:
    assert (tile.path, Tile.parse(path)) == (path, tile)


@given(st.none() | st.integers(0, 63), st.integers(0, 2**56), st.integers(1, 256))
def test_every_path_reads_back(level: int | None, index: int, width: int) -> None:
    assert Tile.parse(Tile(level, index, width).path) == Tile(level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/64/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/007",
        "tile/0/000.p/",
        "tile/-1/000",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "tile/leaves/000",
        "tile/0/../000",
    ],
)
def test_another_spelling_of_a_path_is_refused(path: str) -> None:
    with pytest.raises(MalformedTile):
        Tile.parse(path)


@pytest.mark.parametrize(("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_an_impossible_tile_is_refused(level: int, index: int, width: int) -> None:
    with pytest.raises(MalformedTile):
        Tile(level, index, width)


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    found = list(tiles.hash_tiles(70_000))
    full = [tile for tile in found if tile.width == 256]
    assert [sum(tile.level == level for tile in full) for level in range(3)] == [273, 1, 0]
    assert [tile for tile in found if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]


def test_a_tree_of_256_has_a_full_tile_and_one_above() -> None:
    assert list(tiles.hash_tiles(256)) == [Tile(0, 0), Tile(1, 0, 1)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 700), max_size=6))
def test_growing_in_any_batches_writes_exactly_the_tiles_of_the_tree(batches: list[int]) -> None:
    store, bundles, frontier = dict[Tile, bytes](), dict[Tile, bytes](), Frontier()
    for batch in batches:
        entries = numbered(frontier.size, frontier.size + batch)
        bundles |= tiles.grow_bundles(frontier.size, entries, bundles.__getitem__)
        frontier, written = tiles.grow(frontier, leaf_hashes(entries), store.__getitem__)
        store |= written
    size = frontier.size
    assert root_hash(tiles.node_getter(store.__getitem__, size), size) == frontier.root
    assert [
        entry for tile in tiles.entry_bundles(size) for entry in tiles.decode_bundle(bundles[tile], tile.width)
    ] == (numbered(0, size))
    at_once = dict(tiles.grow(Frontier(), leaf_hashes(numbered(0, size)), missing)[1])
    assert at_once == {tile: store[tile] for tile in tiles.hash_tiles(size)}


def test_nodes_two_tile_levels_up_come_from_the_tiles() -> None:
    size = 256 * 256 + 300
    leaves = leaf_hashes(numbered(0, size))
    frontier, written = tiles.grow(Frontier(), leaves, missing)
    get_node = tiles.node_getter(dict(written).__getitem__, size)
    completed = Frontier().grow(leaves).completed
    places = [(0, size - 1), (5, 2000), (8, 256), (9, 127), (13, 7), (16, 0)]
    assert [get_node(*place) for place in places] == [completed[level][index] for level, index in places]
    assert root_hash(get_node, size) == frontier.root


def test_only_tiles_that_were_partial_are_read_when_growing() -> None:
    asked = []
    frontier, written = tiles.grow(Frontier(), leaf_hashes(numbered(0, 300)), missing)
    store = dict(written)

    def read(tile: Tile) -> bytes:
        asked.append(tile)
        return store[tile]

    tiles.grow(frontier, leaf_hashes(numbered(300, 301)), read)
    assert asked == [Tile(0, 1, 44)]


def test_a_wider_tile_stands_in_for_a_narrower_one() -> None:
    leaves = leaf_hashes(numbered(0, 256))
    assert tiles.read_hashes(lambda _: b"".join(leaves), Tile(0, 0, 7)) == leaves[:7]


@pytest.mark.parametrize("length", [0, 31, 33, 32 * 6, 32 * 257])
def test_a_tile_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(MalformedTile, match="7 hashes"):
        tiles.read_hashes(lambda _: b"h" * length, Tile(0, 0, 7))


@pytest.mark.parametrize(("level", "index"), [(0, 300), (3, 37), (8, 1), (9, 0)])
def test_a_node_beyond_the_tree_is_refused(level: int, index: int) -> None:
    with pytest.raises(MalformedTile):
        tiles.node_getter(missing, 300)(level, index)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_reads_back(entries: list[bytes]) -> None:
    assert tiles.decode_bundle(tiles.encode_bundle(entries), len(entries)) == entries


def test_a_bundle_prefixes_entries_with_their_big_endian_length() -> None:
    assert tiles.encode_bundle([b"ab", b"", b"c" * 258]) == b"\x00\x02ab\x00\x00\x01\x02" + b"c" * 258


def test_the_longest_entry_fits_and_one_more_byte_does_not() -> None:
    assert tiles.decode_bundle(tiles.encode_bundle([b"e" * 65_535]), 1) == [b"e" * 65_535]
    with pytest.raises(EntryTooLong, match="65536 bytes"):
        tiles.encode_bundle([b"", b"e" * 65_536])


@pytest.mark.parametrize("count", [0, 257])
def test_a_bundle_of_no_or_too_many_entries_is_refused(count: int) -> None:
    with pytest.raises(MalformedTile):
        tiles.encode_bundle([b""] * count)


@pytest.mark.parametrize(
    ("data", "width"),
    [(b"\x00", 1), (b"\x00\x02a", 1), (b"\x00\x01ab", 1), (b"\x00\x01a", 2), (b"", 1), (b"\0\0" * 257, 1)],
)
def test_a_broken_bundle_is_refused(data: bytes, width: int) -> None:
    with pytest.raises(MalformedTile):
        tiles.decode_bundle(data, width)
