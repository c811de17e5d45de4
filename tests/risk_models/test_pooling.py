"""Partial pooling against the published analysis of Tarone's rats (Gelman et al. 2013, BDA, ch. 5) and brute force."""

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from scipy.special import betainc, betaln

from risk_models.arrays import FloatArray
from risk_models.pooling import Pooled, partial_pool

RATS = (
    "0/20 0/20 0/20 0/20 0/20 0/20 0/20 0/19 0/19 0/19 0/19 0/18 0/18 0/17 1/20 1/20 1/20 1/20 1/19 1/19 1/18 1/18 "
    "2/25 2/24 2/23 2/20 2/20 2/20 2/20 2/20 2/20 1/10 5/49 2/19 5/46 3/27 2/17 7/49 7/47 3/20 3/20 2/13 9/48 10/50 "
    "4/20 4/20 4/20 4/20 4/20 4/20 4/20 10/48 4/19 4/19 4/19 5/22 11/46 12/49 5/20 5/20 6/23 5/19 6/22 6/20 6/20 6/20 "
    "16/52 15/47 15/46 9/24 4/14"
)
"""Table 5.1: tumours of rats in 70 experiments, and in the one that is asked about."""
SOME = (np.array([3.0, 0, 1, 0, 9]), np.array([9.0, 0, 4, 2, 30]), np.array([1.0, 2, 0.5, 1, 1.5]))


def rats() -> tuple[FloatArray, FloatArray]:
    told = np.array([[float(figure) for figure in each.split("/")] for each in RATS.split()])
    return told[:, 0], told[:, 1]


def brute(
    successes: FloatArray, trials: FloatArray, assumed: tuple[float, float], least: float, times: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of every group by summing over a fine grid of weights and rates."""
    steps = (np.arange(500) + 0.5) / 500
    rate = ((np.arange(600) + 0.5) / 600)[:, None]
    shares = np.minimum(rate * times, 1 - 1e-6)
    logs, means, squares = [], [], []
    for weight in least / steps**2:
        shape, other = weight * shares, weight * (1 - shares)
        log = (betaln(shape + successes, other + trials - successes) - betaln(shape, other)).sum(axis=1)
        logs.append(log + (assumed[0] - 1) * np.log(rate[:, 0]) + (assumed[1] - 1) * np.log1p(-rate[:, 0]))
        mean = (shape + successes) / (weight + trials)
        means.append(mean)
        squares.append(mean**2 + mean * (1 - mean) / (weight + trials + 1))
    mass = np.exp(np.array(logs) - np.max(logs))
    mass /= mass.sum()
    mean = np.einsum("kj,kjg->g", mass, np.array(means))
    return mean, np.sqrt(np.einsum("kj,kjg->g", mass, np.array(squares)) - mean**2)


def pooled_rats() -> Pooled:
    return partial_pool(*rats(), (1.0, 1.0), 1.0)


def test_raw_shares_are_those_of_the_book() -> None:
    successes, trials = (each[:-1] for each in rats())
    shares = successes / trials
    assert (round(shares.mean(), 3), round(shares.std(), 3)) == (0.136, 0.103)


def test_what_experiments_have_in_common_is_the_published_posterior_mean() -> None:
    """(2.4, 14.3) tumours and rats without: a rate of 2.4/16.7 that weighs 16.7 rats."""
    found = pooled_rats()
    assert found.weight == pytest.approx(2.4 + 14.3, abs=0.1)
    assert found.rate * found.weight == pytest.approx(2.4, abs=0.05)


def test_last_experiment_is_drawn_from_its_own_share_towards_the_others() -> None:
    assert 0.1443 < pooled_rats().mean[-1] < 4 / 14


def test_sums_over_the_grid_are_those_of_brute_force() -> None:
    found, (mean, spread) = pooled_rats(), brute(*rats(), (1.0, 1.0), 1.0, np.ones(71))
    assert found.mean == pytest.approx(mean, abs=1e-4)
    assert found.spread == pytest.approx(spread, abs=1e-4)


def test_expected_multiples_are_those_of_brute_force() -> None:
    successes, trials, times = SOME
    found = partial_pool(successes, trials, (1.0, 19.0), 20.0, times)
    mean, spread = brute(successes, trials, (1.0, 19.0), 20.0, times)
    assert found.mean == pytest.approx(mean, abs=2e-4)
    assert found.spread == pytest.approx(spread, abs=3e-4)


def test_nothing_but_the_assumption_gives_the_assumption() -> None:
    found = partial_pool(np.zeros(3), np.zeros(3), (1.0, 19.0), 20.0)
    assert found.mean == pytest.approx(np.full(3, 0.05), abs=1e-4)


def test_many_answers_of_a_group_are_believed_whatever_the_others_say() -> None:
    found = partial_pool(np.array([5_000.0, 10.0]), np.array([10_000.0, 1_000.0]), (1.0, 19.0), 20.0)
    assert found.mean == pytest.approx([0.5, 0.01], abs=5e-3)


def test_groups_that_agree_are_taken_together() -> None:
    alike, apart = np.array([20.0, 20, 20, 20]), np.array([2.0, 38, 5, 35])
    narrow, wide = (partial_pool(each, np.full(4, 200.0), (1.0, 9.0), 10.0) for each in (alike, apart))
    assert narrow.weight > 5 * wide.weight
    assert (narrow.spread < wide.spread.max()).all()


def test_quantiles_are_of_the_beta_with_mean_and_variance() -> None:
    found = partial_pool(*SOME[:2], (1.0, 19.0), 20.0)
    size = found.mean * (1 - found.mean) / found.spread**2 - 1
    below = betainc(found.mean * size, (1 - found.mean) * size, found.quantile(0.25))
    assert below == pytest.approx(np.full(5, 0.25))


@seed(20261122)
@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=6),
    st.integers(0, 30),
    st.integers(1, 60),
)
def test_every_share_lies_between_its_own_and_what_is_common(
    groups: list[tuple[int, int]], accepted: int, refused: int
) -> None:
    told = np.array(groups, dtype=np.float64)
    successes, trials = told[:, 0], told.sum(axis=1)
    found = partial_pool(successes, trials, (accepted, refused), float(accepted + refused))
    own = np.where(trials > 0, successes / np.maximum(trials, 1), found.rate)
    low, high = found.quantile(0.025), found.quantile(0.975)
    assert (found.mean >= np.minimum(own, found.rate) - 0.02).all()
    assert (found.mean <= np.maximum(own, found.rate) + 0.02).all()
    assert ((low >= 0) & (low <= found.mean) & (found.mean <= high) & (high <= 1)).all()
