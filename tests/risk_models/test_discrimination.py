"""AUC, Gini, KS: values by counting pairs, intervals by their coverage."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_models.discrimination import auc, auc_estimate, compare, gini_estimate, ks_estimate
from risk_models.errors import ContradictionError, SingleClassError


def drawn(rows: int, seed: int, shift: float = 1.0) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng(seed)
    labels = (rng.random(rows) < 0.3).astype(int)
    return pd.Series(labels, name="bad"), pd.Series(rng.normal(0, 1, rows) + shift * labels, name="score")


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 4)), min_size=2, max_size=40))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_auc_is_the_share_of_pairs_in_order(rows: list[tuple[int, int]]) -> None:
    bad, good = ([score for label, score in rows if label == kind] for kind in (1, 0))
    labels, scores = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if not bad or not good:
        with pytest.raises(SingleClassError):
            auc(labels, scores)
        return
    pairs = np.array([(b > g) + 0.5 * (b == g) for b in bad for g in good])
    assert auc(labels, scores) == pytest.approx(pairs.mean(), abs=1e-12)


def test_the_delong_error_equals_the_spread_of_repeated_samples() -> None:
    values = [auc_estimate(*drawn(300, seed)) for seed in range(300)]
    spread = np.std([found.value for found in values])
    assert np.mean([found.standard_error for found in values]) == pytest.approx(spread, rel=0.1)


def test_gini_is_twice_the_auc_less_one_with_its_interval() -> None:
    sample = drawn(500, 1)
    area, gini = auc_estimate(*sample), gini_estimate(*sample)
    assert (gini.value, gini.low, gini.high) == (2 * area.value - 1, 2 * area.low - 1, 2 * area.high - 1)


def test_perfect_separation_has_no_interval() -> None:
    found = auc_estimate(pd.Series([0, 0, 1, 1]), pd.Series([1.0, 2.0, 3.0, 4.0]))
    assert (found.value, found.low, found.high) == (1.0, None, None)


def test_ks_is_the_largest_gap_between_the_distributions() -> None:
    found = ks_estimate(pd.Series([0, 0, 0, 1, 1, 1]), pd.Series([1, 2, 3, 3, 4, 5]), seed=1, resamples=20)
    assert found.value == pytest.approx(2 / 3)


def test_ks_with_one_seed_is_one_answer() -> None:
    sample = drawn(500, 1)
    assert ks_estimate(*sample, seed=9, resamples=50) == ks_estimate(*sample, seed=9, resamples=50)


def test_a_better_challenger_is_recognised_and_an_equal_one_is_not() -> None:
    labels, champion = drawn(2000, 3, shift=0.5)
    rng = np.random.default_rng(4)
    better = compare(labels, champion, champion + 0.7 * labels)
    equal = compare(labels, champion, champion + rng.normal(0, 0.05, 2000))
    assert better.difference.low > 0
    assert better.p_value < 0.001
    assert equal.p_value > 0.01


def test_a_score_does_not_differ_from_itself() -> None:
    labels, champion = drawn(200, 3)
    assert compare(labels, champion, champion).p_value == 1.0


def test_outcomes_and_scores_of_different_rows_are_refused() -> None:
    labels, scores = drawn(50, 1)
    with pytest.raises(ContradictionError):
        auc_estimate(labels, scores.iloc[::-1])
