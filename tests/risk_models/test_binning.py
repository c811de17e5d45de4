"""Optimal binning: exact among all admissible mergers, monotone, and calm about the unknown."""

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_models import binning
from risk_models.binning import BIN_COST, SMALLEST_SHARE, bin_column, information_value, woe

CELLS = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=2, max_size=7)


def by_enumeration(goods: np.ndarray, bads: np.ndarray) -> float:
    """The best value over every monotone merger, tried one by one."""
    values, size, total = [], len(goods), goods.sum() + bads.sum()
    for count in range(size):
        for inner in combinations(range(1, size), count):
            edges = [0, *inner, size]
            g, b = (np.array([cells[i:j].sum() for i, j in pairwise(edges)]) for cells in (goods, bads))
            rate = (b + 0.5) / (g + b + 1)
            steps = np.diff(rate)
            if ((g + b) >= SMALLEST_SHARE * total).all() and ((steps >= 0).all() or (steps <= 0).all()):
                values.append(binning._information(g, b, goods.sum(), bads.sum()).sum() - BIN_COST * len(g))
    return max(values)


@given(CELLS)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_the_search_finds_what_enumeration_finds(cells: list[tuple[int, int]]) -> None:
    goods, bads = (np.array(column, dtype=float) for column in zip(*cells, strict=True))
    ends = binning._best_monotone(goods, bads)
    g, b = (np.add.reduceat(c, [0, *(end + 1 for end in ends[:-1])]) for c in (goods, bads))
    reached = binning._information(g, b, goods.sum(), bads.sum()).sum() - BIN_COST * len(g)
    assert reached == pytest.approx(by_enumeration(goods, bads), abs=1e-12)


@pytest.fixture(scope="module")
def hump() -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(1)
    value = rng.normal(0, 1, 4000)
    labels = (rng.random(4000) < 0.1 + 0.5 * np.exp(-(value**2))).astype(float)
    return pd.DataFrame({"value": value}), labels


def test_weights_of_evidence_are_monotone_by_default(hump: tuple[pd.DataFrame, np.ndarray]) -> None:
    steps = np.diff([each.woe for each in bin_column(hump[0], "value", hump[1]).bins[:-1]])
    assert (steps >= 0).all() or (steps <= 0).all()


def test_a_turning_column_captures_a_hump(hump: tuple[pd.DataFrame, np.ndarray]) -> None:
    straight, bent = (bin_column(hump[0], "value", hump[1], turning=flag) for flag in (False, True))
    assert information_value(bent) > 2 * information_value(straight)


def test_no_bin_holds_less_than_the_smallest_share(hump: tuple[pd.DataFrame, np.ndarray]) -> None:
    bins = bin_column(hump[0], "value", hump[1], turning=True).bins[:-1]
    assert min(each.goods + each.bads for each in bins) >= SMALLEST_SHARE * 4000


def test_counts_of_all_bins_add_up_to_the_sample() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"value": np.where(rng.random(500) < 0.2, np.nan, rng.normal(0, 1, 500))})
    labels = (rng.random(500) < 0.3).astype(float)
    bins = bin_column(frame, "value", labels).bins
    assert sum(each.bads for each in bins) == labels.sum()
    assert bins[-1].goods + bins[-1].bads == frame["value"].isna().sum()


def test_an_unknown_category_carries_the_evidence_of_missing_values() -> None:
    frame = pd.DataFrame({"job": ["a", "b", None] * 100})
    bins = bin_column(frame, "job", np.tile([0.0, 1.0, 1.0, 0.0, 1.0, 0.0], 50))
    known, unknown = woe(bins, pd.DataFrame({"job": [None]})), woe(bins, pd.DataFrame({"job": ["new"]}))
    assert unknown[0] == known[0]
