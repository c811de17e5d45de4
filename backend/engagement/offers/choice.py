"""What a ranking of offers looks at: a customer, products as she stands towards them, chances and what they rest on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from backend.engagement.offers.likely import Seen
from backend.engagement.offers.models import Basis
from backend.engagement.offers.said import Said
from backend.engagement.offers.worth import Margin
from backend.products.selling.rules import Answer as SellingAnswer


@dataclass(frozen=True, slots=True)
class Alike:
    """What the chance of a group rests on: its own answers and openings, everybody's, and how many times as often as
    all the group opens the product. `group` is None of a customer who is in none.
    """

    group: str | None
    seen: Seen
    everybody: Seen
    times: Decimal


@dataclass(frozen=True, slots=True)
class Chance:
    """That she accepts, with its interval; `reasons` are the score's codes, the strongest first.

    `lower` and `upper` are its quantiles at `ranked_by` of the rule-set and on the other side.
    """

    value: Decimal
    low: Decimal
    high: Decimal
    basis: Basis
    model: str | None = None
    version: int | None = None
    reasons: tuple[str, ...] = ()
    lower: Decimal | None = None
    upper: Decimal | None = None
    alike: Alike | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One product as she stands towards it; `sell` is what the rules of selling say."""

    code: str
    kind: str
    sell: SellingAnswer
    chance: Chance
    held: bool = False
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """A code with what it is about; words are found by `wording`."""

    code: str
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Customer:
    """`refused`: consents that are missing, by purpose with the reason; `contact`: why she may not be asked now;
    `speaks_for`: what speaks for a talk with her, whatever is offered. `amounts`: what is known of her, by fact, in
    whole units of the currency; `group` the customers whom she is like. `explored`: drawn for learning.
    """

    stage: str | None
    refused: Mapping[str, str] = field(default_factory=dict)
    contact: tuple[str, ...] = ()
    speaks_for: tuple[Ground, ...] = ()
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    group: str | None = None
    explored: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """`margin` is what an acceptance brings, after costs; `weighed` the expected value that offers are ordered by."""

    margin: Decimal
    expected: Decimal
    weighed: Decimal
    gross: Margin
