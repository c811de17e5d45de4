from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.audit.formats import merkle
from backend.audit.formats.merkle import Frontier, leaf_hash, leaf_hashes, node_hash

# RFC 6962 test vectors, as in certificate-transparency's merkletree tests: eight inputs and the root at each size.
INPUTS = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
INPUTS.append(bytes(range(0x60, 0x70)))
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def reference_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, as it is written there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + reference_root(leaves[:split]) + reference_root(leaves[split:])).digest()


def some_leaves(count: int) -> list[bytes]:
    return leaf_hashes([number.to_bytes(4) for number in range(count)])


@pytest.mark.parametrize("size", range(9))
def test_root_equals_the_rfc_6962_vectors(size: int) -> None:
    assert Frontier().grow(leaf_hashes(INPUTS[:size])).frontier.root.hex() == ROOTS[size]


def test_leaf_hash_is_prefixed_with_zero() -> None:
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"


def test_node_hash_is_prefixed_with_one() -> None:
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


@given(st.lists(st.integers(0, 70), max_size=8))
def test_growing_in_any_batches_gives_the_root_of_the_whole(batches: list[int]) -> None:
    leaves = some_leaves(sum(batches))
    frontier, at = Frontier(), 0
    for batch in batches:
        frontier, at = frontier.grow(leaves[at : at + batch]).frontier, at + batch
    assert (frontier.size, frontier.root) == (len(leaves), reference_root(leaves))


@given(st.integers(0, 300), st.integers(0, 300))
def test_growth_names_every_node_that_became_complete(old: int, more: int) -> None:
    leaves = some_leaves(old + more)
    growth = Frontier().grow(leaves[:old]).frontier.grow(leaves[old:])
    for level in range((old + more).bit_length()):
        first, last = old >> level, old + more >> level
        expected = [reference_root(leaves[i << level : (i + 1) << level]) for i in range(first, last)]
        assert (growth.completed[level] if level < len(growth.completed) else []) == expected


def test_a_frontier_that_failed_to_be_stored_is_unchanged() -> None:
    frontier = Frontier().grow(some_leaves(5)).frontier
    before = (frontier.size, frontier.nodes)
    frontier.grow(some_leaves(9))
    assert (frontier.size, frontier.nodes) == before


@given(st.integers(0, 200))
def test_a_frontier_comes_back_from_its_nodes(size: int) -> None:
    frontier = Frontier().grow(some_leaves(size)).frontier
    assert Frontier(size, frontier.nodes).root == frontier.root


@pytest.mark.parametrize(
    ("size", "nodes"), [(1, ()), (3, (b"\0" * 32,)), (-1, ()), (1, (b"short",)), (0, (b"\0" * 32,))]
)
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, nodes: tuple[bytes, ...]) -> None:
    with pytest.raises(merkle.BrokenFrontier):
        Frontier(size, nodes)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_inclusion_proof_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(merkle.OutsideTree):
        merkle.inclusion_proof(lambda _level, _index: b"", index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (6, 5), (-1, 5)])
def test_consistency_proof_from_nothing_or_backwards_is_refused(old: int, new: int) -> None:
    with pytest.raises(merkle.OutsideTree):
        merkle.consistency_proof(lambda _level, _index: b"", old, new)


def test_root_of_a_negative_size_is_refused() -> None:
    with pytest.raises(merkle.OutsideTree):
        merkle.root_hash(lambda _level, _index: b"", -1)
