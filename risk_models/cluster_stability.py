"""How steady each group is: the mean Jaccard similarity to its most similar group on samples drawn again.

Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics & Data Analysis 52: samples with
replacement (each customer counted once), the same number of groups found on each, every group held against the found
one that agrees with it most, on the customers of the sample. From .75 on a group is a stable one; from .60 to .75 it
shows a pattern whose members are in doubt; at .50 and below it dissolves.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from risk_models.arrays import FloatArray, IntArray
from risk_models.clusters import Clustering, best_of, nearest, standardised

SAMPLES, DRAWN, STARTS = 20, 4_000, 3
STABLE, PATTERN = 0.75, 0.60


def group_stability(clustering: Clustering, frame: pd.DataFrame, seed: int) -> tuple[float, ...]:
    """Of each group, in the order of its number; of large portfolios on a seeded part of DRAWN customers."""
    random = np.random.default_rng(seed)
    points = standardised(frame, clustering.features)
    points = points[random.permutation(len(points))[:DRAWN]]
    whole, groups = nearest(points, np.array(clustering.centres)), len(clustering.centres)
    found = []
    for _ in range(SAMPLES):
        rows = np.unique(random.integers(len(points), size=len(points)))
        again = nearest(points[rows], best_of(points[rows], groups, random, STARTS))
        found.append(_most_alike(whole[rows], again, groups))
    table = np.array(found)
    known = ~np.isnan(table)
    sums = np.where(known, table, 0.0).sum(axis=0)
    return tuple(float(each) for each in sums / np.maximum(known.sum(axis=0), 1))


def jaccard(first: IntArray, second: IntArray, groups: int) -> FloatArray:
    """(groups, groups): of each pair of groups, those in both over those in either."""
    both = np.zeros((groups, groups))
    np.add.at(both, (first, second), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    shares: FloatArray = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    return shares


def _most_alike(whole: IntArray, again: IntArray, groups: int) -> FloatArray:
    """NaN for a group of which nobody was drawn."""
    best = jaccard(whole, again, groups).max(axis=1)
    drawn: FloatArray = np.where(np.bincount(whole, minlength=groups) > 0, best, np.nan)
    return drawn
