"""Customers for any rating rule-set: facts drawn from its own vocabulary, some of them missing or never heard of."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models.crr_book import Rating, RatingBook
from risk_models.crr_checks_parts import vocabulary
from risk_models.crr_rules import Fact, NumberFact, TableFact
from risk_models.crr_values import SEPARATOR, meaning, score

POLICIES = Path(__file__).resolve().parents[2] / "policies" / "risk"
COMMON = 0.9  # most customers have the first code of a vocabulary, and the home country
MISSING = 0.01


@cache
def book() -> RatingBook:
    return RatingBook.load(POLICIES)


def portfolio(
    rating: Rating, rows: int, seed: int, *, categorical: bool = False, missing: float = MISSING
) -> pd.DataFrame:
    """Text columns as pandas reads them, or categoricals as Parquet brings them."""
    rng = np.random.default_rng(seed)
    columns = {name: _column(name, fact, rating, rows, rng, missing) for name, fact in rating.rules.facts.items()}
    frame = pd.DataFrame(columns).set_axis(pd.RangeIndex(1000, 1000 + rows, name="customer"))
    if categorical:
        text = [name for name in frame.columns if frame[name].dtype == "str"]
        frame = frame.astype(dict.fromkeys(text, "category"))
    return frame


def _column(name: str, fact: Fact, rating: Rating, rows: int, rng: np.random.Generator, missing: float) -> pd.Series:
    gone = rng.random(rows) < missing
    if isinstance(fact, NumberFact):
        drawn = pd.Series(_numbers(name, rating)[np.where(rng.random(rows) < COMMON, 0, rng.integers(0, 99, rows))])
        return drawn if missing == 0 else drawn.astype("Int64").mask(gone)
    codes = list(_codes(fact, rating))
    others = rng.integers(0, len(codes), rows)
    first = np.where(rng.random(rows) < COMMON, 0, others)
    drawn = pd.Series(np.array(codes, dtype=object)[first], dtype="str")
    if getattr(fact, "many", False):
        several = rng.random(rows) < 0.1
        drawn = drawn.mask(several, drawn + SEPARATOR + pd.Series(np.array(codes, dtype=object)[others], dtype="str"))
    return drawn if missing == 0 else drawn.mask(gone).mask(rng.random(rows) < missing, "never heard of")


def _numbers(name: str, rating: Rating) -> NDArray[np.int64]:
    """99 numbers at and beside the boundaries of a fact; the first is the one with the lowest score."""
    items = [item for item in rating.rules.items if item.fact == name]
    ends = sorted({end for item in items for band in item.bands or () if (end := band.from_) is not None})
    near = [end + step for end in ends or [1] for step in (-1, 0, 1)]
    fact = rating.rules.facts[name]
    near.sort(key=lambda number: sum(score(item, meaning(fact, rating, number)) for item in items))
    return np.resize(np.array(near, dtype=np.int64), 99)


def _codes(fact: Fact, rating: Rating) -> tuple[str, ...]:
    if isinstance(fact, TableFact):
        home = ("CN", "DE") if fact.table == "countries" else ("10",)
        return (*home, *(code for code in rating.tables[fact.table].codes if code not in home))
    assert not isinstance(fact, NumberFact)
    return vocabulary(fact)
