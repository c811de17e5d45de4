"""The contract of a key provider: it alone holds the root, the tenant keys by epoch and the index roots.

Nothing of them lies in the database, so a database backup opens nothing by itself, and destroying an epoch reaches
every backup. Data keys are wrapped under tenant keys by `backend.privacy.keyring`, without a call to the provider.
Methods are coroutines because some providers are asked over the network.
"""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID


class KeyProvider(Protocol):
    async def current(self, tenant_id: UUID) -> int:
        """The newest epoch; 0 before the first."""

    async def generate(self, tenant_id: UUID, epoch: int) -> None:
        """Start an epoch. Harmless when it exists (two processes may start together).

        Raises EpochOutOfOrder for a gap, TenantKeyDestroyed for an epoch that was destroyed.
        """

    async def unwrap_many(self, tenant_id: UUID, epochs: Iterable[int]) -> dict[int, bytes]:
        """Tenant keys (32 bytes) by epoch. Raises TenantKeyMissing or TenantKeyDestroyed."""

    async def epochs(self, tenant_id: UUID) -> dict[int, bool]:
        """Every epoch there ever was; False for one that was destroyed."""

    async def rotate_root(self) -> int:
        """A new root where the provider makes it, and `rewrap` in any case; run again after a kill."""

    async def rewrap(self) -> int:
        """Bring everything under the newest root and return how many keys changed; run again after a kill."""

    async def destroy(self, tenant_id: UUID, epoch: int) -> None:
        """For ever. Raises TenantKeyInUse for the current epoch."""

    async def index_root(self, version: int) -> bytes:
        """32 bytes for blind indexes and tags, made on first use, independent of every encryption key."""
