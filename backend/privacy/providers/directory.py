"""A directory of key files that nobody else on the machine can reach."""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from backend.privacy.errors import KeysExposed, KeysNotOurs

_DIRECTORY_MODE = 0o700
_FILE_MODE = 0o600
_HAS_MODES = os.name == "posix"


class KeyDirectory:
    """Directories are 0700, files 0600, writes atomic and on disk before they return.

    Wider permissions or another owner are refused, not mended: somebody may have read the keys, and has to know.
    Systems without POSIX modes (Windows) rely on the access rights of the user's profile.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
        for found in (path, *path.rglob("*")):
            with contextlib.suppress(FileNotFoundError):  # a temporary file of another process
                _check(found)

    def read(self, name: str) -> bytes | None:
        """None when there is no such file."""
        path = self.path / name
        try:
            _check(path)
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def create(self, name: str, content: bytes) -> bool:
        """False when the file exists: of several processes exactly one creates it."""
        with self._written(name, content) as temporary:
            try:
                os.link(temporary, self.path / name)
            except FileExistsError:
                return False
        return True

    def replace(self, name: str, content: bytes) -> None:
        with self._written(name, content) as temporary:
            temporary.replace(self.path / name)

    def erase(self, name: str, tombstone: str | None = None) -> None:
        """Leave a tombstone, overwrite, then remove. Journals and flash cells may still keep blocks of the old file."""
        if tombstone is not None:
            self.create(tombstone, b"")
        path = self.path / name
        with contextlib.suppress(FileNotFoundError):
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            _sync(path.parent)

    def names(self, pattern: str) -> list[str]:
        return sorted(path.relative_to(self.path).as_posix() for path in self.path.glob(pattern))

    @contextlib.contextmanager
    def _written(self, name: str, content: bytes) -> Iterator[Path]:
        parent = (self.path / name).parent
        for level in reversed(parent.relative_to(self.path).parents):
            (self.path / level).mkdir(mode=_DIRECTORY_MODE, exist_ok=True)
        parent.mkdir(mode=_DIRECTORY_MODE, exist_ok=True)
        temporary = parent / f".{secrets.token_hex(8)}.tmp"
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            yield temporary
            _sync(parent)
        finally:
            temporary.unlink(missing_ok=True)


def _check(path: Path) -> None:
    """Raises FileNotFoundError, KeysExposed or KeysNotOurs."""
    status = path.lstat()
    if not _HAS_MODES:
        return
    wanted = _DIRECTORY_MODE if stat.S_ISDIR(status.st_mode) else _FILE_MODE
    mode = stat.S_IMODE(status.st_mode)
    if mode & ~wanted:
        raise KeysExposed(path=path, mode=f"{mode:04o}", wanted=f"{wanted:04o}")
    if status.st_uid != os.geteuid():
        raise KeysNotOurs(path=path, owner=status.st_uid, user=os.geteuid())


def _sync(directory: Path) -> None:
    """A rename is durable once its directory is."""
    if not _HAS_MODES:
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
