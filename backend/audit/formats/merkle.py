"""The Merkle tree of RFC 6962 section 2 (RFC 9162 section 2.1): hashes, the growing right edge, proofs.

leaf = SHA-256(0x00 ‖ entry), node = SHA-256(0x01 ‖ left ‖ right), empty root = SHA-256(""). A *node* is the hash of a
perfect subtree, addressed `(level, index)`: it covers leaves `index · 2^level` up to `(index + 1) · 2^level`, and never
changes once its leaves are there. A tree of any size is a short row of such nodes, one per set bit of the size.

Verification is in `verification.py`; it shares nothing with the way proofs are built here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

from backend.audit.formats import FormatError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

NodeGetter = Callable[[int, int], bytes]
"""(level, index) → the 32-byte hash of that perfect subtree."""


class OutsideTree(FormatError):
    """A proof or a root was asked for an index or a size that the tree does not have."""


class BrokenFrontier(FormatError):
    """The stored right edge of a tree does not belong to its size."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Leaf hashes of many entries; the comprehension keeps Python's share below that of SHA-256 itself."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def pair_up(hashes: Sequence[bytes]) -> list[bytes]:
    """The level above: one node for every two hashes, a last odd one left out."""
    pairs = iter(hashes)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def _fold(nodes: Sequence[bytes]) -> bytes:
    """Root over perfect subtrees in order, largest (leftmost) first."""
    return reduce(lambda right, left: node_hash(left, right), reversed(nodes))


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: all that is needed to append to it and to know its root.

    `nodes` are the hashes of the maximal perfect subtrees from left to right, one per set bit of `size`. A frontier is
    a value: a writer whose transaction fails keeps the one it had.
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.nodes) != self.size.bit_count():
            raise BrokenFrontier(f"a tree of {self.size} leaves does not have {len(self.nodes)} edge nodes")
        if any(len(node) != HASH_BYTES for node in self.nodes):
            raise BrokenFrontier("an edge node is not 32 bytes long")

    @property
    def root(self) -> bytes:
        return _fold(self.nodes) if self.nodes else EMPTY_ROOT

    def grow(self, leaves: Sequence[bytes]) -> "Growth":
        """Append leaf hashes, level by level, so that the cost per leaf is two hashes and no more."""
        left, edge, completed = list(self.nodes), list[bytes](), list[list[bytes]]()
        fresh = list(leaves)
        while fresh:
            level = len(completed)
            completed.append(fresh)
            row = [left.pop(), *fresh] if self.size >> level & 1 else fresh
            if len(row) % 2:
                edge.append(row[-1])
            fresh = pair_up(row)
        return Growth(Frontier(self.size + len(leaves), (*left, *reversed(edge))), completed)


@dataclass(frozen=True, slots=True)
class Growth:
    """The tree after appending, and the nodes that became complete: `completed[level][i]` has index
    `(old size >> level) + i`."""

    frontier: Frontier
    completed: list[list[bytes]]


def _range_hash(get_node: NodeGetter, begin: int, end: int) -> bytes:
    """Hash over leaves [begin, end) where begin is a multiple of every power of two up to the length, as it always is
    for the subtrees that RFC 6962 splits off."""
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append(get_node(level, begin >> level))
        begin += 1 << level
    return _fold(nodes)


def _split(length: int) -> int:
    """The largest power of two smaller than `length`: where RFC 6962 splits a tree."""
    return 1 << ((length - 1).bit_length() - 1)


def root_hash(get_node: NodeGetter, size: int) -> bytes:
    """Root of the tree over the first `size` leaves."""
    if size < 0:
        raise OutsideTree(f"a tree cannot have {size} leaves")
    return _range_hash(get_node, 0, size) if size else EMPTY_ROOT


def inclusion_proof(get_node: NodeGetter, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962 section 2.1.1, from the leaf's sibling up to the root's child."""
    if not 0 <= index < size:
        raise OutsideTree(f"entry {index} is not in a tree of {size} entries")
    path, begin, end = list[bytes](), 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_hash(get_node, middle, end))
            end = middle
        else:
            path.append(_range_hash(get_node, begin, middle))
            begin = middle
    return path[::-1]


def consistency_proof(get_node: NodeGetter, old_size: int, new_size: int) -> list[bytes]:
    """PROOF(old_size, D[new_size]) of RFC 6962 section 2.1.2.

    Nothing can be proven about the empty tree, so old_size 0 is refused (as transparency-dev/merkle does since its
    pull request 236); a caller that starts from nothing trusts its first head instead.
    """
    if not 0 < old_size <= new_size:
        raise OutsideTree(f"no consistency proof leads from {old_size} entries to {new_size}")
    path, begin, end = list[bytes](), 0, new_size
    while old_size != end:
        middle = begin + _split(end - begin)
        if old_size <= middle:
            path.append(_range_hash(get_node, middle, end))
            end = middle
        else:
            path.append(_range_hash(get_node, begin, middle))
            begin = middle
    if begin > 0:
        path.append(_range_hash(get_node, begin, end))
    return path[::-1]
