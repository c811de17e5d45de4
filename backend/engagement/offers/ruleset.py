"""The rule-set of next best offers (`policies/engagement/offers`): worth, chance, consents and periods of silence."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.customers.models import Stage
from backend.engagement.offers.likeness import Likeness
from backend.engagement.offers.worth import ByFact
from backend.products.definition import Channel

DIRECTORY: Final = "engagement/offers"
Days = Annotated[int, Field(ge=1, le=3_650)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=4)]


class Assumed(Part):
    """What is believed before anybody answered: so many of so many accept; it weighs as much as `asked` answers."""

    accepted: int = Field(ge=0)
    asked: int = Field(ge=1)

    @model_validator(mode="after")
    def _share(self) -> Self:
        if self.accepted > self.asked:
            raise ValueError("not more accept than are asked")
        return self


class BaseRate(Assumed):
    lookback_days: Days


class Worth(Part):
    """`margin` of one contract by currency; `cost_bp` of it goes to serving and selling it.

    `by`: where the fact is known of the customer, the margin is reckoned from it instead. `assumed`: the chance of this
    kind, instead of that of `base_rate`. `repeatable`: whoever holds one may be offered another.
    """

    margin: Mapping[str, Amount] = Field(min_length=1)
    by: ByFact | None = None
    cost_bp: int = Field(ge=0, le=10_000)
    assumed: Assumed | None = None
    repeatable: bool = False


class RankedBy(Part):
    """The quantile of a chance that offers to one customer are ordered by: below .5 a doubtful chance counts less.

    `explored_bp` of the customers, drawn anew every month, are asked in the order of the quantile on the other side,
    so that what nobody knows is learned.
    """

    quantile: Decimal = Field(gt=0, le=Decimal("0.5"), max_digits=4, decimal_places=3)
    explored_bp: int = Field(default=0, ge=0, le=5_000)


class OfferRules(RuleSet):
    """`tolerated` are warnings of selling under which an offer is made all the same; `in_person` are reasons of contact
    that stand against a message and not against a talk. Without `likeness` a product's chance is the same for all whom
    no model scored; without `ranked_by` the expected value itself decides.
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
    likeness: Likeness | None = None
    ranked_by: RankedBy | None = None
    declined_days: Days
    accepted_days: Days
    longest_later_days: Days
    link_days: Days
    declines: Mapping[str, Wording] = Field(min_length=1)

    def worth(self, code: str, kind: str) -> Worth | None:
        """The product's own, or that of its kind."""
        return self.products.get(code) or self.kinds.get(kind)

    def assumed(self, code: str, kind: str) -> Assumed:
        worth = self.worth(code, kind)
        return self.base_rate if worth is None or worth.assumed is None else worth.assumed

    @property
    def facts(self) -> frozenset[str]:
        """Every fact of a customer that the ranking asks for."""
        return frozenset(self._reckoned()).union(() if self.likeness is None else self.likeness.facts)

    def reckoned_from(self, fact: str) -> Wording:
        """What the amount is called from which a margin is reckoned."""
        return self._reckoned()[fact]

    def _reckoned(self) -> dict[str, Wording]:
        worths = (*self.kinds.values(), *self.products.values())
        return {worth.by.fact: worth.by.wording for worth in worths if worth.by is not None}


def offer_rules(policies: Policies, on: date) -> Loaded[OfferRules]:
    return policies.book(DIRECTORY, OfferRules).effective(on)
