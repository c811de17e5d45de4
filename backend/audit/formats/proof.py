"""The proof file (c2sp.org/tlog-proof): one entry is in the log that this checkpoint is the head of.

    c2sp.org/tlog-proof@v1
    extra <base64>                 optional; opaque, and not covered by the proof
    index <decimal>
    <base64 hash>                  the inclusion proof, from the leaf's sibling up
                                   an empty line
    <signed checkpoint>            verbatim, to the end of the file

Files end in `.tlog-proof`. The entry itself is not in the file: whoever checks has its bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.audit.formats import FormatError
from backend.audit.formats.checkpoint import Checkpoint
from backend.audit.formats.checkpoint import verify as verify_checkpoint
from backend.audit.formats.merkle import HASH_BYTES, leaf_hash
from backend.audit.formats.note import VerifierKey
from backend.audit.formats.text import (
    MAX_UINT64,
    MalformedText,
    decode_base64,
    decode_decimal,
    decode_hash,
    encode_base64,
)
from backend.audit.formats.verification import verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
_EXTRA = "extra "
_INDEX = "index "
_MAX_HASHES = 64


class MalformedProof(FormatError):
    """The bytes are not a tlog-proof file."""


@dataclass(frozen=True)
class LogProof:
    """Index, inclusion path and signed checkpoint of one entry. `extra` is opaque and never to be trusted."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_UINT64 or len(self.hashes) > _MAX_HASHES:
            raise MalformedProof(f"an index is below 2^64 and a proof has at most {_MAX_HASHES} hashes")
        if any(len(value) != HASH_BYTES for value in self.hashes) or self.extra == b"" or not self.checkpoint:
            raise MalformedProof("a hash is 32 bytes long, extra data is absent or not empty, a checkpoint is there")

    def encode(self) -> bytes:
        extra = [] if self.extra is None else [_EXTRA + encode_base64(self.extra)]
        lines = [HEADER, *extra, f"{_INDEX}{self.index}", *map(encode_base64, self.hashes), "", ""]
        return "\n".join(lines).encode() + self.checkpoint

    def verify(self, entry: bytes, keys: Sequence[VerifierKey], origin: str) -> Checkpoint:
        """The verified head of log `origin` that holds `entry` at `index`.

        Raises the errors of `note`, `checkpoint` and `verification`: who signed is checked before what was signed.
        """
        head = verify_checkpoint(self.checkpoint, keys, origin)
        verify_inclusion(leaf_hash(entry), self.index, head.size, self.hashes, head.root)
        return head


def parse(data: bytes) -> LogProof:
    """Reads a proof file strictly, one spelling per proof. Raises MalformedProof naming the line that is wrong."""
    top, separator, head = data.partition(b"\n\n")
    if not separator:
        raise MalformedProof("an empty line separates the proof from the checkpoint, there is none")
    try:
        header, *lines = top.decode("ascii").split("\n")
        if header != HEADER:
            raise MalformedProof(f"the first line of a proof is {HEADER!r}")
        extra = decode_base64(lines.pop(0).removeprefix(_EXTRA), "extra") if _begins(lines, _EXTRA) else None
        if not _begins(lines, _INDEX):
            raise MalformedProof("the line 'index <decimal>' is missing")
        index = decode_decimal(lines.pop(0).removeprefix(_INDEX), "the index")
        hashes = tuple(decode_hash(line, f"hash {step} of the proof") for step, line in enumerate(lines))
    except (MalformedText, UnicodeDecodeError) as error:
        raise MalformedProof(str(error)) from error
    return LogProof(index, hashes, head, extra)


def _begins(lines: Sequence[str], prefix: str) -> bool:
    return bool(lines) and lines[0].startswith(prefix)
