"""Channels that somebody closed for a product, beside those that its version leaves out; told by floors above."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from uuid import UUID

from backend.access.context import Context

Provider = Callable[[Context, Collection[UUID]], Awaitable[Mapping[UUID, frozenset[str]]]]
"""Asked for many products at once; a product of which nothing is closed may be missing from its answer."""
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Raises ValueError for a name that is taken."""
    if name in _providers:
        raise ValueError(f"there is a provider of closed channels “{name}” already")
    _providers[name] = provider


def unregister(name: str) -> None:
    del _providers[name]


async def closed(ctx: Context, product_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, frozenset[str]] = {}
    for provider in _providers.values():
        for product_id, channels in (await provider(ctx, product_ids)).items():
            found[product_id] = found.get(product_id, frozenset()) | channels
    return found
