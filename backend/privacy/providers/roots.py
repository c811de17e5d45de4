"""The root keys in force: one that wraps, and older ones that still open what it has not yet rewrapped."""

import base64
import binascii
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.privacy.errors import RootKeyMalformed
from backend.privacy.wrapping import KEY, root_id


class Root(NamedTuple):
    id: int
    aead: AESGCM


class Roots:
    def __init__(self, current: bytes, previous: Sequence[bytes] = ()) -> None:
        self.current = Root(root_id(current), AESGCM(current))
        self._by_id = {root_id(key): AESGCM(key) for key in previous} | {self.current.id: self.current.aead}

    def get(self, number: int) -> AESGCM | None:
        return self._by_id.get(number)


def decode_root(text: str, source: str) -> bytes:
    """Base64 of exactly 32 bytes; `source` (a path or a variable's name) goes into the error."""
    key = _base64(text.strip())
    if key is None or len(key) != KEY:
        raise RootKeyMalformed(source=source)
    return key


def encode_root(key: bytes) -> str:
    return base64.b64encode(key).decode() + "\n"


def _base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
