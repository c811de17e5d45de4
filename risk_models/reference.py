"""A population remembered by its bins: what later ones are held against, long after its rows are gone.

Numbers by quantiles of the reference, anything else by its values, a bin for what is missing and one for values that
were not there; PSI of the bins as in `stability`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from risk_models.arrays import FloatArray, require_columns, tally, texts
from risk_models.record import Record
from risk_models.stability import BINS, psi_of_counts

COLUMNS = ["characteristic", "psi", "bins", "p_value", "band", "expected"]


@dataclass(frozen=True)
class NumberBins(Record):
    """`counts` has a place for each interval between the `cuts`, and a last one for missing values."""

    name: str
    cuts: tuple[float, ...]
    counts: tuple[float, ...]

    def tally(self, column: pd.Series) -> FloatArray:
        return _number_tally(_numbers(column), self.cuts)


@dataclass(frozen=True)
class LevelBins(Record):
    """`counts` has a place for each level, one for values unknown to the reference, and a last one for missing ones."""

    name: str
    levels: tuple[str, ...]
    counts: tuple[float, ...]

    def tally(self, column: pd.Series) -> FloatArray:
        return _level_tally(column, self.levels)


@dataclass(frozen=True)
class Reference(Record):
    columns: tuple[NumberBins | LevelBins, ...]
    rows: int

    def compare(self, current: pd.DataFrame) -> pd.DataFrame:
        """`characteristic`, `psi`, `bins`, `p_value`, `band` of each column, in the order learned; `expected` is the
        PSI that chance alone gives on average, (bins - 1)(1/n + 1/m) (Yurdakul 2018).
        """
        require_columns(current, *(each.name for each in self.columns))
        found = [
            psi_of_counts(each.name, np.array(each.counts), each.tally(current[each.name])) for each in self.columns
        ]
        noise = 1 / self.rows + 1 / len(current)
        rows = [(f.name, f.psi, f.bins, f.p_value, f.band, (f.bins - 1) * noise) for f in found]
        return pd.DataFrame(rows, columns=COLUMNS)


def learn(frame: pd.DataFrame, bins: int = BINS) -> Reference:
    """Every column of `frame`."""
    require_columns(frame)
    return Reference(tuple(_learned(frame[name], str(name), bins) for name in frame.columns), len(frame))


def _learned(column: pd.Series, name: str, bins: int) -> NumberBins | LevelBins:
    if is_numeric_dtype(column) and not is_bool_dtype(column):
        values = _numbers(column)
        known = values[~np.isnan(values)]
        cuts = (
            np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1], method="higher")) if len(known) else known
        )
        inner = tuple(map(float, cuts[cuts > known.min()])) if len(known) else ()
        return NumberBins(name, inner, tuple(_number_tally(values, inner)))
    levels = tuple(sorted({text for text in texts(column) if text is not None}))
    return LevelBins(name, levels, tuple(_level_tally(column, levels)))


def _numbers(column: pd.Series) -> FloatArray:
    return pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)


def _number_tally(values: FloatArray, cuts: tuple[float, ...]) -> FloatArray:
    places = np.where(np.isnan(values), len(cuts) + 1, np.searchsorted(np.array(cuts), values, side="right"))
    return tally(places, len(cuts) + 2)


def _level_tally(column: pd.Series, levels: tuple[str, ...]) -> FloatArray:
    known = texts(column)
    places = pd.Index(levels).get_indexer(pd.Index(known))
    places = np.where(places >= 0, places, len(levels))
    places[pd.isna(known)] = len(levels) + 1
    return tally(places.astype(np.int64), len(levels) + 2)
