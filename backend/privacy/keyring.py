"""The keys that one process holds open: root → tenant key by epoch → one data key per customer.

The provider answers for tenant keys, a few per tenant. Data keys are wrapped under them here (format DK1 of
`wrapping`), the database stores the wrapped bytes, and opened ones stay in a bounded cache. Python cannot wipe
memory: a key is gone from a process once the cache has forgotten it and its memory is used again.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.privacy.errors import DataKeyDestroyed, DataKeyMissing, KeyUnreadable
from backend.privacy.field import Sealer
from backend.privacy.providers.base import KeyProvider
from backend.privacy.wrapping import KEY, Place, data_key, ids, unwrap, wrap


class KeyId(NamedTuple):
    owner_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A data key in use: `sealer` for fields, `key` (32 bytes) for documents."""

    key: bytes = field(repr=False)
    sealer: Sealer
    expires: float


class NewKey(NamedTuple):
    """`wrapped` is stored in the transaction that first uses the key."""

    wrapped: bytes
    opened: OpenKey


class Keyring:
    """Opened keys, least recently used out first, none older than `ttl` seconds of `elapsed`.

    `ttl` bounds how long a process that missed the news of an erasure can still read. Used from one event loop.
    """

    def __init__(
        self,
        provider: KeyProvider,
        *,
        capacity: int = 50_000,
        ttl: float = 300.0,
        elapsed: Callable[[], float] = monotonic,
    ) -> None:
        self._provider = provider
        self._capacity = capacity
        self._ttl = ttl
        self._elapsed = elapsed
        self._opened: OrderedDict[tuple[UUID, UUID], dict[int, OpenKey]] = OrderedDict()
        self._tenant_keys: dict[tuple[UUID, int], tuple[float, AESGCM]] = {}
        self._destroyed: dict[tuple[UUID, UUID], float] = {}

    @property
    def provider(self) -> KeyProvider:
        return self._provider

    async def create(self, tenant_id: UUID, owner_ids: Iterable[UUID], version: int = 1) -> dict[UUID, NewKey]:
        """New data keys under the current epoch (the first one is started), held open."""
        epoch = await self.epoch(tenant_id)
        under = await self._tenant_key(tenant_id, epoch)
        created = {}
        for owner_id in owner_ids:
            key = secrets.token_bytes(KEY)
            wrapped = wrap(under, epoch, version, data_key(tenant_id, owner_id), key)
            created[owner_id] = NewKey(wrapped, self._keep(tenant_id, KeyId(owner_id, version), key))
        return created

    async def open_many(self, tenant_id: UUID, wrapped: Mapping[KeyId, bytes]) -> dict[KeyId, OpenKey]:
        """Raises DataKeyDestroyed, KeyUnreadable, TenantKeyMissing or TenantKeyDestroyed."""
        under = await self._tenant_keys_of(tenant_id, ((key.owner_id, blob) for key, blob in wrapped.items()))
        return {key: self._unwrap(under, tenant_id, key, blob) for key, blob in wrapped.items()}

    async def rewrap_many(self, tenant_id: UUID, wrapped: Sequence[tuple[UUID, bytes]]) -> list[bytes]:
        """(owner, wrapped data key) brought under the current epoch; what already is comes back unchanged."""
        epoch = await self.epoch(tenant_id)
        under = await self._tenant_keys_of(tenant_id, wrapped)
        under[epoch] = await self._tenant_key(tenant_id, epoch)
        return [_rewrap(under, epoch, data_key(tenant_id, owner_id), blob) for owner_id, blob in wrapped]

    def get(self, tenant_id: UUID, owner_id: UUID, version: int) -> OpenKey:
        """From the cache alone. Raises DataKeyMissing, also for a key that has outlived `ttl`."""
        opened = self._opened.get((tenant_id, owner_id), {}).get(version)
        if opened is None or opened.expires <= self._elapsed():
            raise DataKeyMissing(owner_id=owner_id, version=version)
        self._opened.move_to_end((tenant_id, owner_id))
        return opened

    def holds(self, tenant_id: UUID, owner_id: UUID, version: int) -> bool:
        opened = self._opened.get((tenant_id, owner_id), {}).get(version)
        return opened is not None and opened.expires > self._elapsed()

    def forget(self, tenant_id: UUID, owner_ids: Iterable[UUID]) -> None:
        for owner_id in owner_ids:
            self._opened.pop((tenant_id, owner_id), None)

    def forget_tenant(self, tenant_id: UUID) -> None:
        """After an epoch was rotated or destroyed."""
        self._opened = OrderedDict((k, v) for k, v in self._opened.items() if k[0] != tenant_id)
        self._tenant_keys = {k: v for k, v in self._tenant_keys.items() if k[0] != tenant_id}

    def destroyed(self, tenant_id: UUID, owner_ids: Iterable[UUID]) -> None:
        """News of a committed erasure. A reader that fetched the wrapped key just before is refused for one `ttl`."""
        now = self._elapsed()
        self._destroyed = {owner: until for owner, until in self._destroyed.items() if until > now}
        for owner_id in owner_ids:
            self._opened.pop((tenant_id, owner_id), None)
            self._destroyed[tenant_id, owner_id] = now + self._ttl

    async def epoch(self, tenant_id: UUID) -> int:
        """The current epoch; the first one is started when there is none."""
        epoch = await self._provider.current(tenant_id)
        if epoch == 0:
            await self._provider.generate(tenant_id, 1)
            return 1
        return epoch

    async def _tenant_keys_of(self, tenant_id: UUID, wrapped: Iterable[tuple[UUID, bytes]]) -> dict[int, AESGCM]:
        epochs = {ids(data_key(tenant_id, owner_id), blob)[0] for owner_id, blob in wrapped}
        return {epoch: await self._tenant_key(tenant_id, epoch) for epoch in epochs}

    async def _tenant_key(self, tenant_id: UUID, epoch: int) -> AESGCM:
        expires, aead = self._tenant_keys.get((tenant_id, epoch), (0.0, None))
        if aead is None or expires <= self._elapsed():
            opened = await self._provider.unwrap_many(tenant_id, (epoch,))
            aead = AESGCM(opened[epoch])
            self._tenant_keys[tenant_id, epoch] = (self._elapsed() + self._ttl, aead)
        return aead

    def _unwrap(self, under: Mapping[int, AESGCM], tenant_id: UUID, key_id: KeyId, wrapped: bytes) -> OpenKey:
        if self._destroyed.get((tenant_id, key_id.owner_id), self._elapsed()) > self._elapsed():
            raise DataKeyDestroyed(owner_id=key_id.owner_id)
        place = data_key(tenant_id, key_id.owner_id)
        epoch, version = ids(place, wrapped)
        if version != key_id.version:
            raise KeyUnreadable(kind=place.kind)
        return self._keep(tenant_id, key_id, unwrap(under[epoch], place, wrapped))

    def _keep(self, tenant_id: UUID, key_id: KeyId, key: bytes) -> OpenKey:
        owner_id, version = key_id
        opened = OpenKey(key, Sealer(key, version, tenant_id, owner_id), self._elapsed() + self._ttl)
        self._opened.setdefault((tenant_id, owner_id), {})[version] = opened
        self._opened.move_to_end((tenant_id, owner_id))
        while len(self._opened) > self._capacity:
            self._opened.popitem(last=False)
        return opened


def _rewrap(under: Mapping[int, AESGCM], current: int, place: Place, wrapped: bytes) -> bytes:
    epoch, version = ids(place, wrapped)
    if epoch == current:
        return wrapped
    return wrap(under[current], current, version, place, unwrap(under[epoch], place, wrapped))
