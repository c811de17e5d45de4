"""Groups that the data falls into: k-means on standardised figures, how many, how clear and how steady they are.

Seeding: k-means++ (Arthur, Vassilvitskii 2007), several starts, Lloyd's iterations (1982). How many groups: the mean
silhouette (Rousseeuw 1987) on a seeded sample decides. Stability: the mean adjusted Rand index (Hubert, Arabie 1985)
between the groups and those found again on halves of the data; near 1 the groups are there, near 0 they are made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_models.arrays import FloatArray, IntArray, optional_numbers
from risk_models.errors import MissingValueError, NoRowsError
from risk_models.record import Record

STARTS, ITERATIONS, HALVES = 8, 100, 6
BLOCK, FITTED, COMPARED = 50_000, 20_000, 2_000
"""At most so many customers are drawn (seeded) to find groups, and to measure how clear they are."""
LEAST_SHARE = 0.02
"""A number of groups of which one would be smaller is not taken: a handful apart from everybody is no group."""
CLEAR, STRONG = 0.5, 1.25
"""From how many standard deviations on a centre stands out, and stands out much."""


@dataclass(frozen=True)
class Feature(Record):
    """A figure and how it is made comparable: `log` is sign(x)·ln(1+|x|); a missing figure counts as `fill`."""

    name: str
    log: bool
    fill: float
    mean: float
    deviation: float


@dataclass(frozen=True)
class Trait:
    """How a group differs from everybody: `degree` −2 much less, −1 less, 1 more, 2 much more; `typical` as given."""

    feature: str
    degree: int
    typical: float


@dataclass(frozen=True)
class Tried(Record):
    groups: int
    silhouette: float


@dataclass(frozen=True)
class Quality(Record):
    silhouette: float
    stability: float
    tried: tuple[Tried, ...]


@dataclass(frozen=True)
class Clustering(Record):
    """Centres in standard deviations, the group with the most of the first feature first: it is number 1."""

    features: tuple[Feature, ...]
    centres: tuple[tuple[float, ...], ...]
    quality: Quality

    def assign(self, frame: pd.DataFrame) -> pd.Series:
        """The number of the nearest centre, from 1."""
        own = nearest(standardised(frame, self.features), np.array(self.centres))
        return pd.Series(own + 1, index=frame.index, name="group")

    def traits(self, group: int) -> tuple[Trait, ...]:
        """What stands out in a group, the most striking first; nothing for the average one."""
        pairs = zip(self.features, self.centres[group - 1], strict=True)
        found = [Trait(feature.name, _degree(centre), _typical(feature, centre)) for feature, centre in pairs]
        strength = {feature.name: abs(c) for feature, c in zip(self.features, self.centres[group - 1], strict=True)}
        return tuple(sorted((each for each in found if each.degree), key=lambda each: -strength[each.feature]))


def fit(frame: pd.DataFrame, features: Sequence[tuple[str, bool]], groups: Sequence[int], seed: int) -> Clustering:
    """`features` are (column, whether by logarithm); `groups` the numbers of groups to try."""
    if len(frame) < 2 * max(groups):
        raise NoRowsError(f"{len(frame)} customers are too few for {max(groups)} groups")
    scales = tuple(_scaled(frame, name, log) for name, log in features)
    everybody, random = standardised(frame, scales), np.random.default_rng(seed)
    points = everybody[random.permutation(len(everybody))[:FITTED]]
    sample = np.arange(min(len(points), COMPARED))
    fitted = {number: best_of(points, number, random) for number in groups}
    tried = tuple(
        Tried(number, silhouette(points[sample], nearest(points[sample], centres)))
        for number, centres in fitted.items()
    )
    broad = [each for each in tried if _smallest(points, fitted[each.groups]) >= LEAST_SHARE] or list(tried)[:1]
    chosen = max(broad, key=lambda each: (each.silhouette, -each.groups))
    centres = fitted[chosen.groups]
    centres = centres[np.argsort(-centres[:, 0], kind="stable")]
    quality = Quality(chosen.silhouette, _stability(points, centres, random), tried)
    return Clustering(scales, tuple(tuple(map(float, centre)) for centre in centres), quality)


def kmeans(points: FloatArray, groups: int, random: np.random.Generator) -> tuple[FloatArray, float]:
    """Centres, and the sum of squared distances to them, of one start."""
    centres = _seeds(points, groups, random)
    for _ in range(ITERATIONS):
        own = nearest(points, centres)
        counts = np.bincount(own, minlength=groups)
        sums = np.column_stack([np.bincount(own, column, minlength=groups) for column in points.T])
        moved = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)
        if np.allclose(moved, centres, rtol=0, atol=1e-9):
            break
        centres = moved
    return centres, float(_squares(points, centres).min(axis=1).sum())


def silhouette(points: FloatArray, group: IntArray) -> float:
    """Mean of (b − a) / max(a, b): a the mean distance in the own group, b to the nearest other; 0 for one alone."""
    distances = np.sqrt(_squares(points, points))
    present = np.unique(group)
    if len(present) < 2:  # noqa: PLR2004 - a single group has no other
        return 0.0
    sums = np.stack([distances[:, group == each].sum(axis=1) for each in present], axis=1)
    counts = np.array([(group == each).sum() for each in present], dtype=np.float64)
    own = np.searchsorted(present, group)
    rows = np.arange(len(points))
    alone = counts[own] == 1
    within = sums[rows, own] / np.maximum(counts[own] - 1, 1)
    means = sums / counts
    means[rows, own] = np.inf
    between = means.min(axis=1)
    return float(np.where(alone, 0.0, (between - within) / np.maximum(np.maximum(within, between), 1e-12)).mean())


def adjusted_rand(first: IntArray, second: IntArray) -> float:
    """Agreement of two groupings of the same rows, corrected for chance: 1 the same, 0 as by chance."""
    _, left = np.unique(first, return_inverse=True)
    _, right = np.unique(second, return_inverse=True)
    table = np.zeros((left.max() + 1, right.max() + 1))
    np.add.at(table, (left, right), 1)
    together, rows, columns = (_pairs(each).sum() for each in (table, table.sum(axis=1), table.sum(axis=0)))
    expected = rows * columns / _pairs(np.array([float(len(first))]))[0]
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def _smallest(points: FloatArray, centres: FloatArray) -> float:
    """The share of the smallest group."""
    return float(np.bincount(nearest(points, centres), minlength=len(centres)).min() / len(points))


def _pairs(counts: FloatArray) -> FloatArray:
    pairs: FloatArray = counts * (counts - 1) / 2
    return pairs


def _scaled(frame: pd.DataFrame, name: str, log: bool) -> Feature:
    values = optional_numbers(frame, name)
    known = values[~np.isnan(values)]
    if not len(known):
        raise MissingValueError(f"{name} is known of nobody")
    fill = float(np.median(known))
    figures = _logged(np.where(np.isnan(values), fill, values), log)
    return Feature(name, log, fill, float(figures.mean()), float(figures.std()) or 1.0)


def standardised(frame: pd.DataFrame, features: Sequence[Feature]) -> FloatArray:
    columns = []
    for each in features:
        values = optional_numbers(frame, each.name)
        figures = _logged(np.where(np.isnan(values), each.fill, values), each.log)
        columns.append((figures - each.mean) / each.deviation)
    return np.column_stack(columns)


def _logged(values: FloatArray, log: bool) -> FloatArray:
    figures: FloatArray = np.sign(values) * np.log1p(np.abs(values)) if log else values
    return figures


def _typical(feature: Feature, centre: float) -> float:
    value = centre * feature.deviation + feature.mean
    return float(np.sign(value) * np.expm1(abs(value))) if feature.log else value


def _degree(centre: float) -> int:
    size = 2 if abs(centre) >= STRONG else 1 if abs(centre) >= CLEAR else 0
    return size if centre > 0 else -size


def best_of(points: FloatArray, groups: int, random: np.random.Generator, starts: int = STARTS) -> FloatArray:
    """Centres of the best of several starts."""
    tried = [kmeans(points, groups, random) for _ in range(starts)]
    return min(tried, key=lambda start: start[1])[0]


def _stability(points: FloatArray, centres: FloatArray, random: np.random.Generator) -> float:
    """Of groups found on halves, compared on everybody."""
    whole, found = nearest(points, centres), []
    for _ in range(HALVES):
        half = points[random.permutation(len(points))[: len(points) // 2]]
        again = best_of(half, len(centres), random)
        found.append(adjusted_rand(whole, nearest(points, again)))
    return float(np.mean(found))


def _seeds(points: FloatArray, groups: int, random: np.random.Generator) -> FloatArray:
    chosen = [points[random.integers(len(points))]]
    far = _squares(points, np.array(chosen)).ravel()
    for _ in range(groups - 1):
        weight = far.sum()
        place = random.choice(len(points), p=far / weight) if weight > 0 else random.integers(len(points))
        chosen.append(points[place])
        far = np.minimum(far, _squares(points, points[place : place + 1]).ravel())
    return np.array(chosen)


def nearest(points: FloatArray, centres: FloatArray) -> IntArray:
    """The place of each point's centre; block by block, so that distances of a million are not in memory at once."""
    own = np.empty(len(points), dtype=np.int64)
    for at in range(0, len(points), BLOCK):
        own[at : at + BLOCK] = _squares(points[at : at + BLOCK], centres).argmin(axis=1)
    return own


def _squares(points: FloatArray, centres: FloatArray) -> FloatArray:
    """Squared distances, points in rows, centres in columns."""
    squares: FloatArray = np.maximum(
        (points**2).sum(axis=1)[:, None] - 2 * points @ centres.T + (centres**2).sum(axis=1)[None, :], 0.0
    )
    return squares
