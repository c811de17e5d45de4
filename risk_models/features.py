"""From a customer table to a design matrix, and back from coefficients to named reasons.

Numbers enter through restricted cubic splines (Harrell, Regression Modeling Strategies, 2015, §2.4.5: linear
beyond the outer knots, so no wild extrapolation); categories as indicators, rare ones together. Every column is
centred on the training mean, so a coefficient times its column is a difference to the average customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from risk_models.arrays import BoolArray, FloatArray, IntArray, offenders, optional_numbers, require_columns, texts
from risk_models.errors import MissingValueError, OutOfRangeError
from risk_models.record import Record

KNOT_QUANTILES = (0.05, 0.275, 0.5, 0.725, 0.95)
RARE = "(rare)"
ABSENT = "(missing)"
SMALLEST_SPREAD = 1e-9
FEWEST_KNOTS = 3


@dataclass(frozen=True)
class Number(Record):
    """`centre` stands in for missing values; `may_miss` whether training rows had any."""

    name: str
    knots: tuple[float, ...]
    centre: float
    may_miss: bool

    def columns(self, frame: pd.DataFrame) -> tuple[FloatArray, list[str]]:
        values, missing = _present(frame, self.name)
        if missing.any() and not self.may_miss:
            raise MissingValueError(
                f"{self.name} is missing, and never was in training", offenders(frame.index, missing)
            )
        filled = np.where(missing, self.centre, values)
        parts = [filled, *_spline(filled, self.knots)]
        names = [self.name, *(f"{self.name} (curve {i + 1})" for i in range(len(parts) - 1))]
        if self.may_miss:
            parts.append(missing.astype(np.float64))
            names.append(f"{self.name} {ABSENT}")
        return np.column_stack(parts), names


@dataclass(frozen=True)
class Category(Record):
    """A level unknown to `levels` counts as rare; without `has_rare` it says nothing (the training mean)."""

    name: str
    levels: tuple[str, ...]
    has_rare: bool

    def columns(self, frame: pd.DataFrame) -> tuple[FloatArray, list[str]]:
        codes = pd.Index(self.levels).get_indexer(pd.Index(_text(frame[self.name])))
        indicators = (codes[:, None] == np.arange(len(self.levels))).astype(np.float64)
        names = [f"{self.name} = {level}" for level in self.levels]
        if self.has_rare:
            indicators = np.column_stack([indicators, codes == -1])
            return indicators, [*names, f"{self.name} = {RARE}"]
        indicators[codes == -1] = np.nan
        return indicators, names


@dataclass(frozen=True)
class Features(Record):
    """The recipe learned from training rows. Design columns are centred and scaled to unit spread."""

    items: tuple[Number | Category, ...]
    centres: tuple[float, ...]
    spreads: tuple[float, ...]
    owners: tuple[int, ...]
    columns: tuple[str, ...]

    def design(self, frame: pd.DataFrame) -> FloatArray:
        """(rows, columns), float64. Needs every training column; extra ones are ignored."""
        require_columns(frame, *(item.name for item in self.items))
        raw = np.column_stack([item.columns(frame)[0] for item in self.items])
        scaled: FloatArray = np.nan_to_num((raw - np.array(self.centres)) / np.array(self.spreads), nan=0.0)
        return scaled

    def contributions(self, design: FloatArray, coefficients: Sequence[float], index: pd.Index) -> pd.DataFrame:
        """Log-odds that each original column adds, against the average training customer."""
        weighted = design * np.array(coefficients)
        owners: IntArray = np.array(self.owners, dtype=np.int64)
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        summed = np.add.reduceat(weighted, starts, axis=1)
        return pd.DataFrame(summed, index=index, columns=[item.name for item in self.items])


def learn(frame: pd.DataFrame, *, knots: bool = True, rare_share: float = 0.005) -> Features:
    """A recipe for all columns of `frame`; drop identifiers and outcomes first."""
    require_columns(frame)
    items = tuple(_item(frame, str(name), knots, rare_share) for name in frame.columns)
    blocks = [item.columns(frame) for item in items]
    raw = np.column_stack([block for block, _ in blocks])
    owners = tuple(i for i, (block, _) in enumerate(blocks) for _ in range(block.shape[1]))
    centres, spreads = raw.mean(axis=0), raw.std(axis=0)
    spreads = np.where(spreads > SMALLEST_SPREAD * np.maximum(1.0, np.abs(centres)), spreads, 1.0)
    names = tuple(name for _, block_names in blocks for name in block_names)
    return Features(items, tuple(map(float, centres)), tuple(map(float, spreads)), owners, names)


def _item(frame: pd.DataFrame, name: str, knots: bool, rare_share: float) -> Number | Category:
    column = frame[name]
    if is_numeric_dtype(column) and not is_bool_dtype(column):
        values, missing = _present(frame, name)
        if missing.all():
            raise OutOfRangeError(f"{name} has no value at all", remedy="Leave the column out.")
        present = values[~missing]
        return Number(name, _knots(present) if knots else (), float(present.mean()), bool(missing.any()))
    shares = pd.Series(_text(column)).value_counts(normalize=True).sort_index()
    levels = tuple(str(level) for level in shares.index[shares >= rare_share])
    return Category(name, levels, len(levels) < len(shares))


def _knots(values: FloatArray) -> tuple[float, ...]:
    """Distinct quantiles; fewer than three make a straight line."""
    distinct = np.unique(np.quantile(values, KNOT_QUANTILES))
    return tuple(map(float, distinct)) if len(distinct) >= FEWEST_KNOTS else ()


def _spline(values: FloatArray, knots: tuple[float, ...]) -> list[FloatArray]:
    if not knots:
        return []
    last, before = knots[-1], knots[-2]
    scale = (last - knots[0]) ** 2

    def cubed(at: float) -> FloatArray:
        return np.maximum(values - at, 0.0) ** 3

    tail, gap = cubed(last), last - before
    inner = cubed(before)
    return [(cubed(k) - inner * (last - k) / gap + tail * (before - k) / gap) / scale for k in knots[:-2]]


def _present(frame: pd.DataFrame, name: str) -> tuple[FloatArray, BoolArray]:
    values = optional_numbers(frame, name)
    return values, np.isnan(values)


def _text(column: pd.Series) -> NDArray[np.object_]:
    known = texts(column)
    known[column.isna().to_numpy(dtype=bool)] = ABSENT
    return known
