"""Who records lines that are of a capability this floor does not know: wired in by backend.edge."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.onboarding.migration.holding_files import FileKind
from backend.onboarding.migration.taken import Taken

Recorder = Callable[[Context, UUID, Sequence[Any], str, Taken], Awaitable[None]]
"""The run, its lines, the file's name, and what came of it, to be filled in."""
_known: Final[dict[FileKind, Recorder]] = {}


def register(kind: FileKind, recorder: Recorder) -> None:
    _known[kind] = recorder


def of(kind: FileKind) -> Recorder:
    return _known[kind]
