"""Exact sums and the ratios of them: whole minor units in, decimal text out, so that a pack has one digest anywhere."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

import numpy as np
import pandas as pd

from risk_models.arrays import IntArray

_PLACES: Final = Decimal("0.000001")
_SIGNIFICANT: Final = 9


def sums(codes: IntArray, amounts: IntArray, size: int) -> IntArray:
    """Per code 0..size-1, in int64: no float stands between an amount and its sum."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, codes, amounts)
    return found


def counts(codes: IntArray, size: int) -> IntArray:
    return np.bincount(codes, minlength=size).astype(np.int64)


def ratio(part: int, whole: int) -> str | None:
    """Six places, half to even; None where there is nothing to divide by."""
    if whole == 0:
        return None
    return str((Decimal(int(part)) / Decimal(int(whole))).quantize(_PLACES, ROUND_HALF_EVEN))


def figure(value: float | None) -> str | None:
    """A statistic to nine significant digits: beyond them machines may differ."""
    return None if value is None or not np.isfinite(value) else f"{value:.{_SIGNIFICANT}g}"


def whole(column: pd.Series) -> IntArray:
    return column.to_numpy(dtype=np.int64)


def coded(column: pd.Series) -> tuple[IntArray, list[str]]:
    """Codes and names of a text column, names sorted, only those that occur."""
    column = column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")
    column = column.cat.remove_unused_categories()
    names = [str(name) for name in column.cat.categories]
    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.zeros(max(len(names), 1), dtype=np.int64)
    place[order] = np.arange(len(names))
    codes: IntArray = place[column.cat.codes.to_numpy(dtype=np.int64)]
    return codes, [names[each] for each in order]
