"""Keys wrapped by a service that never hands out its root: HashiCorp Vault's transit engine, AWS KMS.

The service is asked once per epoch and process, not per customer: data keys are wrapped here, under tenant keys. What
it returns lies in the private directory, bound to its place: tenant and epoch go to the service as context, so that a
file put in another's place does not open.

    file = 0x02 ‖ what the service returned
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from backend.privacy.errors import KeyServiceUnavailable, KeyUnreadable
from backend.privacy.providers.directory import KeyDirectory
from backend.privacy.providers.stored import StoredKeyProvider
from backend.privacy.wrapping import KEY, Place

_REMOTE = b"\x02"
_PAUSES = (0.2, 0.8, 2.0)
"""Seconds before the second, third and fourth try."""
T = TypeVar("T")


class ServiceBusy(Exception):
    """Not reached, or asked to come back: worth another try."""


class RootService(Protocol):
    """Blocking calls. `context` is bound to the ciphertext. Raises ServiceBusy, KeyServiceRefused, KeyUnreadable."""

    name: str

    def encrypt(self, key: bytes, context: dict[str, str]) -> bytes: ...

    def decrypt(self, ciphertext: bytes, context: dict[str, str]) -> bytes: ...

    def renewed(self, ciphertext: bytes, context: dict[str, str]) -> bytes | None:
        """Under the service's newest root; None where it is known to be so already."""

    def rotate(self) -> None: ...


class RemoteProvider(StoredKeyProvider):
    def __init__(self, path: Path, service: RootService) -> None:
        super().__init__(KeyDirectory(path))
        self._service = service

    async def rotate_root(self) -> int:
        """A new root in the service, everything rewrapped under it. A killed rotation is ended by `rewrap`."""
        await self._ask(self._service.rotate)
        return await self.rewrap()

    async def _wrap(self, place: Place, number: int, key: bytes) -> bytes:
        return _REMOTE + await self._ask(lambda: self._service.encrypt(key, _context(place, number)))

    async def _unwrap(self, name: str, place: Place, number: int, wrapped: bytes) -> bytes:
        ciphertext = _ciphertext(place, wrapped)
        key = await self._ask(lambda: self._service.decrypt(ciphertext, _context(place, number)))
        if len(key) != KEY:
            raise KeyUnreadable(kind=place.kind)
        return key

    async def _renewed(self, name: str, place: Place, number: int, wrapped: bytes) -> bytes | None:
        ciphertext = _ciphertext(place, wrapped)
        renewed = await self._ask(lambda: self._service.renewed(ciphertext, _context(place, number)))
        return None if renewed is None else _REMOTE + renewed

    async def _ask(self, call: Callable[[], T]) -> T:
        """In a thread, since the services' libraries block; tried again after growing pauses."""
        for pause in _PAUSES:
            try:
                return await asyncio.to_thread(call)
            except ServiceBusy:
                await asyncio.sleep(pause)
        try:
            return await asyncio.to_thread(call)
        except ServiceBusy as busy:
            raise KeyServiceUnavailable(service=self._service.name, problem=str(busy)) from None


def _context(place: Place, number: int) -> dict[str, str]:
    named = {"product": "tenure", "kind": place.label.decode(), "number": str(number)}
    return named | ({"tenant": place.context[0].hex()} if place.context else {})


def _ciphertext(place: Place, wrapped: bytes) -> bytes:
    if not wrapped.startswith(_REMOTE):
        raise KeyUnreadable(kind=place.kind)
    return wrapped[len(_REMOTE) :]
