"""What the rule of contact knows of one customer."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.servicing.interactions.answers import Reason
from backend.servicing.interactions.caps import Contacted
from backend.servicing.interactions.models import Channel


class AddressState(StrEnum):
    CLOSED = "closed"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Address:
    """The best of several for one channel; `id` None is the customer's own access, which needs no address."""

    state: AddressState
    id: UUID | None = None


@dataclass(frozen=True)
class Standing:
    """One customer for one purpose. `never` and `held` hold by every channel; `bases` are reasons that the legal basis
    gives against a channel, `addresses` what there is to send to. `zones` and `country` tell the hour and the holidays
    where the customer lives. `past`: messages that count for caps."""

    zones: tuple[ZoneInfo, ...]
    country: str
    never: frozenset[Reason] = frozenset()
    held: frozenset[Reason] = frozenset()
    former: bool = False
    bases: Mapping[Channel, Reason] = field(default_factory=dict)
    addresses: Mapping[Channel, Address] = field(default_factory=dict)
    past: Sequence[Contacted] = ()

    @cached_property
    def alike(self) -> Hashable:
        """The same for all of whom the rule says the same: which record an address is does not matter to it."""
        reached = frozenset((channel, each.state) for channel, each in self.addresses.items())
        bases = frozenset(self.bases.items())
        return (self.zones, self.country, self.never, self.held, self.former, bases, reached, tuple(self.past))
