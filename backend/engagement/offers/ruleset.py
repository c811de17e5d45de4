"""The rule-set of next best offers (`policies/engagement/offers`): worth, cost, consents and periods of silence."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.customers.models import Stage
from backend.products.definition import Channel

DIRECTORY: Final = "engagement/offers"
Days = Annotated[int, Field(ge=1, le=3_650)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=4)]


class Worth(Part):
    """`margin` of one contract by currency; `cost_bp` of it goes to serving and selling it.

    `repeatable`: whoever holds one may be offered another.
    """

    margin: Mapping[str, Amount] = Field(min_length=1)
    cost_bp: int = Field(ge=0, le=10_000)
    repeatable: bool = False


class BaseRate(Part):
    """What is assumed before anybody answered: so many of so many accepted; it weighs as much as `asked` answers."""

    accepted: int = Field(ge=0)
    asked: int = Field(ge=1)
    lookback_days: Days

    @model_validator(mode="after")
    def _share(self) -> Self:
        if self.accepted > self.asked:
            raise ValueError("not more accept than are asked")
        return self


class OfferRules(RuleSet):
    """`tolerated` are warnings of selling under which an offer is made all the same; `in_person` are reasons of contact
    that stand against a message and not against a talk.
    """

    purpose: str
    consents: tuple[str, ...] = ()
    channel: Channel
    in_person: frozenset[str] = frozenset()
    stages: frozenset[Stage] = Field(min_length=1)
    tolerated: frozenset[str] = frozenset()
    asking: Mapping[str, Amount] = Field(min_length=1)
    kinds: Mapping[str, Worth] = Field(min_length=1)
    products: Mapping[str, Worth] = Field(default_factory=dict)
    base_rate: BaseRate
    declined_days: Days
    accepted_days: Days
    longest_later_days: Days
    link_days: Days
    declines: Mapping[str, Wording] = Field(min_length=1)

    def worth(self, code: str, kind: str) -> Worth | None:
        """The product's own, or that of its kind."""
        return self.products.get(code) or self.kinds.get(kind)


def offer_rules(policies: Policies, on: date) -> Loaded[OfferRules]:
    return policies.book(DIRECTORY, OfferRules).effective(on)
