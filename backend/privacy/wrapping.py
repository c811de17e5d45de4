"""Keys wrapped under keys: formats TK1, IR1 and DK1, frozen by `tests/privacy/golden/wrapping.json`.

    wrapped = 0x01 ‖ parent u32 ‖ number u32 ‖ nonce[12] ‖ AES-256-GCM(key[32]) ‖ tag[16]                    (69 bytes)
    AAD     = label ‖ 0x01 ‖ parent u32 ‖ number u32 ‖ frame(context)

    | what       | label | wrapped under | parent               | number      | context       |
    |------------|-------|---------------|----------------------|-------------|---------------|
    | tenant key | TK1   | root          | root id              | epoch       | tenant        |
    | index root | IR1   | root          | root id              | version     |               |
    | data key   | DK1   | tenant key    | epoch of tenant key  | key version | tenant, owner |

A root's id is the first four bytes of SHA-256("TENURE ROOT" ‖ root), so that a key names the root it needs.
"""

import hashlib
import os
import struct
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.privacy.errors import KeyUnreadable
from backend.privacy.framing import frame

KEY: Final = 32
_FORMAT = 1
_NONCE = 12
_HEADER = struct.Struct(">BII")
WRAPPED: Final = _HEADER.size + _NONCE + KEY + 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where a wrapped key belongs; the same bytes anywhere else do not open."""

    kind: str
    label: bytes
    context: tuple[bytes, ...]


def tenant_key(tenant_id: UUID) -> Place:
    return Place("tenant key", b"TK1", (tenant_id.bytes,))


def index_root() -> Place:
    return Place("index root", b"IR1", ())


def data_key(tenant_id: UUID, owner_id: UUID) -> Place:
    return Place("data key", b"DK1", (tenant_id.bytes, owner_id.bytes))


def root_id(root: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"TENURE ROOT" + root).digest()[:4], "big")


def wrap(under: AESGCM, parent: int, number: int, place: Place, key: bytes, *, nonce: bytes | None = None) -> bytes:
    """`nonce` is given by golden vectors alone."""
    header = _HEADER.pack(_FORMAT, parent, number)
    nonce = nonce or os.urandom(_NONCE)
    return header + nonce + under.encrypt(nonce, key, _aad(place, header))


def unwrap(under: AESGCM, place: Place, wrapped: bytes) -> bytes:
    """Raises KeyUnreadable."""
    ids(place, wrapped)
    body = _HEADER.size
    try:
        return under.decrypt(wrapped[body : body + _NONCE], wrapped[body + _NONCE :], _aad(place, wrapped[:body]))
    except InvalidTag:
        raise KeyUnreadable(kind=place.kind) from None


def ids(place: Place, wrapped: bytes) -> tuple[int, int]:
    """(parent, number): what is needed to find the wrapping key. Raises KeyUnreadable for another format."""
    if len(wrapped) != WRAPPED or wrapped[0] != _FORMAT:
        raise KeyUnreadable(kind=place.kind)
    _, parent, number = _HEADER.unpack_from(wrapped)
    return parent, number


def _aad(place: Place, header: bytes) -> bytes:
    return place.label + header + frame(*place.context)
