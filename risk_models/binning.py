"""Optimal binning with weights of evidence, monotone where the variable has an order.

Weight of evidence (Siddiqi, Intelligent Credit Scoring, 2017, ch. 8): WOE = ln(share of goods / share of bads),
outcome 1 = bad. Among all mergers of up to `PREBINS` quantile bins whose bad rate only rises or only falls, the
one with the highest information value less `BIN_COST` per bin is found exactly, by dynamic programming.
Categories are first ordered by their bad rate. Missing values have a bin of their own. A numeric column may be
declared `turning`: its bad rate may rise and fall (a U-shape that the trade can explain); the search stays exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from risk_models.arrays import FloatArray, IntArray, optional_numbers, require_columns, tally, texts
from risk_models.errors import OutOfRangeError
from risk_models.record import Record

PREBINS = 20
SMALLEST_SHARE = 0.02
BIN_COST = 0.002
SMOOTHING = 0.5
MISSING = "missing"


@dataclass(frozen=True)
class Bin(Record):
    """`woe` is in favour of the good outcome; `label` reads like an interval or a list of categories."""

    label: str
    goods: float
    bads: float
    woe: float
    information: float


@dataclass(frozen=True)
class NumberBins(Record):
    """Bin i holds cuts[i-1] <= value < cuts[i]; the last entry of `bins` is the one for missing values."""

    name: str
    cuts: tuple[float, ...]
    bins: tuple[Bin, ...]

    def codes(self, frame: pd.DataFrame) -> IntArray:
        values = optional_numbers(frame, self.name)
        placed = np.searchsorted(np.array(self.cuts), values, side="right")
        return np.where(np.isnan(values), len(self.bins) - 1, placed)


@dataclass(frozen=True)
class CategoryBins(Record):
    """`levels[i]` falls into bin `places[i]`; unknown categories and missing values share the last bin."""

    name: str
    levels: tuple[str, ...]
    places: tuple[int, ...]
    bins: tuple[Bin, ...]

    def codes(self, frame: pd.DataFrame) -> IntArray:
        found = pd.Index(self.levels).get_indexer(pd.Index(texts(frame[self.name])))
        return np.append(np.array(self.places, dtype=np.int64), len(self.bins) - 1)[found]


Bins = NumberBins | CategoryBins


def bin_column(frame: pd.DataFrame, name: str, labels: FloatArray, *, turning: bool = False) -> Bins:
    """`labels` 1 = bad, 0 = good."""
    require_columns(frame, name)
    if is_numeric_dtype(frame[name]) and not is_bool_dtype(frame[name]):
        return _number_bins(frame, name, labels, turning)
    return _category_bins(frame, name, labels)


def woe(bins: Bins, frame: pd.DataFrame) -> FloatArray:
    return np.array([each.woe for each in bins.bins])[bins.codes(frame)]


def information_value(bins: Bins) -> float:
    return float(sum(each.information for each in bins.bins))


def _number_bins(frame: pd.DataFrame, name: str, labels: FloatArray, turning: bool) -> NumberBins:
    values = optional_numbers(frame, name)
    known = ~np.isnan(values)
    if not known.any():
        raise OutOfRangeError(f"{name} has no value at all", remedy="Leave the column out.")
    candidates = np.unique(np.quantile(values[known], np.linspace(0, 1, PREBINS + 1)[1:-1], method="higher"))
    candidates = candidates[candidates > values[known].min()]
    pre = np.searchsorted(candidates, values[known], side="right")
    goods, bads = _tally(pre, labels[known], len(candidates) + 1)
    ends = _segmented(goods, bads, monotone=False)[1] if turning else _best_monotone(goods, bads)
    cuts = tuple(float(candidates[end]) for end in ends[:-1])
    placed = np.where(known, np.searchsorted(np.array(cuts), values, side="right"), len(ends))
    counts = _tally(placed, labels, len(ends) + 1)
    edges = ["-∞", *(f"{cut:g}" for cut in cuts), "∞"]
    names = [f"[{low}, {high})" for low, high in pairwise(edges)]
    return NumberBins(name, cuts, _described([*names, MISSING], *counts))


def _category_bins(frame: pd.DataFrame, name: str, labels: FloatArray) -> CategoryBins:
    codes, levels = pd.factorize(texts(frame[name]), sort=True)
    goods, bads = _tally(codes[codes >= 0], labels[codes >= 0], len(levels))
    order = np.argsort((bads + SMOOTHING) / (goods + bads + 2 * SMOOTHING), kind="stable")
    ends = _best_monotone(goods[order], bads[order])
    places = np.empty(len(levels), dtype=np.int64)
    places[order] = np.searchsorted(np.array(ends), np.arange(len(levels)))
    counts = _tally(np.where(codes >= 0, places[codes], len(ends)), labels, len(ends) + 1)
    names = [", ".join(sorted(str(level) for level in levels[places == place])) for place in range(len(ends))]
    known = tuple(str(level) for level in levels)
    return CategoryBins(name, known, tuple(map(int, places)), _described([*names, MISSING], *counts))


def _best_monotone(goods: FloatArray, bads: FloatArray) -> list[int]:
    """Index of the last prebin of each merged bin, for the better of the two directions."""
    rising = _segmented(goods, bads)
    falling = _segmented(goods[::-1], bads[::-1])
    if rising[0] >= falling[0]:
        return rising[1]
    starts = [len(goods) - 1 - end for end in falling[1]]
    return [start - 1 for start in reversed(starts[:-1])] + [len(goods) - 1]


def _segmented(goods: FloatArray, bads: FloatArray, *, monotone: bool = True) -> tuple[float, list[int]]:
    """Value and last prebins of the best segmentation; `monotone`: with a bad rate that never falls.

    best[i, j] = value of the best segmentation of prebins 0..j whose last bin is i..j; it extends a best[k, i-1]
    whose last bin k..i-1 has no higher bad rate. O(n³), n = 20.
    """
    size = len(goods)
    sums_good, sums_bad = _ranges(goods), _ranges(bads)
    gain = _information(sums_good, sums_bad, goods.sum(), bads.sum()) - BIN_COST
    rows = sums_good + sums_bad
    rate = (sums_bad + SMOOTHING) / (rows + 2 * SMOOTHING)
    allowed = rows >= SMALLEST_SHARE * rows[0, -1]
    best = np.full((size, size), -np.inf)
    before = np.full((size, size), -1)
    best[0] = np.where(allowed[0], gain[0], -np.inf)
    for i in range(1, size):
        for j in np.flatnonzero(allowed[i]):
            follows = rate[:i, i - 1] <= rate[i, j] if monotone else np.full(i, True)
            reachable = np.where(follows, best[:i, i - 1], -np.inf)
            k = int(reachable.argmax())
            if reachable[k] > -np.inf:
                best[i, j], before[i, j] = reachable[k] + gain[i, j], k
    return _traced(best, before)


def _traced(best: FloatArray, before: IntArray) -> tuple[float, list[int]]:
    last = len(best) - 1
    start = int(best[:, last].argmax())
    value, ends = float(best[start, last]), [last]
    end = last
    while start > 0:
        start, end = int(before[start, end]), start - 1
        ends.append(end)
    return value, ends[::-1]


def _ranges(counted: FloatArray) -> FloatArray:
    """[i, j] = sum over i..j; zero below the diagonal."""
    running = np.concatenate([[0.0], np.cumsum(counted)])
    return np.triu(running[None, 1:] - running[:-1, None])


def _information(goods: FloatArray, bads: FloatArray, all_goods: float, all_bads: float) -> FloatArray:
    good_share, bad_share = goods / all_goods, bads / all_bads
    value: FloatArray = (good_share - bad_share) * _evidence(goods, bads, all_goods, all_bads)
    return value


def _evidence(goods: FloatArray, bads: FloatArray, all_goods: float, all_bads: float) -> FloatArray:
    """WOE; half a row on each side keeps a pure bin finite."""
    evidence: FloatArray = np.log((goods + SMOOTHING) / (bads + SMOOTHING)) - np.log(
        (all_goods + SMOOTHING) / (all_bads + SMOOTHING)
    )
    return evidence


def _described(names: Sequence[str], goods: FloatArray, bads: FloatArray) -> tuple[Bin, ...]:
    evidence = np.where(goods + bads > 0, _evidence(goods, bads, goods.sum(), bads.sum()), 0.0)
    worth = (goods / goods.sum() - bads / bads.sum()) * evidence
    return tuple(
        Bin(name, float(g), float(b), float(w), float(i))
        for name, g, b, w, i in zip(names, goods, bads, evidence, worth, strict=True)
    )


def _tally(codes: IntArray, labels: FloatArray, size: int) -> tuple[FloatArray, FloatArray]:
    bads = tally(codes, size, labels)
    return tally(codes, size) - bads, bads
