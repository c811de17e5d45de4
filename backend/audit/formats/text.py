"""The two spellings that C2SP text formats share: standard base64 (RFC 4648 section 4) and plain decimals.

Both are read strictly, one spelling per value: padding is required, unused bits are zero, numbers have no sign and no
leading zero. Otherwise two different files could mean the same thing and a byte comparison would not be a proof.
"""

import base64
import binascii
import re

from backend.audit.formats import FormatError
from backend.audit.formats.merkle import HASH_BYTES

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)
MAX_UINT64 = 2**64 - 1


class MalformedText(FormatError):
    """A base64 value or a decimal that is not in its one allowed spelling."""


def encode_base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def decode_base64(text: str, what: str) -> bytes:
    """Raises MalformedText naming `what` for anything that `encode_base64` would not have written."""
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedText(f"{what} is not base64: {error}") from error
    if encode_base64(value) != text:
        raise MalformedText(f"{what} is base64 in another spelling than the canonical one")
    return value


def decode_hash(text: str, what: str) -> bytes:
    """A SHA-256 value: base64 of exactly 32 bytes."""
    value = decode_base64(text, what)
    if len(value) != HASH_BYTES:
        raise MalformedText(f"{what} has {len(value)} bytes, a SHA-256 hash has {HASH_BYTES}")
    return value


def decode_decimal(text: str, what: str) -> int:
    """An unsigned 64-bit number in ASCII digits without leading zeroes."""
    if _DECIMAL.fullmatch(text) is None or int(text) > MAX_UINT64:
        raise MalformedText(f"{what} is not a plain decimal number below 2^64: {text[:40]!r}")
    return int(text)
