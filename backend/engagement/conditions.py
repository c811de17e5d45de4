"""Conditions on the facts and scores of customers, as rule-sets of stages and of warnings write them. Pure.

A condition compares one number, or the ratio of two, with one bound. What is not known (an empty fact, a score that was
never computed, a ratio to nothing, an amount without a figure for the currency) does not hold: absence moves nobody.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from backend.core.rulesets import Part

FACTS: Final = frozenset(
    {
        "products",
        "products_12m_ago",
        "products_ever",
        "used",
        "balance_minor",
        "balance_3m_ago_minor",
        "balance_12m_ago_minor",
        "inflow_3m_minor",
        "inflow_prev_3m_minor",
        "outflow_3m_minor",
        "movements_3m",
        "movements_prev_3m",
        "months_inactive",
        "tenure_months",
        "premiums_missed",
        "claims_12m",
        "complaints_open",
        "complaints_12m",
        "competitor_paid_3m_minor",
    }
)
SCORES: Final = frozenset({"churn", "value", "activity"})
"""Purposes of models (backend.engagement.models); `value` is in minor units."""
Amounts = Mapping[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], Annotated[Decimal, Field(gt=0)]]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]


class Condition(Part):
    """`of`: the bound is on the share `fact` / `of`. `amount` is a least amount in whole units, by currency."""

    fact: str
    of: str | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    above: Decimal | None = None
    below: Decimal | None = None
    amount: Amounts | None = None

    @field_validator("fact", "of")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name is not None and name not in FACTS | SCORES:
            raise ValueError(f"there is no fact or score “{name}” (known: {', '.join(sorted(FACTS | SCORES))})")
        return name

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        bounds = (self.at_least, self.at_most, self.above, self.below, self.amount)
        if sum(bound is not None for bound in bounds) != 1:
            raise ValueError("give exactly one of at_least, at_most, above, below, amount")
        if self.amount is not None and self.of is not None:
            raise ValueError("an amount is no bound of a ratio")
        return self


def holds(frame: pd.DataFrame, conditions: Sequence[Condition], currency: str, minor: int) -> Flags:
    """Of which rows every condition holds. `minor`: how many minor units are one of the currency."""
    found: Flags = np.ones(len(frame), dtype=np.bool_)
    for condition in conditions:
        found &= _one(frame, condition, currency, minor)
    return found


def figure(frame: pd.DataFrame, condition: Condition) -> Numbers:
    """What the condition looks at, for people to see: the number, or the share; NaN where it is not known."""
    value = _numbers(frame, condition.fact)
    if condition.of is None:
        return value
    base = _numbers(frame, condition.of)
    share: Numbers = np.divide(value, base, out=np.full(len(frame), np.nan), where=base > 0)
    return share


def _one(frame: pd.DataFrame, condition: Condition, currency: str, minor: int) -> Flags:
    value = figure(frame, condition)
    with np.errstate(invalid="ignore"):
        if condition.amount is not None:
            least = condition.amount.get(currency)
            return np.zeros(len(frame), dtype=np.bool_) if least is None else value >= float(least * minor)
        if condition.at_least is not None:
            return value >= float(condition.at_least)
        if condition.at_most is not None:
            return value <= float(condition.at_most)
        if condition.above is not None:
            return value > float(condition.above)
        return value < float(condition.below or 0)


def _numbers(frame: pd.DataFrame, name: str) -> Numbers:
    """A score that the frame does not carry is known of nobody."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    return frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
