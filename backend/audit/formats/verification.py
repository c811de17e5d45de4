"""Checking inclusion and consistency proofs (RFC 9162 sections 2.1.3.2 and 2.1.4.2).

Each failure is an error of its own that names the step: the question makes no sense, the proof has the wrong number of
hashes, a hash is not a hash, or the root that comes out is not the root that was signed.
"""

from collections.abc import Sequence
from functools import reduce

from backend.audit.formats import FormatError
from backend.audit.formats.merkle import HASH_BYTES, node_hash


class ProofRefused(FormatError):
    """A proof does not prove what it claims."""


class OutOfRange(ProofRefused):
    """Index or sizes for which no proof can exist."""


class WrongLength(ProofRefused):
    """The number of hashes follows from index and size; this proof has another."""

    def __init__(self, got: int, want: int) -> None:
        super().__init__(f"the proof has {got} hashes, this position in the tree needs {want}")
        self.got, self.want = got, want


class NotAHash(ProofRefused):
    """A value in the place of a hash is not 32 bytes long."""

    def __init__(self, what: str, length: int) -> None:
        super().__init__(f"{what} has {length} bytes, a SHA-256 hash has {HASH_BYTES}")
        self.what = what


class RootMismatch(ProofRefused):
    """The proof leads to another root than the one given for the tree of `size` entries."""

    def __init__(self, size: int, computed: bytes, expected: bytes) -> None:
        super().__init__(
            f"the proof leads to root {computed.hex()} at size {size}, but the root there is {expected.hex()}"
        )
        self.size, self.computed, self.expected = size, computed, expected


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raises ProofRefused unless the leaf hash is entry `index` of the tree of `size` entries with this root."""
    if not 0 <= index < size:
        raise OutOfRange(f"entry {index} cannot be in a tree of {size} entries")
    _require_hash("the leaf hash", leaf)
    _require_hashes(proof)
    inner, border = _shape(index, size)
    _require_length(proof, inner + border)
    computed = _climb_left(_climb(leaf, proof[:inner], index), proof[inner:])
    _require_root(size, computed, root)


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raises ProofRefused unless the tree with `new_root` begins with the very entries of the tree with `old_root`.

    Size 0 is refused whatever the proof: every tree is an extension of the empty one, so there is nothing to verify.
    """
    if not 0 < old_size <= new_size:
        raise OutOfRange(f"a tree of {new_size} entries cannot be verified to extend one of {old_size}")
    if old_size == new_size:
        _require_length(proof, 0)
        _require_root(new_size, old_root, new_root)
        return
    _require_hash("the old root", old_root)
    _require_hashes(proof)
    level = (old_size & -old_size).bit_length() - 1  # of the last perfect subtree that ends at old_size
    position = (old_size - 1) >> level
    inner, border = _shape(old_size - 1, new_size)
    inner -= level
    _require_length(proof, inner + border + (1 if position else 0))
    seed, path = (proof[0], proof[1:]) if position else (old_root, proof)  # a power of two: the old root is the node
    old = _climb_left(_climb_older(seed, path[:inner], position), path[inner:])
    _require_root(old_size, old, old_root)
    new = _climb_left(_climb(seed, path[:inner], position), path[inner:])
    _require_root(new_size, new, new_root)


def _shape(index: int, size: int) -> tuple[int, int]:
    """How many hashes of an inclusion proof lie below the point where the paths to `index` and to the last entry part,
    and how many above it, where only left siblings are left."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _climb(seed: bytes, path: Sequence[bytes], position: int) -> bytes:
    for height, sibling in enumerate(path):
        seed = node_hash(sibling, seed) if position >> height & 1 else node_hash(seed, sibling)
    return seed


def _climb_older(seed: bytes, path: Sequence[bytes], position: int) -> bytes:
    """As the subtree was before anything stood to the right of the path."""
    return _climb_left(seed, [sibling for height, sibling in enumerate(path) if position >> height & 1])


def _climb_left(seed: bytes, path: Sequence[bytes]) -> bytes:
    return reduce(lambda right, left: node_hash(left, right), path, seed)


def _require_length(proof: Sequence[bytes], want: int) -> None:
    if len(proof) != want:
        raise WrongLength(len(proof), want)


def _require_hash(what: str, value: bytes) -> None:
    if len(value) != HASH_BYTES:
        raise NotAHash(what, len(value))


def _require_hashes(proof: Sequence[bytes]) -> None:
    for step, value in enumerate(proof):
        _require_hash(f"hash {step} of the proof", value)


def _require_root(size: int, computed: bytes, expected: bytes) -> None:
    if computed != expected:
        raise RootMismatch(size, computed, expected)
