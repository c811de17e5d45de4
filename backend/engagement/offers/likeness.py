"""Who is like whom, as far as offers go: bands of what is known of a customer, said by the rule-set. Pure.

A group's code names its bounds (`products=1..3`), so that an answer keeps its group when the rule-set moves the bounds.
"""

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Final, Self
from uuid import UUID

import numpy as np
import pandas as pd
from pydantic import Field, field_validator, model_validator

from backend.core.i18n import translate
from backend.core.rulesets import Part, Wording
from backend.engagement.conditions import FACTS

Cut = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
Cuts = Annotated[tuple[Cut, ...], Field(min_length=1, max_length=9)]
_BELOW: Final = "{trait} below {high}"
_FROM: Final = "{trait} {low} or more"
_BETWEEN: Final = "{trait} from {low} to below {high}"
_TO: Final = "{trait} {low} to {high}"
_EXACTLY: Final = "{trait} {low}"


class Trait(Part):
    """Bands of one fact, from each cut to below the next: of a count `cuts`, of money `amounts` by currency."""

    fact: str
    wording: Wording
    cuts: Cuts | None = None
    amounts: Mapping[str, Cuts] | None = None

    @field_validator("fact")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in FACTS:
            raise ValueError(f"there is no fact “{name}” (known: {', '.join(sorted(FACTS))})")
        return name

    @model_validator(mode="after")
    def _banded(self) -> Self:
        if (self.cuts is None) == (self.amounts is None):
            raise ValueError("give either cuts or amounts")
        if (self.amounts is not None) != self.fact.endswith("_minor"):
            raise ValueError("amounts are of money, cuts of anything else")
        for cuts in (self.cuts,) if self.cuts else (self.amounts or {}).values():
            if list(cuts) != sorted(set(cuts)):
                raise ValueError("cuts rise")
        return self

    def bounds(self, currency: str, minor: int) -> tuple[int, ...] | None:
        """The cuts as the facts have them; None of an amount that names no cut in the currency."""
        if self.cuts is not None:
            return tuple(int(cut) for cut in self.cuts)
        cuts = (self.amounts or {}).get(currency)
        return None if cuts is None else tuple(int(cut * minor) for cut in cuts)


class Likeness(Part):
    """Customers in the same bands of every trait are alike.

    `openings_months`: for so long it is counted who opened what; what is opened several times as often as by
    all counts `most_times` at most, and no less than its reciprocal.
    """

    traits: tuple[Trait, ...] = Field(min_length=1, max_length=4)
    openings_months: int = Field(ge=1, le=36)
    most_times: Decimal = Field(ge=1, le=10)

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(trait.fact for trait in self.traits)


def alike(frame: pd.DataFrame, rules: Likeness, currency: str, minor: int) -> dict[UUID, str]:
    """The group of every row; whoever lacks one of the facts is like nobody. Facts as `portfolio_facts` gives them."""
    banded = [(trait.fact, trait.bounds(currency, minor)) for trait in rules.traits]
    if frame.empty or any(bounds is None for _, bounds in banded):
        return {}
    known = frame[frame[list(rules.facts)].notna().all(axis=1)]
    codes = [_codes(known[fact], fact, bounds) for fact, bounds in banded if bounds is not None]
    return {party_id: ";".join(code) for party_id, *code in zip(known.index, *codes, strict=True)}


def _codes(figures: pd.Series, fact: str, bounds: tuple[int, ...]) -> list[str]:
    ends = ["", *map(str, bounds), ""]
    names = [f"{fact}={low}..{high}" for low, high in pairwise(ends)]
    places = np.searchsorted(np.array(bounds), figures.to_numpy(dtype=np.int64), side="right")
    return [names[place] for place in places]


def described(code: str, rules: Likeness, currency: str, minor: int, locale: str) -> str:
    """The group in words; a trait that the rule-set no longer names is left out."""
    traits = {trait.fact: trait for trait in rules.traits}
    parts = [part.partition("=") for part in code.split(";")]
    return " · ".join(_band(traits[fact], band, currency, minor, locale) for fact, _, band in parts if fact in traits)


def _band(trait: Trait, band: str, currency: str, minor: int, locale: str) -> str:
    low, _, high = band.partition("..")
    named = trait.wording.text(locale)
    if trait.amounts is None:
        return _counted(named, int(low or 0), high, locale)
    text = _BELOW if not low else _BETWEEN if high else _FROM
    said = {name: f"{Decimal(end or 0) / minor:,f} {currency}" for name, end in (("low", low), ("high", high))}
    return translate(locale, text, trait=named, **said)


def _counted(named: str, low: int, high: str, locale: str) -> str:
    """Whole numbers: a band ends with the last number that is in it."""
    if not high:
        return translate(locale, _FROM, trait=named, low=low)
    if int(high) == low + 1:
        return translate(locale, _EXACTLY, trait=named, low=low)
    return translate(locale, _TO, trait=named, low=low, high=int(high) - 1)
