"""What a product must know of floors that it may not import: how many of its holdings are open."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TypeAlias
from uuid import UUID

from backend.access.context import Context

OpenHoldings: TypeAlias = Callable[[Context, Collection[UUID]], Awaitable[Mapping[UUID, int]]]
"""`provider(ctx, version_ids)`: open holdings by product version; versions without any may be left out."""

_open_holdings: dict[str, OpenHoldings] = {}


def register_open_holdings(name: str, provider: OpenHoldings) -> None:
    """`name` is of the kind of holding; registering it again replaces the provider."""
    _open_holdings[name] = provider


async def open_holdings(ctx: Context, version_ids: Collection[UUID]) -> int | None:
    """None when nobody was registered who could know."""
    if not _open_holdings:
        return None
    answers = [await provider(ctx, version_ids) for provider in _open_holdings.values()]
    return sum(sum(answer.values()) for answer in answers)
