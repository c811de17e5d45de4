"""Customers of a product by one dimension: who was a holder in the period, and who of them may be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from risk_models.arrays import BoolArray, IntArray
from risk_models.product_review.exact import coded, counts
from risk_models.product_review.suppression import told

VULNERABLE: Final = "vulnerable"


@dataclass(frozen=True, slots=True)
class Groups:
    """`codes` by holding, -1 for who held nothing in the period; `told` which groups are large enough."""

    dimension: str
    names: tuple[str, ...]
    codes: IntArray
    holdings: IntArray
    told: BoolArray

    def of(self, places: pd.Series) -> IntArray:
        """The groups of rows that point to holdings; -1 where they point to none."""
        found = places.to_numpy(dtype=np.int64)
        codes: IntArray = np.where(found >= 0, self.codes[np.maximum(found, 0)], -1) if len(self.codes) else found
        return codes

    def reference(self, wanted: str) -> int | None:
        """The named group, or the largest; None where it may not be told."""
        if not self.names:
            return None
        place = self.names.index(wanted) if wanted in self.names else int(np.argmax(self.holdings))
        return place if self.told[place] and self.holdings[place] else None


def groups(holdings: pd.DataFrame, dimension: str, exposure: IntArray, smallest: int) -> Groups:
    column = holdings[dimension]
    if dimension == VULNERABLE:
        column = pd.Series(np.where(column.to_numpy(dtype=bool), "yes", "no")).astype("category")
    codes, names = coded(column)
    codes = np.where(exposure > 0, codes, -1)
    number = counts(codes[codes >= 0], len(names))
    return Groups(dimension, tuple(names), codes, number, told(number, smallest))
