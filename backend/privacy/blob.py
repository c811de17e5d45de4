"""A document at rest, sealed in chunks: format DB1, frozen by `tests/privacy/golden/blob.json`.

    blob  = header ‖ chunk 0 ‖ chunk 1 ‖ … ‖ last chunk          header = 0x01 ‖ key version u32 ‖ size u32 ‖ salt[32]
    key   = HKDF-SHA256(data key, salt, info = "DB1" ‖ frame(tenant, owner, document), 32)
    chunk = AES-256-GCM(plaintext of `size` bytes, the last one shorter or equal) ‖ tag[16]
    nonce = 0^7 ‖ chunk index u32 ‖ last (0x00 or 0x01)           AAD = "DB1" ‖ header ‖ frame(tenant, owner, document)

This is STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015) with a key of its own for every blob, so a counter
may be the nonce. There is always a last chunk, an empty one for an empty document. Chunks are released as they are
verified: a document that was cut short is only known to be so at its end, so act on it after the iterator has ended.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.privacy.errors import BlobKeyMismatch, BlobMalformed, BlobUnreadable
from backend.privacy.framing import frame

CHUNK: Final = 64 * 1024
LARGEST_CHUNK: Final = 16 * 1024 * 1024  # what a forged header may make us hold in memory
_FORMAT = 1
_LABEL = b"DB1"
_SALT = 32
_TAG = 16
_HEADER = struct.Struct(f">BII{_SALT}s")
_NONCE = struct.Struct(">7xIB")


class BlobRef(NamedTuple):
    """Which document it is; the same bytes do not open as another one."""

    tenant_id: UUID
    owner_id: UUID
    document_id: UUID


def seal_blob(
    data_key: bytes,
    key_version: int,
    ref: BlobRef,
    source: Iterable[bytes],
    *,
    chunk: int = CHUNK,
    salt: bytes | None = None,
) -> Iterator[bytes]:
    """`source` may come in pieces of any length. `salt` is given by golden vectors alone."""
    salt = salt or os.urandom(_SALT)
    header = _HEADER.pack(_FORMAT, key_version, chunk, salt)
    aead, aad = _bound(data_key, salt, header, ref)
    yield header
    for index, last, plaintext in _chunks(iter(source), chunk):
        yield aead.encrypt(_NONCE.pack(index, last), plaintext, aad)


def open_blob(data_key: bytes, key_version: int, ref: BlobRef, source: Iterable[bytes]) -> Iterator[bytes]:
    """Raises BlobMalformed, BlobKeyMismatch or BlobUnreadable."""
    pieces = _Pieces(iter(source))
    header = pieces.take(_HEADER.size)
    chunk, salt = _parse(header, key_version, ref)
    aead, aad = _bound(data_key, salt, header, ref)
    for index, last, sealed in _chunks(pieces.rest(), chunk + _TAG):
        yield _decrypted(aead, _NONCE.pack(index, last), sealed, aad, ref)


def key_version(ref: BlobRef, start: bytes) -> int:
    """The version of the data key that a blob needs, from its first 41 bytes or more."""
    return _unpack(start[: _HEADER.size], ref)[1]


def _parse(header: bytes, given: int, ref: BlobRef) -> tuple[int, bytes]:
    _, version, chunk, salt = _unpack(header, ref)
    if version != given:
        raise BlobKeyMismatch(document_id=ref.document_id, sealed_with=version, given=given)
    return chunk, salt


def _unpack(header: bytes, ref: BlobRef) -> tuple[int, int, int, bytes]:
    if len(header) != _HEADER.size or header[0] != _FORMAT:
        raise BlobMalformed(document_id=ref.document_id)
    form, version, chunk, salt = _HEADER.unpack(header)
    if not 1 <= chunk <= LARGEST_CHUNK:
        raise BlobMalformed(document_id=ref.document_id)
    return form, version, chunk, salt


def _bound(data_key: bytes, salt: bytes, header: bytes, ref: BlobRef) -> tuple[AESGCM, bytes]:
    place = frame(*(part.bytes for part in ref))
    key = HKDF(algorithm=SHA256(), length=32, salt=salt, info=_LABEL + place).derive(data_key)
    return AESGCM(key), _LABEL + header + place


def _decrypted(aead: AESGCM, nonce: bytes, sealed: bytes, aad: bytes, ref: BlobRef) -> bytes:
    try:
        return aead.decrypt(nonce, sealed, aad)
    except InvalidTag:
        raise BlobUnreadable(document_id=ref.document_id) from None


def _chunks(source: Iterator[bytes], size: int) -> Iterator[tuple[int, bool, bytes]]:
    """(index, is it the last, bytes): all but the last have `size` bytes; at least one comes."""
    pieces = _Pieces(source)
    index = 0
    current = pieces.take(size)
    while following := pieces.take(size):
        yield index, False, current
        index, current = index + 1, following
    yield index, True, current


class _Pieces:
    """Bytes in pieces of any length, taken in lengths we choose."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source = source
        self._held = bytearray()

    def take(self, size: int) -> bytes:
        """Fewer bytes only at the end."""
        while len(self._held) < size and (piece := next(self._source, None)) is not None:
            self._held += piece
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def rest(self) -> Iterator[bytes]:
        yield bytes(self._held)
        yield from self._source
