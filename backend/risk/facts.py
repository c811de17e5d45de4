"""Who knows what about customers: each capability offers facts under common names, and rating asks them all.

Siblings are strangers: screening, holdings or behaviour register a provider from a floor above. Of two that offer the
same fact the first to know it is believed, in the order of registration; None is "not known", and nothing is guessed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Protocol
from uuid import UUID

from backend.access.context import Context
from backend.risk.rules import Offered

Facts = Mapping[str, Offered]
REVIEWED_ON: Final = "reviewed_on"
"""A day in ISO form rather than a fact of a rule-set: when the last review of the customer was completed."""


class Provider(Protocol):
    """Asked for many parties at once; a party it knows nothing about may be missing from its answer."""

    @property
    def name(self) -> str: ...

    async def facts(self, ctx: Context, party_ids: Sequence[UUID]) -> Mapping[UUID, Facts]: ...


_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Raises ValueError for a name that is taken."""
    if provider.name in _providers:
        raise ValueError(f"there is a provider of facts “{provider.name}” already")
    _providers[provider.name] = provider


def unregister(name: str) -> None:
    del _providers[name]


def providers() -> tuple[Provider, ...]:
    return tuple(_providers.values())


async def gather(ctx: Context, party_ids: Sequence[UUID]) -> dict[UUID, dict[str, Offered]]:
    """Everything that is known of each party, under the common names."""
    known: dict[UUID, dict[str, Offered]] = {party_id: {} for party_id in party_ids}
    for provider in providers():
        for party_id, offered in (await provider.facts(ctx, party_ids)).items():
            for name, value in offered.items():
                if known[party_id].get(name) is None:
                    known[party_id][name] = value
    return known


def reviewed_on(offered: Facts) -> date | None:
    value = offered.get(REVIEWED_ON)
    return date.fromisoformat(value) if isinstance(value, str) else None
