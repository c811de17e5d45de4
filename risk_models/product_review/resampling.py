"""The bootstrap of ratios of sums by group, at the price of one pass over the rows, whatever the number of rows.

Rows of a group are dealt at random into blocks, and blocks are resampled with replacement (Efron and Tibshirani,
An Introduction to the Bootstrap, 1993, §8; random groups: Wolter, Introduction to Variance Estimation, 2007, §2). A
group with fewer rows than blocks is resampled row by row. One seed, one result.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from risk_models.arrays import FloatArray, IntArray

BLOCKS: Final = 400


class Blocks:
    """Rows dealt into at most BLOCKS blocks of each of `size` groups; a row of code -1 is in none."""

    def __init__(self, codes: IntArray, size: int, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        order = self._rng.permutation(np.flatnonzero(codes >= 0))
        order = order[np.argsort(codes[order], kind="stable")]
        number = np.bincount(codes[order], minlength=size)
        within = np.arange(len(order)) - np.repeat(np.cumsum(number) - number, number)
        self.number: IntArray = np.minimum(number, BLOCKS).astype(np.int64)
        self._size = size
        self._cells = np.full(len(codes), -1, dtype=np.int64)
        self._cells[order] = codes[order] * BLOCKS + within % np.maximum(self.number[codes[order]], 1)

    def sums(self, amounts: IntArray) -> FloatArray:
        """Groups by blocks; exact as long as a block's sum stays below 2^53."""
        found = np.zeros(self._size * BLOCKS, dtype=np.int64)
        dealt = self._cells >= 0
        np.add.at(found, self._cells[dealt], amounts[dealt])
        return found.reshape(self._size, BLOCKS).astype(np.float64)

    def ratios(self, parts: FloatArray, wholes: FloatArray, group: int, times: int) -> FloatArray:
        """`times` resampled ratios of one group's sums; NaN where a resample had nothing to divide by."""
        blocks = int(self.number[group])
        weights = self._rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=times).astype(np.float64)
        above, below = weights @ parts[group, :blocks], weights @ wholes[group, :blocks]
        found: FloatArray = np.divide(above, below, out=np.full(times, np.nan), where=below != 0)
        return found


def interval(replicates: FloatArray, level: float) -> tuple[float | None, float | None]:
    """Percentiles of what is finite; None when nothing is."""
    known = replicates[np.isfinite(replicates)]
    if not len(known):
        return None, None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
