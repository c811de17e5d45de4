"""What stands against selling to a customer, asked of everybody who may know: floors above register who answers.

An answer is a code of the rule-set's bars and nothing more: neither who raised it nor why is told to who sells.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from uuid import UUID

from backend.access.context import Context
from backend.products.selling.rules import Bar

Provider = Callable[[Context, Collection[UUID]], Awaitable[Mapping[UUID, Sequence[Bar]]]]
"""Asked for many parties at once; a party without a bar may be missing from its answer."""
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Raises ValueError for a name that is taken."""
    if name in _providers:
        raise ValueError(f"there is a provider of bars “{name}” already")
    _providers[name] = provider


def unregister(name: str) -> None:
    del _providers[name]


def names() -> frozenset[str]:
    return frozenset(_providers)


async def gather(
    ctx: Context, party_ids: Collection[UUID], without: Collection[str] = ()
) -> dict[UUID, tuple[Bar, ...]]:
    """Every bar of each party; `without` names providers that are not asked."""
    found: dict[UUID, list[Bar]] = defaultdict(list)
    for name, provider in _providers.items():
        if name not in without:
            for party_id, bars in (await provider(ctx, party_ids)).items():
                found[party_id] += (bar for bar in bars if bar not in found[party_id])
    return {party_id: tuple(found[party_id]) for party_id in party_ids}
