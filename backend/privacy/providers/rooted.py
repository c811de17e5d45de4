"""Keys wrapped under root keys that this process holds: formats TK1 and IR1 of `backend.privacy.wrapping`."""

from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.privacy.errors import KeyUnreadable, RootKeyUnknown
from backend.privacy.providers.directory import KeyDirectory
from backend.privacy.providers.roots import Roots
from backend.privacy.providers.stored import StoredKeyProvider
from backend.privacy.wrapping import Place, ids, unwrap, wrap


class RootedKeyProvider(StoredKeyProvider):
    """`load_roots` is asked at every use, so that a root rotated by another process is seen at once.

    A key made under a root that a rotation retires meanwhile can still be renewed here: who made it has that root.
    """

    def __init__(self, directory: KeyDirectory, load_roots: Callable[[], Roots]) -> None:
        super().__init__(directory)
        self._roots = load_roots
        self._used = load_roots().current

    async def _wrap(self, place: Place, number: int, key: bytes) -> bytes:
        self._used = self._roots().current
        return wrap(self._used.aead, self._used.id, number, place, key)

    async def _unwrap(self, name: str, place: Place, number: int, wrapped: bytes) -> bytes:
        parent, found = ids(place, wrapped)
        if found != number:
            raise KeyUnreadable(kind=place.kind)
        return unwrap(self._root(self._roots(), parent, name), place, wrapped)

    async def _renewed(self, name: str, place: Place, number: int, wrapped: bytes) -> bytes | None:
        roots = self._roots()
        parent, number = ids(place, wrapped)
        if parent == roots.current.id:
            return None
        key = unwrap(self._root(roots, parent, name), place, wrapped)
        return wrap(roots.current.aead, roots.current.id, number, place, key)

    def _root(self, roots: Roots, number: int, name: str) -> AESGCM:
        root = roots.get(number)
        if root is None and number == self._used.id:
            return self._used.aead
        if root is None:
            raise RootKeyUnknown(path=self._directory.path / name, root=f"{number:08x}")
        return root
