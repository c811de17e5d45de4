"""Signed notes (c2sp.org/signed-note): text that one or more named Ed25519 keys have signed.

A note is text ending in a newline, an empty line, and signature lines `— <key name> base64(key id ‖ signature)`.
Key id = SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4]. Keys are written as Go's golang.org/x/mod/sumdb/note writes them:
`<name>+<key id in hex>+base64(0x01 ‖ public key)`, the private one as `PRIVATE+KEY+<name>+…+base64(0x01 ‖ seed)`.
Signature types other than Ed25519 (0x01) belong to keys nobody gave us, and are passed over as the specification asks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from backend.audit.formats import FormatError
from backend.audit.formats.text import MalformedText, decode_base64, encode_base64

_ED25519 = b"\x01"
_KEY_BYTES = 32
_KEY_ID_BYTES = 4
_MAX_SIGNATURES = 100
_DASH = "\u2014 "
_PRIVATE = "PRIVATE+KEY+"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)


class MalformedNote(FormatError):
    """The bytes are not a signed note, or the text could not be one."""


class MalformedKey(FormatError):
    """The text is not a signer or verifier key. The message never repeats a private key."""


class UnverifiedNote(FormatError):
    """No signature of the note is by a key the reader knows."""


class InvalidNoteSignature(FormatError):
    """A signature carries the name and id of a known key, and is not by that key."""

    def __init__(self, name: str, key_id: bytes) -> None:
        super().__init__(f"the signature of {name}+{key_id.hex()} is not valid for this text")
        self.name, self.key_id = name, key_id


def _is_name(name: str) -> bool:
    return name != "" and "+" not in name and not any(c.isspace() for c in name) and not _CONTROL.search(name)


def _key_id(name: str, public_key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID_BYTES]


def _split_key(text: str) -> tuple[str, str, bytes]:
    """(name, key id in hex, 32 key bytes) of `<name>+<id>+<base64>`."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not _is_name(parts[0]) or _KEY_ID.fullmatch(parts[1]) is None:  # noqa: PLR2004 - name, id, key
        raise MalformedKey("a key is written <name>+<8 hex digits>+<base64>")
    try:
        data = decode_base64(parts[2], "the key")
    except MalformedText as error:
        raise MalformedKey("the last part of the key is not base64") from error
    if data[:1] != _ED25519:
        raise MalformedKey("the key is not an Ed25519 key (type 0x01)")
    if len(data) != 1 + _KEY_BYTES:
        raise MalformedKey(f"an Ed25519 key has {_KEY_BYTES} bytes, this one {len(data) - 1}")
    return parts[0], parts[1], data[1:]


@dataclass(frozen=True)
class Signature:
    """One signature line; `value` is what follows the key id, 64 bytes for Ed25519."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name it signs under."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name) or len(self.public_key) != _KEY_BYTES:
            raise MalformedKey(f"not a key name and {_KEY_BYTES} bytes of Ed25519 public key: {self.name!r}")

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        name, key_id, public_key = _split_key(text)
        key = cls(name, public_key)
        if key.key_id.hex() != key_id:
            raise MalformedKey(f"the key id {key_id} does not belong to this name and key, {key.key_id.hex()} does")
        return key

    def encode(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(_ED25519 + self.public_key)}"

    @cached_property
    def key_id(self) -> bytes:
        return _key_id(self.name, self.public_key)

    def signed(self, text: str, signature: Signature) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature.value, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SignerKey:
    """A private key with the name it signs under. The seed stays out of `repr`, logs and messages."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _is_name(self.name) or len(self.seed) != _KEY_BYTES:
            raise MalformedKey(f"not a key name and {_KEY_BYTES} bytes of Ed25519 seed: {self.name!r}")

    @classmethod
    def generate(cls, name: str) -> "SignerKey":
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "SignerKey":
        if not text.startswith(_PRIVATE):
            raise MalformedKey("a signer key begins with PRIVATE+KEY+")
        name, key_id, seed = _split_key(text.removeprefix(_PRIVATE))
        key = cls(name, seed)
        if key.verifier.key_id.hex() != key_id:
            raise MalformedKey(f"the key id {key_id} does not belong to this name and key")
        return key

    def encode(self) -> str:
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{encode_base64(_ED25519 + self.seed)}"

    @cached_property
    def _private_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self._private_key.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        return Signature(self.name, self.verifier.key_id, self._private_key.sign(text.encode()))


@dataclass(frozen=True)
class Note:
    """Text and signatures as read; nothing is verified until `verified_by` says so."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        return (self.text + "\n" + "".join(signature.line() for signature in self.signatures)).encode()

    def verified_by(self, keys: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
        """The known keys that signed, in the order of their lines, at least one.

        Raises InvalidNoteSignature if any known key's signature is wrong, also beside a right one, and UnverifiedNote
        if no known key signed at all.
        """
        known = {(key.name, key.key_id): key for key in keys}
        if len(known) != len(set(keys)):
            raise MalformedKey("two of the known keys share a name and a key id")
        signers: dict[VerifierKey, None] = {}
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            if not key.signed(self.text, signature):
                raise InvalidNoteSignature(signature.name, signature.key_id)
            signers[key] = None
        if not signers:
            raise UnverifiedNote(f"no known key signed this note: {[s.name for s in self.signatures]}")
        return tuple(signers)


def sign(text: str, *keys: SignerKey) -> Note:
    """Raises MalformedNote if the text cannot be that of a note."""
    if not text.endswith("\n") or _CONTROL.search(text) or not keys:
        raise MalformedNote("the text of a note ends in a newline, holds no control characters, and needs a signer")
    return Note(text, tuple(key.sign(text) for key in keys))


def parse(data: bytes) -> Note:
    """Reads a note strictly. Raises MalformedNote naming the first thing that is wrong."""
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedNote(f"a note is UTF-8 text: {error}") from error
    if _CONTROL.search(whole):
        raise MalformedNote("a note holds no control characters but newlines")
    body, separator, tail = whole.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise MalformedNote("a note is text, an empty line and signature lines that end in a newline")
    lines = tail[:-1].split("\n")
    if len(lines) > _MAX_SIGNATURES:
        raise MalformedNote(f"a note with {len(lines)} signatures is not read, {_MAX_SIGNATURES} are enough")
    return Note(body + "\n", tuple(_parse_signature(number, line) for number, line in enumerate(lines, start=1)))


def _parse_signature(number: int, line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _is_name(name):
        raise MalformedNote(f"signature line {number} is not '\u2014 <name> <base64>'")
    try:
        value = decode_base64(encoded, f"signature {number}")
    except MalformedText as error:
        raise MalformedNote(str(error)) from error
    if len(value) <= _KEY_ID_BYTES:
        raise MalformedNote(f"signature {number} is too short to hold a key id and a signature")
    return Signature(name, value[:_KEY_ID_BYTES], value[_KEY_ID_BYTES:])
