"""What an acceptance brings: one figure for everybody, or reckoned from what is known of the customer. Pure, exact."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final

from pydantic import Field, field_validator

from backend.core.rulesets import Part, Wording
from backend.engagement.conditions import FACTS

Amount = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=4)]
_WHOLE: Final = Decimal(10_000)
_AMOUNTS: Final = frozenset(fact for fact in FACTS if fact.endswith("_minor"))


class ByFact(Part):
    """`bp` of an amount that is known of the customer, at least and at most so much by currency; `most` of a currency
    is what one contract can bring at all. In a currency that `least` or `most` leave out nothing is reckoned.
    """

    fact: str
    wording: Wording
    bp: int = Field(ge=1, le=1_000_000)
    least: Mapping[str, Amount] = Field(min_length=1)
    most: Mapping[str, Amount] = Field(min_length=1)

    @field_validator("fact")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in _AMOUNTS:
            raise ValueError(f"there is no amount “{name}” (known: {', '.join(sorted(_AMOUNTS))})")
        return name


@dataclass(frozen=True, slots=True)
class Reckoned:
    """From which amount of the customer's a margin was reckoned; `held`: at a bound of the rule-set."""

    by: ByFact
    amount: Decimal
    held: bool


@dataclass(frozen=True, slots=True)
class Margin:
    """Before costs."""

    amount: Decimal
    reckoned: Reckoned | None = None


def margin(flat: Decimal, by: ByFact | None, known: Mapping[str, Decimal], currency: str) -> Margin:
    """`known`: the customer's amounts by fact, in whole units of the currency."""
    if by is None or by.fact not in known or currency not in by.least or currency not in by.most:
        return Margin(flat)
    amount = known[by.fact]
    found = amount * by.bp / _WHOLE
    within = min(max(found, by.least[currency]), by.most[currency])
    return Margin(within, Reckoned(by, amount, held=within != found))
