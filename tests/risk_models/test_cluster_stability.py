"""Groups that are there are found again on other samples; made up ones dissolve."""

import numpy as np
import pandas as pd
import pytest

from risk_models import clusters
from risk_models.cluster_stability import PATTERN, STABLE, group_stability, jaccard

FEATURES = [("x", False), ("y", False)]


def crowd(*centres: tuple[float, float], size: int = 150, spread: float = 0.3) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    points = np.concatenate([rng.normal(centre, spread, (size, 2)) for centre in centres])
    return pd.DataFrame(points, columns=["x", "y"])


def test_groups_that_are_apart_are_stable() -> None:
    frame = crowd((0, 0), (5, 0), (0, 5))
    found = group_stability(clusters.fit(frame, FEATURES, [3], 1), frame, 2)
    assert min(found) > 0.95


def test_a_group_cut_in_two_is_less_steady_than_one_that_is_whole() -> None:
    frame = crowd((0, 0), (8, 8), size=400)
    model = clusters.fit(frame, FEATURES, [3], 1)
    whole = int(np.argmax(np.bincount(model.assign(frame)))) - 1
    steady = group_stability(model, frame, 2)
    halves = [value for number, value in enumerate(steady) if number != whole]
    assert steady[whole] > STABLE
    assert max(halves) < steady[whole]


def test_made_up_groups_are_not_stable() -> None:
    frame = pd.DataFrame(np.random.default_rng(3).normal(0, 1, (400, 2)), columns=["x", "y"])
    found = group_stability(clusters.fit(frame, FEATURES, [6], 1), frame, 2)
    assert np.mean(found) < STABLE
    assert min(found) < PATTERN + 0.05


def test_the_same_seed_tells_the_same() -> None:
    frame = crowd((0, 0), (2, 0))
    model = clusters.fit(frame, FEATURES, [2], 1)
    assert group_stability(model, frame, 4) == group_stability(model, frame, 4)


def test_similarity_is_the_share_of_those_in_both() -> None:
    found = jaccard(np.array([0, 0, 0, 1]), np.array([1, 1, 0, 0]), 2)
    assert found.tolist() == [[pytest.approx(1 / 4), pytest.approx(2 / 3)], [pytest.approx(1 / 2), 0.0]]
