"""Proofs against the published vectors of transparency-dev/merkle, and against every mutation of random trees.

The vectors' `subtree*` directories belong to draft-ietf-plants-merkle-tree-certs, whose proofs start at any leaf. Where
a case starts at leaf 0 it is a plain proof of RFC 6962 (tree size = `end`), and is checked here too; the others ask
questions that this log never answers.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.audit.formats.merkle import (
    EMPTY_ROOT,
    Frontier,
    NodeGetter,
    consistency_proof,
    inclusion_proof,
    leaf_hashes,
    root_hash,
)
from backend.audit.formats.verification import (
    NotAHash,
    OutOfRange,
    ProofRefused,
    RootMismatch,
    WrongLength,
    verify_consistency,
    verify_inclusion,
)


def cases(directory: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(directory.rglob("*.json")):
        yield path, json.loads(path.read_text())


def hashes(case: dict[str, Any]) -> list[bytes]:
    return [b64decode(text) for text in case["proof"] or []]


def refused(check: Any, *arguments: object) -> bool:
    try:
        check(*arguments)
    except ProofRefused:
        return True
    return False


def wrong_inclusion_verdicts(directory: Path, size: str) -> tuple[int, list[Path]]:
    seen = [(path, case) for path, case in cases(directory) if case.get("start", 0) == 0]
    wrong = [
        path
        for path, c in seen
        if refused(verify_inclusion, b64decode(c["leafHash"]), c["leafIdx"], c[size], hashes(c), b64decode(c["root"]))
        is not c["wantErr"]
    ]
    return len(seen), wrong


def wrong_consistency_verdicts(directory: Path, old: str, new: str) -> tuple[int, list[Path]]:
    # The empty subtree [0, 0) is valid in the draft and meaningless in RFC 6962.
    seen = [(p, c) for p, c in cases(directory) if c.get("start", 0) == 0 and (old == "size1" or c["end"] > 0)]
    wrong = [
        path
        for path, c in seen
        if refused(verify_consistency, c[old], c[new], hashes(c), b64decode(c["root1"]), b64decode(c["root2"]))
        is not c["wantErr"]
    ]
    return len(seen), wrong


def test_all_98_inclusion_vectors_get_their_verdict(merkle_vectors: Path) -> None:
    directory = merkle_vectors / "transparency-dev-merkle/testdata/inclusion"
    assert wrong_inclusion_verdicts(directory, "treeSize") == (98, [])


def test_all_98_consistency_vectors_get_their_verdict(merkle_vectors: Path) -> None:
    directory = merkle_vectors / "transparency-dev-merkle/testdata/consistency"
    assert wrong_consistency_verdicts(directory, "size1", "size2") == (98, [])


def test_subtree_inclusion_vectors_from_leaf_0_get_their_verdict(merkle_vectors: Path) -> None:
    directory = merkle_vectors / "transparency-dev-merkle/testdata/subtreeinclusion"
    count, wrong = wrong_inclusion_verdicts(directory, "end")
    assert (count > 90, wrong) == (True, [])


def test_subtree_consistency_vectors_from_leaf_0_get_their_verdict(merkle_vectors: Path) -> None:
    directory = merkle_vectors / "transparency-dev-merkle/testdata/subtreeconsistency"
    count, wrong = wrong_consistency_verdicts(directory, "end", "size")
    assert (count > 80, wrong) == (True, [])


LEAVES = leaf_hashes([number.to_bytes(2) for number in range(300)])
COMPLETED = Frontier().grow(LEAVES).completed


def get_node(level: int, index: int) -> bytes:
    return COMPLETED[level][index]


NODES: NodeGetter = get_node
ROOTS = [root_hash(NODES, size) for size in range(len(LEAVES) + 1)]
SIZES = st.integers(1, len(LEAVES))


@st.composite
def positions(draw: st.DrawFn) -> tuple[int, int]:
    """An index and the size of a tree that has it."""
    size = draw(SIZES)
    return draw(st.integers(0, size - 1)), size


@st.composite
def two_sizes(draw: st.DrawFn) -> tuple[int, int]:
    new = draw(SIZES)
    return draw(st.integers(1, new)), new


def mutations(proof: list[bytes], data: st.DataObject) -> Iterator[list[bytes]]:
    """The proof with one bit flipped, one hash dropped, one put in, two swapped, one cut short."""
    at = data.draw(st.integers(0, len(proof)))
    yield [*proof[:at], data.draw(st.sampled_from([*ROOTS, *LEAVES])), *proof[at:]]
    if not proof:
        return
    at = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytearray(proof[at])
    flipped[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    yield [*proof[:at], bytes(flipped), *proof[at + 1 :]]
    yield proof[:at] + proof[at + 1 :]
    yield [*proof[:at], proof[at][:-1], *proof[at + 1 :]]
    other = data.draw(st.integers(0, len(proof) - 1))
    swapped = list(proof)
    swapped[at], swapped[other] = swapped[other], swapped[at]
    if swapped != proof:
        yield swapped


@given(SIZES)
def test_root_from_nodes_is_the_root_of_the_frontier(size: int) -> None:
    assert root_hash(NODES, size) == Frontier().grow(LEAVES[:size]).frontier.root


def test_root_from_nodes_of_nothing_is_the_empty_root() -> None:
    assert root_hash(NODES, 0) == EMPTY_ROOT


@given(positions())
def test_every_inclusion_proof_verifies(position: tuple[int, int]) -> None:
    index, size = position
    verify_inclusion(LEAVES[index], index, size, inclusion_proof(NODES, index, size), ROOTS[size])


@given(positions(), st.data())
def test_every_mutated_inclusion_proof_is_refused(position: tuple[int, int], data: st.DataObject) -> None:
    index, size = position
    for mutant in mutations(inclusion_proof(NODES, index, size), data):
        with pytest.raises(ProofRefused):
            verify_inclusion(LEAVES[index], index, size, mutant, ROOTS[size])


@given(positions(), positions())
def test_inclusion_proof_for_another_place_is_refused(position: tuple[int, int], other: tuple[int, int]) -> None:
    index, size = position
    proof = inclusion_proof(NODES, index, size)
    if other[0] != index:
        with pytest.raises(ProofRefused):
            verify_inclusion(LEAVES[index], other[0], size, proof, ROOTS[size])
        with pytest.raises(ProofRefused):
            verify_inclusion(LEAVES[other[0]], index, size, proof, ROOTS[size])
    if other[1] != size:
        with pytest.raises(ProofRefused):
            verify_inclusion(LEAVES[index], index, other[1], proof, ROOTS[other[1]])
        with pytest.raises(ProofRefused):
            verify_inclusion(LEAVES[index], index, size, proof, ROOTS[other[1]])


@given(two_sizes())
def test_every_consistency_proof_verifies(sizes: tuple[int, int]) -> None:
    old, new = sizes
    verify_consistency(old, new, consistency_proof(NODES, old, new), ROOTS[old], ROOTS[new])


@given(two_sizes(), st.data())
def test_every_mutated_consistency_proof_is_refused(sizes: tuple[int, int], data: st.DataObject) -> None:
    old, new = sizes
    for mutant in mutations(consistency_proof(NODES, old, new), data):
        with pytest.raises(ProofRefused):
            verify_consistency(old, new, mutant, ROOTS[old], ROOTS[new])


@given(two_sizes(), two_sizes())
def test_consistency_proof_for_other_heads_is_refused(sizes: tuple[int, int], others: tuple[int, int]) -> None:
    (old, new), (other_old, other_new) = sizes, others
    proof = consistency_proof(NODES, old, new)
    if other_old != old:
        with pytest.raises(ProofRefused):
            verify_consistency(old, new, proof, ROOTS[other_old], ROOTS[new])
        with pytest.raises(ProofRefused):
            verify_consistency(other_old, new, proof, ROOTS[other_old], ROOTS[new])
    if other_new != new:
        with pytest.raises(ProofRefused):
            verify_consistency(old, new, proof, ROOTS[old], ROOTS[other_new])
        with pytest.raises(ProofRefused):
            verify_consistency(old, other_new, proof, ROOTS[old], ROOTS[other_new])


@given(two_sizes(), st.data())
def test_a_rewritten_history_has_no_consistency_proof(sizes: tuple[int, int], data: st.DataObject) -> None:
    old, new = sizes
    forged = list(LEAVES[:new])
    forged[data.draw(st.integers(0, old - 1))] = data.draw(st.binary(min_size=32, max_size=32))
    growth = Frontier().grow(forged)
    proof = consistency_proof(lambda level, index: growth.completed[level][index], old, new)
    with pytest.raises(RootMismatch):
        verify_consistency(old, new, proof, ROOTS[old], growth.frontier.root)


def test_the_error_names_the_root_that_does_not_match() -> None:
    proof = consistency_proof(NODES, 6, 8)
    with pytest.raises(RootMismatch) as caught:
        verify_consistency(6, 8, proof, ROOTS[5], ROOTS[8])
    assert (caught.value.size, caught.value.expected) == (6, ROOTS[5])


def test_the_error_names_the_length_that_was_needed() -> None:
    with pytest.raises(WrongLength) as caught:
        verify_inclusion(LEAVES[2], 2, 7, [], ROOTS[7])
    assert (caught.value.got, caught.value.want) == (0, 3)


def test_the_error_names_the_hash_that_is_none() -> None:
    first, _, third = inclusion_proof(NODES, 2, 7)
    with pytest.raises(NotAHash, match="hash 1 of the proof has 3 bytes"):
        verify_inclusion(LEAVES[2], 2, 7, [first, b"abc", third], ROOTS[7])


def test_the_error_names_an_old_root_that_is_no_hash() -> None:
    with pytest.raises(NotAHash, match="the old root has 31 bytes"):
        verify_consistency(4, 8, consistency_proof(NODES, 4, 8), ROOTS[4][:-1], ROOTS[8])


def test_consistency_with_the_empty_tree_is_refused_even_with_itself() -> None:
    with pytest.raises(OutOfRange):
        verify_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
