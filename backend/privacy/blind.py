"""Equality search over sealed values: format BI1, frozen by `tests/privacy/golden/blind.json`.

    key = HKDF-SHA256(index root, salt = none, info = "BI1" ‖ frame(tenant, table, column, index name, version u32), 32)
    tag = the first `bits` bits of HMAC-SHA256(key, UTF-8 of NFKC(transform(value))), rest of the last byte zero

The index root is independent of every encryption key. Whoever reads a column of tags learns which rows share a value
and how often each occurs. For a unique identifier that is nothing; a skewed field (a city, a surname) is truncated
until a tag stands for several values, and a field of a few values has no index at all. A lookup therefore filters by
tag, decrypts and compares. CipherSweet (paragonie) differs in key derivation; its vectors do not apply to BI1.
"""

import hmac
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

import idna
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.privacy.errors import IndexRefused, NotIndexable
from backend.privacy.field import FieldRef
from backend.privacy.framing import frame

FULL_BITS: Final = 128
_E164_DIGITS = range(4, 16)  # ITU-T E.164: at most 15 digits
_PHONE_SEPARATORS = frozenset(" -./()")


def derive(root: bytes, label: bytes, *parts: bytes) -> bytes:
    """A 32-byte key of its own for one purpose."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label + frame(*parts)).derive(root)


def _identity(value: str) -> str | None:
    return value or None


def _identifier(value: str) -> str | None:
    """Letters and digits, upper case: 'ab 12-34/5' and 'AB12345' are one identifier."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", value).upper())) or None


def _email(value: str) -> str | None:
    """Lower case, the domain as IDNA 2008 (UTS 46) A-labels."""
    local, at, domain = unicodedata.normalize("NFKC", value).strip().lower().rpartition("@")
    if not (local and at):
        return None
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except UnicodeError:  # IDNAError is one
        return None


def _phone(value: str) -> str | None:
    """The digits of a number given in E.164 form, with or without its plus sign."""
    number = unicodedata.normalize("NFKC", value).strip().removeprefix("+")
    digits = [character for character in number if character not in _PHONE_SEPARATORS]
    if len(digits) not in _E164_DIGITS or not all(map(str.isdecimal, digits)):
        return None
    return "".join(str(unicodedata.decimal(digit)) for digit in digits)


TRANSFORMS: Final[dict[str, Callable[[str], str | None]]] = {
    "identity": _identity,
    "identifier": _identifier,
    "email": _email,
    "phone": _phone,
}
"""By the name that an index definition carries; None is 'no such value', never a tag."""


@dataclass(frozen=True, slots=True)
class BlindIndex:
    """Made by `unique` or `skewed`. `version` rises when the transform changes; another index root is another key."""

    ref: FieldRef
    name: str
    transform: str
    bits: int
    version: int = 1

    def __post_init__(self) -> None:
        if self.transform not in TRANSFORMS:
            raise ValueError(f"unknown transform {self.transform!r}; known are {', '.join(TRANSFORMS)}")
        if not 1 <= self.bits <= FULL_BITS:
            raise ValueError(f"a blind index has 1 to {FULL_BITS} bits, not {self.bits}")

    @classmethod
    def unique(cls, ref: FieldRef, name: str, transform: str, *, version: int = 1) -> Self:
        """For identifiers that nearly every row has to itself."""
        return cls(ref, name, transform, FULL_BITS, version)

    @classmethod
    def skewed(
        cls, ref: FieldRef, name: str, transform: str, *, distinct: int, crowd: int = 4, version: int = 1
    ) -> Self:
        """The most bits that still let a tag stand for `crowd` of the `distinct` values on average.

        Raises IndexRefused where that is less than one bit: booleans, sexes, risk classes.
        """
        bits = (distinct // crowd).bit_length() - 1
        if bits < 1:
            raise IndexRefused(column=str(ref), distinct=distinct)
        return cls(ref, name, transform, min(bits, FULL_BITS), version)


class Blinder:
    """The tags of one tenant. Keys are derived once for each index."""

    def __init__(self, index_root: bytes, tenant_id: UUID) -> None:
        self._root = index_root
        self._tenant_id = tenant_id
        self._keys: dict[BlindIndex, bytes] = {}

    def tag(self, index: BlindIndex, value: str) -> bytes:
        """⌈bits / 8⌉ bytes. Raises NotIndexable for anything but text, and for text the transform has no form for."""
        transformed = _utf8(TRANSFORMS[index.transform](value)) if type(value) is str else None
        if transformed is None:
            raise NotIndexable(column=str(index.ref), transform=index.transform)
        return _truncate(hmac.digest(self._key(index), transformed, "sha256"), index.bits)

    def _key(self, index: BlindIndex) -> bytes:
        key = self._keys.get(index)
        if key is None:
            parts = (index.ref.table, index.ref.column, index.name)
            encoded = [part.encode() for part in parts]
            key = derive(self._root, b"BI1", self._tenant_id.bytes, *encoded, index.version.to_bytes(4, "big"))
            self._keys[index] = key
        return key


def _utf8(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        return unicodedata.normalize("NFKC", text).encode()
    except UnicodeEncodeError:
        return None


def _truncate(digest: bytes, bits: int) -> bytes:
    size = -(-bits // 8)
    return ((int.from_bytes(digest[:size], "big") >> (size * 8 - bits)) << (size * 8 - bits)).to_bytes(size, "big")
