"""A provider that keeps tenant keys and index roots, wrapped, in a private directory.

    <directory>/tenants/<tenant id>/<epoch>.key          wrapped tenant key
    <directory>/tenants/<tenant id>/<epoch>.destroyed    tombstone: this epoch is never used again
    <directory>/index/<version>.key                      wrapped index root

What wraps them is the subclass's: root keys in this process (`rooted`), or a service that never hands its root out
(`remote`).
"""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import PurePosixPath
from uuid import UUID

from backend.privacy.errors import EpochOutOfOrder, TenantKeyDestroyed, TenantKeyInUse, TenantKeyMissing
from backend.privacy.providers.directory import KeyDirectory
from backend.privacy.wrapping import KEY, Place, index_root, tenant_key


class StoredKeyProvider(ABC):
    def __init__(self, directory: KeyDirectory) -> None:
        self._directory = directory

    @abstractmethod
    async def _wrap(self, place: Place, number: int, key: bytes) -> bytes: ...

    @abstractmethod
    async def _unwrap(self, name: str, place: Place, number: int, wrapped: bytes) -> bytes: ...

    @abstractmethod
    async def _renewed(self, name: str, place: Place, number: int, wrapped: bytes) -> bytes | None:
        """Wrapped under the newest root; None where it already is."""

    async def current(self, tenant_id: UUID) -> int:
        names = self._directory.names(f"tenants/{tenant_id}/[0-9]*")
        return max((int(PurePosixPath(name).stem) for name in names), default=0)

    async def epochs(self, tenant_id: UUID) -> dict[int, bool]:
        newest = await self.current(tenant_id)
        return {epoch: self._directory.read(_tombstone(tenant_id, epoch)) is None for epoch in range(1, newest + 1)}

    async def rotate_root(self) -> int:
        """The new root comes from outside (an operator's setting): what there is comes under it."""
        return await self.rewrap()

    async def generate(self, tenant_id: UUID, epoch: int) -> None:
        expected = await self.current(tenant_id) + 1
        if not 1 <= epoch <= expected:
            raise EpochOutOfOrder(tenant_id=tenant_id, epoch=epoch, expected=expected)
        self._refuse_destroyed(tenant_id, epoch)
        await self._create(_key_file(tenant_id, epoch), epoch, tenant_key(tenant_id))

    async def unwrap_many(self, tenant_id: UUID, epochs: Iterable[int]) -> dict[int, bytes]:
        return {epoch: await self._tenant_key(tenant_id, epoch) for epoch in epochs}

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
            await self._create(name, version, index_root())
        return await self._unwrap(name, index_root(), version, self._directory.read(name) or b"")

    async def rewrap(self) -> int:
        names = self._directory.names("tenants/*/*.key") + self._directory.names("index/*.key")
        return sum([await self._renew(name) for name in names])

    async def _tenant_key(self, tenant_id: UUID, epoch: int) -> bytes:
        self._refuse_destroyed(tenant_id, epoch)
        name = _key_file(tenant_id, epoch)
        wrapped = self._directory.read(name)
        if wrapped is None:
            raise TenantKeyMissing(tenant_id=tenant_id, epoch=epoch)
        return await self._unwrap(name, tenant_key(tenant_id), epoch, wrapped)

    def _refuse_destroyed(self, tenant_id: UUID, epoch: int) -> None:
        if self._directory.read(_tombstone(tenant_id, epoch)) is not None:
            raise TenantKeyDestroyed(tenant_id=tenant_id, epoch=epoch)

    async def _create(self, name: str, number: int, place: Place) -> None:
        """A rotation of the root may overtake us and retire the root we used: then we, who have it, rewrap."""
        self._directory.create(name, await self._wrap(place, number, secrets.token_bytes(KEY)))
        await self._renew(name)

    async def _renew(self, name: str) -> bool:
        wrapped = self._directory.read(name) or b""
        renewed = await self._renewed(name, _place(name), int(PurePosixPath(name).stem), wrapped)
        if renewed is not None:
            self._directory.replace(name, renewed)
        return renewed is not None


def _key_file(tenant_id: UUID, epoch: int) -> str:
    return f"tenants/{tenant_id}/{epoch:06d}.key"


def _tombstone(tenant_id: UUID, epoch: int) -> str:
    return f"tenants/{tenant_id}/{epoch:06d}.destroyed"


def _place(name: str) -> Place:
    path = PurePosixPath(name)
    return index_root() if path.parts[0] == "index" else tenant_key(UUID(path.parts[1]))
