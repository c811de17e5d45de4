"""One personal field, sealed for one place: format FE1, frozen by `tests/privacy/golden/field.json`.

    value      = 0x01 ‖ key version u32 ‖ nonce[12] ‖ AES-256-GCM(salt[16] ‖ UTF-8 text) ‖ tag[16] ‖ commitment[32]
    AAD        = "FE1" ‖ 0x01 ‖ key version u32 ‖ frame(tenant, table, column, row id, owner id)
    commitment = SHA-256(JCS([base64url(salt), "table.column", text]))

Integers are big-endian, ids are the 16 bytes of the UUID, names are UTF-8, `frame` is `framing.frame`, base64url has
no padding (RFC 9901). The commitment stands outside the ciphertext and the log holds it after the key is gone; opening
recomputes it, which also makes the value commit to its key (plain GCM does not: Dodis et al., CRYPTO 2018).
Nonces are random: at most 2^32 values for one key version (NIST SP 800-38D, 8.3), far beyond one customer.
"""

import binascii
import hashlib
import hmac
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.privacy.errors import FieldKeyMismatch, FieldMalformed, FieldText, FieldUnreadable
from backend.privacy.framing import frame

FORMAT = 1
NONCE = 12
SALT = 16
TAG = 16
COMMITMENT = 32
_LABEL = b"FE1"
_HEADER = struct.Struct(">BI")
_VERSION = struct.Struct(">I")
_HEADER_SIZE = _HEADER.size
_BODY = _HEADER_SIZE + NONCE
OVERHEAD = _BODY + SALT + TAG + COMMITMENT
_UUID_LENGTH = (16).to_bytes(2, "big")
_URLSAFE = bytes.maketrans(b"+/", b"-_")
_SALT_CHARACTERS = 22  # 16 bytes in base64 without padding


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A personal column. Keep one instance per column: it carries the encoded forms that sealing needs.

    `framed` ends with the length of the row id that follows it.
    """

    table: str
    column: str
    framed: bytes = field(init=False, repr=False, compare=False)
    jcs: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "framed", frame(self.table.encode(), self.column.encode()) + _UUID_LENGTH)
        object.__setattr__(self, "jcs", b'",' + orjson.dumps(str(self)) + b",")

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


class SealedValue(NamedTuple):
    """The parts of a stored value; `ciphertext` includes the tag."""

    key_version: int
    nonce: bytes
    ciphertext: bytes
    commitment: bytes


class Disclosure(NamedTuple):
    """What proves a committed value to somebody else: RFC 9901 shows salt, name and value."""

    salt: bytes
    text: str


def parse(ref: FieldRef, value: bytes) -> SealedValue:
    version = key_version(ref, value)
    return SealedValue(version, value[_HEADER_SIZE:_BODY], value[_BODY:-COMMITMENT], value[-COMMITMENT:])


def key_version(ref: FieldRef, value: bytes) -> int:
    """Raises FieldMalformed."""
    if len(value) < OVERHEAD or value[0] != FORMAT:
        raise FieldMalformed(column=str(ref))
    version: int = _VERSION.unpack_from(value, 1)[0]
    return version


def commitment(value: bytes) -> bytes:
    """The 32 bytes that record versions and the log hold in place of the value."""
    return value[-COMMITMENT:]


def recompute_commitment(ref: FieldRef, salt: bytes, text: str) -> bytes:
    return _commit(ref, salt, _quoted(ref, text))


class Sealer:
    """Seals and opens the fields of one customer under one version of the data key; safe to keep and share."""

    __slots__ = ("_aead", "_header", "_owner", "_prefix", "key_version")

    def __init__(self, data_key: bytes, key_version: int, tenant_id: UUID, owner_id: UUID) -> None:
        self.key_version = key_version
        self._aead = AESGCM(data_key)
        self._header = _HEADER.pack(FORMAT, key_version)
        self._prefix = _LABEL + self._header + frame(tenant_id.bytes)
        self._owner = frame(owner_id.bytes)

    def seal(
        self, ref: FieldRef, row_id: UUID, text: str, *, nonce: bytes | None = None, salt: bytes | None = None
    ) -> bytes:
        """Raises FieldText. `nonce` and `salt` are given by golden vectors and `reseal` alone."""
        quoted = _quoted(ref, text)
        if nonce is None or salt is None:
            fresh = os.urandom(NONCE + SALT)
            nonce, salt = nonce or fresh[:NONCE], salt or fresh[NONCE:]
        sealed = self._aead.encrypt(nonce, salt + text.encode(), self._aad(ref, row_id))
        return self._header + nonce + sealed + _commit(ref, salt, quoted)

    def seal_many(self, items: Iterable[tuple[FieldRef, UUID, str]]) -> list[bytes]:
        return [self.seal(ref, row_id, text) for ref, row_id, text in items]

    def disclose(self, ref: FieldRef, row_id: UUID, value: bytes) -> Disclosure:
        """Raises FieldMalformed, FieldKeyMismatch or FieldUnreadable; never returns what it could not verify."""
        sealed = parse(ref, value)
        if sealed.key_version != self.key_version:
            raise FieldKeyMismatch(column=str(ref), sealed_with=sealed.key_version, given=self.key_version)
        salted = self._decrypt(sealed.nonce, sealed.ciphertext, self._aad(ref, row_id))
        text = None if salted is None else _decoded(salted[SALT:])
        if salted is None or text is None or not _kept(ref, salted[:SALT], text, sealed.commitment):
            raise FieldUnreadable(column=str(ref))
        return Disclosure(salted[:SALT], text)

    def open(self, ref: FieldRef, row_id: UUID, value: bytes) -> str:
        """As `disclose`, in one piece: a page opens hundreds of fields. What is amiss is left to `disclose` to name."""
        if value[:_HEADER_SIZE] == self._header and len(value) >= OVERHEAD:
            salted = self._decrypt(value[_HEADER_SIZE:_BODY], value[_BODY:-COMMITMENT], self._aad(ref, row_id))
            text = None if salted is None else _decoded(salted[SALT:])
            if salted is not None and text is not None and _kept(ref, salted[:SALT], text, value[-COMMITMENT:]):
                return text
        return self.disclose(ref, row_id, value).text

    def open_many(self, items: Iterable[tuple[FieldRef, UUID, bytes]]) -> list[str]:
        return [self.open(ref, row_id, value) for ref, row_id, value in items]

    def _aad(self, ref: FieldRef, row_id: UUID) -> bytes:
        return self._prefix + ref.framed + row_id.bytes + self._owner

    def _decrypt(self, nonce: bytes, ciphertext: bytes, aad: bytes) -> bytes | None:
        try:
            return self._aead.decrypt(nonce, ciphertext, aad)
        except InvalidTag:
            return None


def reseal(old: Sealer, new: Sealer, ref: FieldRef, row_id: UUID, value: bytes) -> bytes:
    """The same value under another key (a new version, or the survivor of a merge): salt and commitment stay."""
    salt, text = old.disclose(ref, row_id, value)
    return new.seal(ref, row_id, text, salt=salt)


def _kept(ref: FieldRef, salt: bytes, text: str, commitment: bytes) -> bool:
    return hmac.compare_digest(_commit(ref, salt, orjson.dumps(text)), commitment)


def _commit(ref: FieldRef, salt: bytes, quoted: bytes) -> bytes:
    """orjson and JCS quote strings alike, so the array is joined instead of serialised (half the time)."""
    encoded = binascii.b2a_base64(salt, newline=False).translate(_URLSAFE)[:_SALT_CHARACTERS]
    return hashlib.sha256(b'["' + encoded + ref.jcs + quoted + b"]").digest()


def _quoted(ref: FieldRef, text: str) -> bytes:
    quoted = _json(text)
    if quoted is None:
        raise FieldText(column=str(ref))
    return quoted


def _json(text: str) -> bytes | None:
    """None for lone surrogates. The error is left here: as the context of another one it would carry the text."""
    try:
        return orjson.dumps(text)
    except orjson.JSONEncodeError:
        return None


def _decoded(plaintext: bytes) -> str | None:
    try:
        return plaintext.decode()
    except UnicodeDecodeError:
        return None
