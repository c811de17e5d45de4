"""The embedded default: the root key is a file of its own in the private directory of the keys.

Who can read this directory and a database backup can read everything: keep their backups apart.
"""

import secrets
from pathlib import Path

from backend.privacy.errors import RootKeyMissing
from backend.privacy.providers.directory import KeyDirectory
from backend.privacy.providers.rooted import RootedKeyProvider
from backend.privacy.providers.roots import Roots, decode_root, encode_root
from backend.privacy.wrapping import KEY

_ROOT = "root.key"
_PREVIOUS = "root.previous.key"


class LocalProvider(RootedKeyProvider):
    """Makes directory and root on first use. Raises KeysExposed or KeysNotOurs when others can reach them."""

    def __init__(self, path: Path) -> None:
        directory = KeyDirectory(path)
        if directory.read(_ROOT) is None:
            if directory.names("tenants/*/*.key") or directory.names("index/*.key"):
                raise RootKeyMissing(source=path / _ROOT)
            directory.create(_ROOT, _new_root())
        super().__init__(directory, self._load)

    async def rotate_root(self) -> int:
        """A new root, everything rewrapped, the old one erased. Run again after a kill: it first ends what it began."""
        if self._directory.read(_PREVIOUS) is not None:
            await self._retire()
        self._directory.replace(_PREVIOUS, self._directory.read(_ROOT) or b"")
        self._directory.replace(_ROOT, _new_root())
        return await self._retire()

    async def _retire(self) -> int:
        rewrapped = await self.rewrap()
        self._directory.erase(_PREVIOUS)
        return rewrapped

    def _load(self) -> Roots:
        """The previous root is read first: read last, a rotation that ends in between would hide both."""
        stored = [(name, self._directory.read(name)) for name in (_PREVIOUS, _ROOT)]
        keys = [
            decode_root(text.decode("ascii", "replace"), str(self._directory.path / name))
            for name, text in stored
            if text is not None
        ]
        return Roots(keys[-1], keys[:-1])


def _new_root() -> bytes:
    return encode_root(secrets.token_bytes(KEY)).encode()
