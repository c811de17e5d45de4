"""Checkpoints (c2sp.org/tlog-checkpoint): a log's signed statement "at this size my root is this".

The text of the note is: origin, decimal size, base64 root, then extension lines, which Tenure never writes and keeps
when it reads others' logs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.audit.formats import FormatError, note
from backend.audit.formats.merkle import HASH_BYTES
from backend.audit.formats.text import MAX_UINT64, MalformedText, decode_decimal, decode_hash, encode_base64

_FIXED_LINES = 3


class MalformedCheckpoint(FormatError):
    """The text of a note is not a checkpoint."""


class ForeignCheckpoint(FormatError):
    """A checkpoint of another log than the one asked for."""


@dataclass(frozen=True)
class Checkpoint:
    """A tree head, signed or not: `sign` makes the note, `verify` reads one back."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_UINT64 or len(self.root) != HASH_BYTES:
            raise MalformedCheckpoint("a checkpoint has a size from 0 up and a root of 32 bytes")
        if any(line == "" or "\n" in line for line in (self.origin, *self.extensions)):
            raise MalformedCheckpoint("origin and extensions are lines that are not empty")

    def text(self) -> str:
        return "\n".join([self.origin, str(self.size), encode_base64(self.root), *self.extensions]) + "\n"


def sign(checkpoint: Checkpoint, *keys: note.SignerKey) -> bytes:
    """The signed note. A log's key carries the log's origin as its name."""
    return note.sign(checkpoint.text(), *keys).encode()


def parse_text(text: str) -> Checkpoint:
    """The text of a note as a checkpoint; says nothing about who signed it."""
    lines = text.split("\n")
    if len(lines) <= _FIXED_LINES or lines[-1] != "":
        raise MalformedCheckpoint("a checkpoint has at least the lines origin, size and root")
    origin, size, root, *extensions = lines[:-1]
    try:
        return Checkpoint(origin, decode_decimal(size, "the size"), decode_hash(root, "the root"), tuple(extensions))
    except MalformedText as error:
        raise MalformedCheckpoint(str(error)) from error


def verify(data: bytes, keys: Sequence[note.VerifierKey], origin: str) -> Checkpoint:
    """The checkpoint of log `origin`, signed by at least one of `keys`.

    Raises the errors of `note`, MalformedCheckpoint, or ForeignCheckpoint if the note is sound but of another log.
    """
    signed = note.parse(data)
    signed.verified_by(keys)
    checkpoint = parse_text(signed.text)
    if checkpoint.origin != origin:
        raise ForeignCheckpoint(f"this is a checkpoint of {checkpoint.origin!r}, not of {origin!r}")
    return checkpoint
