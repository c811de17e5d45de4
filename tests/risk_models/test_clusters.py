"""Groups are found where there are some, are the same for the same seed, and agree with scikit-learn's figures."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from risk_models import clusters
from risk_models.clusters import Clustering
from risk_models.errors import NoRowsError

FEATURES = (("balance", True), ("moves", False))


def blobs(seed: int = 1, each: int = 60) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    centres = [(12.0, 5.0), (8.0, 40.0), (4.0, 5.0)]
    points = np.concatenate([random.normal(centre, (0.3, 2.0), (each, 2)) for centre in centres])
    return pd.DataFrame({"balance": np.expm1(points[:, 0]), "moves": points[:, 1]})


def test_as_many_groups_are_found_as_there_are() -> None:
    assert len(clusters.fit(blobs(), FEATURES, range(2, 7), seed=7).centres) == 3


def test_everybody_is_put_with_their_own_group() -> None:
    frame = blobs()
    found = clusters.fit(frame, FEATURES, [3], seed=7).assign(frame)
    assert [found.iloc[start : start + 60].nunique() for start in (0, 60, 120)] == [1, 1, 1]
    assert found.nunique() == 3


def test_the_first_group_has_the_most_of_the_first_figure() -> None:
    model = clusters.fit(blobs(), FEATURES, [3], seed=7)
    firsts = [centre[0] for centre in model.centres]
    assert firsts == sorted(firsts, reverse=True)


def test_the_same_seed_finds_the_same_groups() -> None:
    assert clusters.fit(blobs(), FEATURES, [3, 4], seed=3) == clusters.fit(blobs(), FEATURES, [3, 4], seed=3)


def test_a_model_survives_being_stored() -> None:
    model = clusters.fit(blobs(), FEATURES, [3], seed=7)
    assert Clustering.from_dict(model.to_dict()) == model


def test_a_missing_figure_counts_as_the_middle_one() -> None:
    frame = blobs()
    model = clusters.fit(frame, FEATURES, [3], seed=7)
    unknown = pd.DataFrame({"balance": [np.nan], "moves": [5.0]})
    filled = pd.DataFrame({"balance": [float(frame["balance"].median())], "moves": [5.0]})
    assert model.assign(unknown).tolist() == model.assign(filled).tolist()


def test_traits_say_what_stands_out_in_the_figures_own_unit() -> None:
    model = clusters.fit(blobs(), FEATURES, [3], seed=7)
    busy = next(
        number for number in (1, 2, 3) if any(t.feature == "moves" and t.degree > 0 for t in model.traits(number))
    )
    trait = next(t for t in model.traits(busy) if t.feature == "moves")
    assert trait.typical == pytest.approx(40, abs=1)


def test_silhouette_is_that_of_scikit_learn() -> None:
    points = blobs(seed=2)[["moves"]].to_numpy()
    points = np.column_stack([points, np.arange(len(points)) % 7])
    group = (points[:, 0] > 20).astype(np.int64) + (points[:, 1] > 5)
    assert clusters.silhouette(points, group) == pytest.approx(silhouette_score(points, group), abs=1e-9)


def test_adjusted_rand_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(5)
    first, second = random.integers(0, 4, 200), random.integers(0, 3, 200)
    assert clusters.adjusted_rand(first, second) == pytest.approx(adjusted_rand_score(first, second), abs=1e-12)
    assert clusters.adjusted_rand(first, first) == 1.0


def test_k_means_is_no_worse_than_scikit_learn() -> None:
    points = np.random.default_rng(4).normal(size=(400, 3))
    ours = min(clusters.kmeans(points, 5, np.random.default_rng(seed))[1] for seed in range(10))
    theirs = KMeans(5, n_init=10, random_state=0).fit(points).inertia_
    assert ours <= theirs * 1.01


def test_made_up_groups_are_not_stable() -> None:
    """A cloud without groups is cut anew by each half."""
    random = np.random.default_rng(6)
    cloud = pd.DataFrame(random.normal(size=(300, 2)), columns=["balance", "moves"])
    there = clusters.fit(blobs(), FEATURES, [3], seed=7).quality.stability
    made_up = clusters.fit(cloud, [("balance", False), ("moves", False)], [5], seed=7).quality.stability
    assert there > 0.95 > made_up


def test_too_few_customers_make_no_groups() -> None:
    with pytest.raises(NoRowsError):
        clusters.fit(blobs(each=2), FEATURES, [4], seed=1)
