"""Has the population moved? PSI of the score, CSI of each characteristic.

PSI = sum of (p - q) ln(p / q) over bins, q the shares in development, p those of now. Without any shift it is not
zero but about (bins - 1)(1/n + 1/m) times a chi-square over its degrees (Yurdakul 2018): hence a p-value beside
the customary marks .10 and .25, which mean nothing for small samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from scipy.special import chdtrc

from risk_models.arrays import FloatArray, IntArray, name_of, require_columns, tally
from risk_models.errors import NoRowsError, OutOfRangeError
from risk_models.record import Record

BINS = 10
WATCH, SHIFTED = 0.10, 0.25
HALF = 0.5
FEWEST_BINS = 2


@dataclass(frozen=True)
class Stability(Record):
    """`p_value` of a shift as large as this by chance; `band` is stable, watch or shifted."""

    name: str
    psi: float
    bins: int
    p_value: float
    band: str


def psi(reference: pd.Series, current: pd.Series, bins: int = BINS) -> Stability:
    """Numbers by quantiles of the reference, anything else by its values; missing values are a bin."""
    name = name_of(reference, name_of(current, "score"))
    if reference.empty or current.empty:
        raise NoRowsError(f"No rows of {name} to compare")
    before, now = _tallies(reference, current, bins)
    return _stability(name, before, now)


def psi_of_counts(name: str, reference: FloatArray, current: FloatArray) -> Stability:
    """The same of counts by bin, for tables that are counted already; a bin that is empty in both is left out."""
    if reference.sum() == 0 or current.sum() == 0:
        raise NoRowsError(f"No rows of {name} to compare")
    used = reference + current > 0
    return _stability(name, reference[used], current[used])


def csi(reference: pd.DataFrame, current: pd.DataFrame, bins: int = BINS) -> pd.DataFrame:
    """PSI of each column of `reference`, largest first; `current` must have the same columns."""
    require_columns(reference)
    require_columns(current, *(str(name) for name in reference.columns))
    found = [psi(reference[name], current[name], bins) for name in reference.columns]
    rows = [(each.name, each.psi, each.bins, each.p_value, each.band) for each in found]
    table = pd.DataFrame(rows, columns=["characteristic", "csi", "bins", "p_value", "band"])
    return table.sort_values(["csi", "characteristic"], ascending=[False, True], ignore_index=True)


def shift_table(reference: pd.Series, current: pd.Series, bins: int = BINS) -> pd.DataFrame:
    """The terms of the sum: which bins moved, and how much each adds."""
    codes_before, codes_now, labels = _codes(reference, current, bins)
    before, now = (tally(codes, len(labels)) for codes in (codes_before, codes_now))
    table = pd.DataFrame({"bin": labels, "reference": before / before.sum(), "current": now / now.sum()})
    return table.assign(contribution=_terms(before, now))[before + now > 0].reset_index(drop=True)


def _stability(name: str, before: FloatArray, now: FloatArray) -> Stability:
    value = float(_terms(before, now).sum())
    free = len(before) - 1
    noise = 1 / before.sum() + 1 / now.sum()
    p_value = float(chdtrc(free, value / noise)) if free > 0 else 1.0
    band = "stable" if value < WATCH else "watch" if value < SHIFTED else "shifted"
    return Stability(name, value, len(before), p_value, band)


def _terms(before: FloatArray, now: FloatArray) -> FloatArray:
    """Half a row in an empty cell keeps the logarithm finite."""
    q, p = np.maximum(before, HALF) / before.sum(), np.maximum(now, HALF) / now.sum()
    return np.where(before + now > 0, (p - q) * np.log(p / q), 0.0)


def _tallies(reference: pd.Series, current: pd.Series, bins: int) -> tuple[FloatArray, FloatArray]:
    before, now, labels = _codes(reference, current, bins)
    counted = np.stack([tally(codes, len(labels)) for codes in (before, now)])
    counted = counted[:, counted.sum(axis=0) > 0]
    return counted[0], counted[1]


def _codes(reference: pd.Series, current: pd.Series, bins: int) -> tuple[IntArray, IntArray, list[str]]:
    if bins < FEWEST_BINS:
        raise OutOfRangeError("Fewer than two bins were asked for", remedy="Use two or more.")
    if is_numeric_dtype(reference) and not is_bool_dtype(reference):
        return _number_codes(reference, current, bins)
    texts = [series.astype(str).where(series.notna(), "missing") for series in (reference, current)]
    codes, labels = pd.factorize(pd.concat(texts, ignore_index=True), sort=True)
    return codes[: len(reference)], codes[len(reference) :], [str(label) for label in labels]


def _number_codes(reference: pd.Series, current: pd.Series, bins: int) -> tuple[IntArray, IntArray, list[str]]:
    before, now = (pd.to_numeric(s).to_numpy(dtype=np.float64, na_value=np.nan) for s in (reference, current))
    known = before[~np.isnan(before)]
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1], method="higher")) if len(known) else known
    cuts = cuts[cuts > known.min()] if len(known) else cuts
    placed = [np.where(np.isnan(v), len(cuts) + 1, np.searchsorted(cuts, v, side="right")) for v in (before, now)]
    edges = ["-∞", *(f"{cut:g}" for cut in cuts), "∞"]
    labels = [f"[{low}, {high})" for low, high in pairwise(edges)]
    return placed[0], placed[1], [*labels, "missing"]
