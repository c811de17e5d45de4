"""Equal rows counted once: a likelihood over a million customers becomes one over their distinct histories.

Groups are sorted by value, so sums over them do not depend on the order of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_models.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Groups:
    """`columns[j][g]` is the value of column j in group g; `members[i]` the group of row i."""

    columns: tuple[FloatArray, ...]
    sizes: FloatArray
    members: IntArray


def group(*columns: FloatArray) -> Groups:
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, distinct = pd.factorize(column, sort=True)
        key, _ = pd.factorize(key * len(distinct) + codes, sort=True)
    sizes = np.bincount(key)
    first = np.empty(len(sizes), dtype=np.int64)
    first[key[::-1]] = np.arange(len(key) - 1, -1, -1)
    return Groups(tuple(column[first] for column in columns), sizes.astype(np.float64), key.astype(np.int64))


def quantile_groups(values: FloatArray, groups: int) -> IntArray:
    """Groups of about equal size; equal values stay together, so that the order of the rows makes no difference."""
    cuts = np.unique(np.quantile(values, np.linspace(0, 1, groups + 1)[1:-1], method="higher"))
    codes: IntArray = np.unique(np.searchsorted(cuts, values, side="right"), return_inverse=True)[1]
    return codes
