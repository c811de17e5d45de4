"""Format DB1: documents come back whole, and cut, reordered or swapped ones are refused."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.privacy.blob import BlobRef, key_version, open_blob, seal_blob
from backend.privacy.errors import BlobKeyMismatch, BlobMalformed, BlobUnreadable

HEADER = 41
CHUNK = 16
SEALED = CHUNK + 16


@pytest.fixture(scope="session")
def ref(tenant: UUID, owner: UUID, row: UUID) -> BlobRef:
    return BlobRef(tenant, owner, row)


def _seal(key: bytes, ref: BlobRef, content: bytes) -> bytes:
    return b"".join(seal_blob(key, 1, ref, [content], chunk=CHUNK))


def _open(key: bytes, ref: BlobRef, blob: bytes) -> bytes:
    return b"".join(open_blob(key, 1, ref, [blob]))


def test_golden_vectors_are_reproduced_byte_for_byte(golden: dict[str, Any]) -> None:
    for case in golden["cases"]:
        ref = BlobRef(UUID(case["tenant"]), UUID(case["owner"]), UUID(case["document"]))
        key, content, salt = (bytes.fromhex(case[name]) for name in ("key", "content", "salt"))
        pieces = seal_blob(key, case["key_version"], ref, [content], chunk=case["chunk"], salt=salt)
        assert b"".join(pieces).hex() == case["blob"]


@given(pieces=st.lists(st.binary(max_size=70)), cut=st.integers(1, 50))
def test_document_in_pieces_of_any_length_comes_back(key: bytes, ref: BlobRef, pieces: list[bytes], cut: int) -> None:
    blob = b"".join(seal_blob(key, 1, ref, pieces, chunk=CHUNK))
    arriving = [blob[start : start + cut] for start in range(0, len(blob), cut)]
    assert b"".join(open_blob(key, 1, ref, arriving)) == b"".join(pieces)


def test_every_flipped_bit_is_refused(key: bytes, ref: BlobRef) -> None:
    blob = _seal(key, ref, bytes(40))
    for bit in range(len(blob) * 8):
        changed = bytearray(blob)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((BlobUnreadable, BlobMalformed, BlobKeyMismatch)):
            _open(key, ref, bytes(changed))


@pytest.mark.parametrize("size", [0, CHUNK, 3 * CHUNK, 40])
def test_every_truncation_is_refused(key: bytes, ref: BlobRef, size: int) -> None:
    blob = _seal(key, ref, bytes(size))
    for length in range(len(blob)):
        with pytest.raises((BlobUnreadable, BlobMalformed)):
            _open(key, ref, blob[:length])


def test_extension_is_refused(key: bytes, ref: BlobRef) -> None:
    blob = _seal(key, ref, bytes(40))
    for extra in (b"\0", blob[HEADER : HEADER + SEALED], bytes(16)):
        with pytest.raises(BlobUnreadable):
            _open(key, ref, blob + extra)


def test_reordered_and_repeated_chunks_are_refused(key: bytes, ref: BlobRef) -> None:
    blob = _seal(key, ref, bytes(4 * CHUNK))
    head, a, b, rest = (
        blob[:HEADER],
        blob[HEADER : HEADER + SEALED],
        blob[HEADER + SEALED : HEADER + 2 * SEALED],
        blob[HEADER + 2 * SEALED :],
    )
    for changed in (head + b + a + rest, head + a + a + rest, head + a + rest):
        with pytest.raises(BlobUnreadable):
            _open(key, ref, changed)


def test_chunk_of_another_sealing_of_the_same_document_is_refused(key: bytes, ref: BlobRef) -> None:
    one, two = _seal(key, ref, bytes(40)), _seal(key, ref, bytes(40))
    with pytest.raises(BlobUnreadable):
        _open(key, ref, one[: HEADER + SEALED] + two[HEADER + SEALED :])


@pytest.mark.parametrize("part", ["tenant_id", "owner_id", "document_id"])
def test_document_of_another_place_is_refused(key: bytes, ref: BlobRef, other: UUID, part: str) -> None:
    with pytest.raises(BlobUnreadable):
        _open(key, ref._replace(**{part: other}), _seal(key, ref, b"scan"))


def test_other_key_and_other_version_are_told_apart(key: bytes, ref: BlobRef) -> None:
    blob = _seal(key, ref, b"scan")
    assert key_version(ref, blob) == 1
    with pytest.raises(BlobUnreadable):
        _open(bytes(32), ref, blob)
    with pytest.raises(BlobKeyMismatch):
        list(open_blob(key, 2, ref, [blob]))
