"""The write-once file of a log's heads: every checkpoint is appended to it, so that a log that was cut back, or a
database that was restored from an older backup, is noticed before anything is signed again.

The file is a row of signed notes, each followed by an empty line. It is only ever appended to; who wrote to it before
and finds the end of what was there changed refuses to go on.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from backend.audit.errors import HeadsChanged
from backend.audit.formats import FormatError
from backend.audit.formats.checkpoint import Checkpoint, parse_text
from backend.audit.formats.note import parse as parse_note
from backend.core.settings import Settings

_TAIL_BYTES = 8192
_END = b"\n\n"
_SIGNATURE = "—".encode()


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where this process left the file: its length, and the SHA-256 of its last bytes."""

    length: int
    tail: bytes


@dataclass(frozen=True, slots=True)
class Heads:
    directory: Path
    _marks: dict[UUID, _Mark] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "Heads":
        return cls(settings.data_dir / "log")

    def path(self, tenant_id: UUID) -> Path:
        return self.directory / str(tenant_id) / "checkpoints"

    def last(self, tenant_id: UUID) -> Checkpoint | None:
        """The newest head in the file; what a crash left half written does not count."""
        path = self.path(tenant_id)
        if not path.exists():
            return None
        with path.open("rb") as file:
            file.seek(_whole(path))
            end = file.tell()
            file.seek(max(0, end - _TAIL_BYTES))
            notes = file.read(end - file.tell()).removesuffix(_END).split(_END)
        return parse_text(notes[-2].decode() + "\n") if len(notes) > 1 else None

    def note(self, tenant_id: UUID, size: int) -> bytes | None:
        """The signed head of this size as it was written; None when there is none."""
        return next((note for note in self.read(tenant_id) if _size(note) == size), None)

    def append(self, tenant_id: UUID, notes: Iterable[str]) -> None:
        """Durable when it returns. Raises HeadsChanged when what this process wrote is no longer there."""
        path = self.path(tenant_id)
        self._refuse_changed(tenant_id, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        if not fresh and _whole(path) < path.stat().st_size:
            os.truncate(path, _whole(path))
        with path.open("ab") as file:
            file.write(b"".join(note.encode() + b"\n" for note in notes))
            file.flush()
            os.fsync(file.fileno())
        if fresh and os.name == "posix":
            _sync_directory(path.parent)
        length = path.stat().st_size
        self._marks[tenant_id] = _Mark(length, _tail(path, length))

    def _refuse_changed(self, tenant_id: UUID, path: Path) -> None:
        mark = self._marks.get(tenant_id)
        if mark is None:
            return
        if not path.exists() or path.stat().st_size < mark.length or _tail(path, mark.length) != mark.tail:
            raise HeadsChanged(path=path)

    def length(self, tenant_id: UUID) -> int:
        """Bytes in the file; what was there before a snapshot of the database was taken is in that snapshot, too."""
        path = self.path(tenant_id)
        return path.stat().st_size if path.exists() else 0

    def read(self, tenant_id: UUID, length: int | None = None) -> Iterator[bytes]:
        """Every note in the file or its first `length` bytes, oldest first; what is no note comes out as it is, for
        the reader to refuse."""
        end = self.length(tenant_id) if length is None else length
        if end == 0:
            return
        lines, at = list[bytes](), 0
        with self.path(tenant_id).open("rb") as file:
            for line in file:
                at += len(line)
                if at > end:
                    return
                ended = line == b"\n" and bool(lines) and lines[-1].startswith(_SIGNATURE)
                if not ended:
                    lines.append(line)
                elif lines:
                    yield b"".join(lines)
                    lines = []


def _size(note: bytes) -> int | None:
    try:
        return parse_text(parse_note(note).text).size
    except FormatError:
        return None


def _whole(path: Path) -> int:
    """How many bytes of the file are whole notes: a write that a crash cut short is no part of it."""
    size = path.stat().st_size
    start = max(0, size - _TAIL_BYTES)
    with path.open("rb") as file:
        file.seek(start)
        tail = file.read()
    end = tail.rfind(_END)
    while end >= 0 and not tail[tail.rfind(b"\n", 0, end) + 1 :].startswith(_SIGNATURE):
        end = tail.rfind(_END, 0, end)
    return start + end + len(_END) if end >= 0 else 0


def _tail(path: Path, length: int) -> bytes:
    """SHA-256 over the last bytes before `length`."""
    start = max(0, length - _TAIL_BYTES)
    with path.open("rb") as file:
        file.seek(start)
        return sha256(file.read(length - start)).digest()


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
