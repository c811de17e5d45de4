"""A provider that keeps tenant keys and index roots, wrapped under a root key, in a private directory.

    <directory>/tenants/<tenant id>/<epoch>.key          wrapped tenant key
    <directory>/tenants/<tenant id>/<epoch>.destroyed    tombstone: this epoch is never used again
    <directory>/index/<version>.key                      wrapped index root

Formats: TK1 and IR1 of `backend.privacy.wrapping`.
"""

import secrets
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.privacy.errors import (
    EpochOutOfOrder,
    KeyUnreadable,
    RootKeyUnknown,
    TenantKeyDestroyed,
    TenantKeyInUse,
    TenantKeyMissing,
)
from backend.privacy.providers.directory import KeyDirectory
from backend.privacy.providers.roots import Root, Roots
from backend.privacy.wrapping import KEY, Place, ids, index_root, tenant_key, unwrap, wrap


class StoredKeyProvider:
    """`load_roots` is asked at every use, so that a root rotated by another process is seen at once."""

    def __init__(self, directory: KeyDirectory, load_roots: Callable[[], Roots]) -> None:
        self._directory = directory
        self._roots = load_roots
        load_roots()

    async def current(self, tenant_id: UUID) -> int:
        names = self._directory.names(f"tenants/{tenant_id}/[0-9]*")
        return max((int(PurePosixPath(name).stem) for name in names), default=0)

    async def generate(self, tenant_id: UUID, epoch: int) -> None:
        expected = await self.current(tenant_id) + 1
        if not 1 <= epoch <= expected:
            raise EpochOutOfOrder(tenant_id=tenant_id, epoch=epoch, expected=expected)
        self._refuse_destroyed(tenant_id, epoch)
        self._create(_key_file(tenant_id, epoch), epoch, tenant_key(tenant_id))

    async def unwrap_many(self, tenant_id: UUID, epochs: Iterable[int]) -> dict[int, bytes]:
        return {epoch: self._tenant_key(tenant_id, epoch) for epoch in epochs}

    async def destroy(self, tenant_id: UUID, epoch: int) -> None:
        """May be repeated after a kill: the tombstone is written before the key is removed."""
        current = await self.current(tenant_id)
        if epoch == current:
            raise TenantKeyInUse(tenant_id=tenant_id, epoch=epoch)
        if not 1 <= epoch < current:
            raise TenantKeyMissing(tenant_id=tenant_id, epoch=epoch)
        self._directory.erase(_key_file(tenant_id, epoch), _tombstone(tenant_id, epoch))

    async def index_root(self, version: int) -> bytes:
        name = f"index/{version:06d}.key"
        if self._directory.read(name) is None:
            self._create(name, version, index_root())
        return self._open(name, version, index_root(), self._directory.read(name) or b"")

    async def rewrap(self) -> int:
        roots = self._roots()
        names = self._directory.names("tenants/*/*.key") + self._directory.names("index/*.key")
        return sum(self._rewrap(name, roots, roots.current) for name in names)

    def _tenant_key(self, tenant_id: UUID, epoch: int) -> bytes:
        self._refuse_destroyed(tenant_id, epoch)
        name = _key_file(tenant_id, epoch)
        wrapped = self._directory.read(name)
        if wrapped is None:
            raise TenantKeyMissing(tenant_id=tenant_id, epoch=epoch)
        return self._open(name, epoch, tenant_key(tenant_id), wrapped)

    def _refuse_destroyed(self, tenant_id: UUID, epoch: int) -> None:
        if self._directory.read(_tombstone(tenant_id, epoch)) is not None:
            raise TenantKeyDestroyed(tenant_id=tenant_id, epoch=epoch)

    def _create(self, name: str, number: int, place: Place) -> None:
        """A rotation of the root may overtake us and retire the root we used: then we, who have it, rewrap."""
        roots = self._roots()
        root = roots.current
        self._directory.create(name, wrap(root.aead, root.id, number, place, secrets.token_bytes(KEY)))
        latest = self._roots().current
        if latest.id != root.id:
            self._rewrap(name, roots, latest)

    def _rewrap(self, name: str, roots: Roots, newest: Root) -> bool:
        place = _place(name)
        wrapped = self._directory.read(name) or b""
        parent, number = ids(place, wrapped)
        if parent == newest.id:
            return False
        key = unwrap(self._root(roots, parent, name), place, wrapped)
        self._directory.replace(name, wrap(newest.aead, newest.id, number, place, key))
        return True

    def _open(self, name: str, number: int, place: Place, wrapped: bytes) -> bytes:
        parent, found = ids(place, wrapped)
        if found != number:
            raise KeyUnreadable(kind=place.kind)
        return unwrap(self._root(self._roots(), parent, name), place, wrapped)

    def _root(self, roots: Roots, number: int, name: str) -> AESGCM:
        root = roots.get(number)
        if root is None:
            raise RootKeyUnknown(path=self._directory.path / name, root=f"{number:08x}")
        return root


def _key_file(tenant_id: UUID, epoch: int) -> str:
    return f"tenants/{tenant_id}/{epoch:06d}.key"


def _tombstone(tenant_id: UUID, epoch: int) -> str:
    return f"tenants/{tenant_id}/{epoch:06d}.destroyed"


def _place(name: str) -> Place:
    path = PurePosixPath(name)
    return index_root() if path.parts[0] == "index" else tenant_key(UUID(path.parts[1]))
