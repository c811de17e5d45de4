"""What a model may look at: the portfolio on one day."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Snapshot:
    """All three by party_id.

    `facts` are those of `backend.engagement.facts`. `histories` has the days on which customers moved money:
    `frequency` (days after the first), `recency` and `age` in weeks since the first, `spend` (mean of the repeated
    days, whole currency; empty without any), `recency_days`, `days` and `turnover` (both from the first day on).
    `holdings` has a row per contract ever opened: `product`, `opened_on`, `closed_on`.
    """

    as_of: date
    facts: pd.DataFrame
    histories: pd.DataFrame
    holdings: pd.DataFrame

    def holders(self, product: str) -> pd.Index:
        """Who holds the product on the day."""
        day, held = pd.Timestamp(self.as_of), self.holdings
        open_now = (held["opened_on"] <= day) & (held["closed_on"].isna() | (held["closed_on"] > day))
        return held.index[open_now & (held["product"] == product)].unique()

    def takers(self, product: str, since: date) -> pd.Index:
        """Who took the product after `since`, up to the day."""
        opened = self.holdings["opened_on"]
        taken = (opened > pd.Timestamp(since)) & (opened <= pd.Timestamp(self.as_of))
        return self.holdings.index[taken & (self.holdings["product"] == product)].unique()


def population(of: Snapshot, product: str | None) -> pd.DataFrame:
    """Customers with something open; for a propensity those without the product."""
    return of.facts[eligible(of, product)]


def eligible(of: Snapshot, product: str | None) -> NDArray[np.bool_]:
    """Which rows of the facts are the population: to read them in blocks instead of copying them."""
    holding: NDArray[np.bool_] = of.facts["products"].to_numpy() > 0
    return holding if product is None else holding & ~of.facts.index.isin(of.holders(product))
