"""A column as codes into its few distinct values (cells), the form in which a million customers are rated at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models.arrays import BoolArray, IntArray, offenders
from risk_models.crr_rules import Fact, NumberFact
from risk_models.errors import OutOfRangeError

BLOCK = 32_768
LARGEST_EXACT = 2**53  # the whole numbers that a float64 holds exactly
Codes = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Column:
    """`cells[codes[i]]` stands for the value of row i; code -1 is the last cell, which is always None: missing."""

    codes: Codes
    cells: tuple[object, ...]

    @property
    def present(self) -> list[int]:
        """Positions of the cells that may occur; the last one only if a value is missing."""
        every = range(len(self.cells))
        return list(every if len(self.codes) and int(self.codes.min()) < 0 else every[:-1])


def column(values: pd.Series, fact: Fact, edges: list[int]) -> Column:
    """Of a number, two values between the same two `edges` share a cell."""
    return _numbers(values, edges) if isinstance(fact, NumberFact) else _labels(values)


def _labels(values: pd.Series) -> Column:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return Column(values.cat.codes.to_numpy(), (*values.cat.categories.tolist(), None))
    if values.dtype == np.bool_:
        return Column(values.to_numpy().view(np.int8), (False, True, None))
    codes, distinct = pd.factorize(values)
    return Column(codes, (*distinct.tolist(), None))


def _numbers(values: pd.Series, edges: list[int]) -> Column:
    numbers, missing = _whole(values)
    codes: Codes = np.zeros(len(numbers), dtype=np.int8 if len(edges) < np.iinfo(np.int8).max else np.int16)
    for start in range(0, len(numbers), BLOCK):
        here = slice(start, start + BLOCK)
        for edge in edges:
            np.add(codes[here], numbers[here] >= edge, out=codes[here])
    if missing is not None:
        codes[missing] = -1
    lowest = edges[0] - 1 if edges else 0
    return Column(codes, (lowest, *edges, None))


def _whole(values: pd.Series) -> tuple[IntArray, BoolArray | None]:
    """Whole numbers and where they are missing; fractions are refused, since a boundary has to be exact."""
    if isinstance(values.dtype, np.dtype) and np.issubdtype(values.dtype, np.signedinteger):
        return values.to_numpy(dtype=np.int64), None
    if pd.api.types.is_integer_dtype(values.dtype):
        return values.to_numpy(dtype=np.int64, na_value=0), values.isna().to_numpy(dtype=bool)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    missing = np.isnan(numbers)
    whole = np.where(missing, 0.0, numbers)
    broken = (
        (whole != np.floor(whole)) | (np.abs(whole) > LARGEST_EXACT) | (missing & values.notna().to_numpy(dtype=bool))
    )
    if broken.any():
        raise OutOfRangeError(f"{values.name} is no whole number", offenders(values.index, broken))
    return whole.astype(np.int64), missing if missing.any() else None
