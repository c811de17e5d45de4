"""What every resolver finds in `info.context`: who asks, the snapshot that is read, and the way to change something."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.cursors import Cursors
from backend.api.reading import Fetch, K, Loader, Reading, V
from backend.core.actor import Actor
from backend.customers.service import Dependants
from backend.edge.platform import Platform

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    platform: Platform
    actor: Actor
    reading: Reading
    cursors: Cursors
    dependants: Dependants

    async def read(self, query: Callable[[Context], Awaitable[T]]) -> T:
        return await self.reading.run(query)

    def loader(self, fetch: "Fetch[K, V]", missing: V) -> "Loader[K, V]":
        return self.reading.loader(fetch, missing)

    async def write(
        self,
        use_case: Callable[[Context], Awaitable[UUID]],
        *,
        field: str,
        key: str | None,
        given: Any,
        four_eyes: bool = False,
    ) -> UUID:
        """One transaction; `field` and `given` are what a repeated key must repeat. What is read afterwards sees it."""
        await self.reading.renew()
        payload = {"field": field, "given": given}
        return await self.platform.once(self.actor, use_case, key=key, payload=payload, serializable=four_eyes)


Info: TypeAlias = strawberry.Info[Request, None]
