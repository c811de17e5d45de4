"""The chance of a product where no model knows the customer: answers of customers like her, drawn towards everybody's.

Pure. What was assumed and everybody's answers give the product's rate; a group of customers who are alike is expected
to accept as many times as often as it opens the product by itself, and its own answers weigh against that
(risk_models.pooling). Few answers leave a group at the product's rate, and no answers leave the product at the assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

import numpy as np

from risk_models.arrays import FloatArray
from risk_models.estimate import LEVEL
from risk_models.pooling import Pooled, partial_pool

_PLACES: Final = Decimal("0.000001")
NOTHING: Final = 0.5
"""Successes and failures that say nothing of a share (Jeffreys)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Of a group: how many accepted of those asked, and opened of those who could."""

    accepted: int = 0
    asked: int = 0
    opened: int = 0
    could: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of one product. `everybody` has all answers, those of customers whose group was not recorded too.

    `assumed`: accepted of asked; a group is held to the common rate by at least `least_weight` answers (of openings:
    customers).
    """

    assumed: tuple[int, int]
    everybody: Seen
    groups: tuple[tuple[str, Seen], ...]
    least_weight: int
    most_times: Decimal


@dataclass(frozen=True, slots=True)
class Likely:
    """A chance with its interval; `lower` and `upper` at the quantiles asked for. `times` as often opened as by all."""

    value: Decimal
    low: Decimal
    high: Decimal
    lower: Decimal
    upper: Decimal
    seen: Seen
    times: Decimal


@lru_cache(maxsize=512)
def likely(evidence: Evidence, quantile: Decimal) -> Mapping[str, Likely]:
    """By group; "" is whoever belongs to none that was seen."""
    seen = [*(group for _, group in evidence.groups), Seen()]
    accepted, asked, opened, could = (
        np.array([getattr(group, name) for group in seen], dtype=np.float64)
        for name in ("accepted", "asked", "opened", "could")
    )
    times = _times(opened, could, evidence)
    before, others = evidence.assumed, evidence.everybody
    told = before[0] + others.accepted - accepted.sum(), before[1] + others.asked - asked.sum()
    pooled = partial_pool(accepted, asked, (told[0], told[1] - told[0]), evidence.least_weight, times)
    names = [*(name for name, _ in evidence.groups), ""]
    return dict(zip(names, _told(pooled, float(quantile), seen, times), strict=True))


def _times(opened: FloatArray, could: FloatArray, evidence: Evidence) -> FloatArray:
    """How many times as often as groups commonly do each opened it; about once where few could have."""
    if not opened.sum():
        return np.ones_like(opened)
    pooled, most = partial_pool(opened, could, (NOTHING, NOTHING), evidence.least_weight), float(evidence.most_times)
    found: FloatArray = np.clip(pooled.mean / pooled.rate, 1 / most, most)
    return found


def _told(pooled: Pooled, quantile: float, seen: list[Seen], times: FloatArray) -> list[Likely]:
    tail = (1 - LEVEL) / 2
    levels = [pooled.quantile(level) for level in (tail, 1 - tail, quantile, 1 - quantile)]
    return [
        Likely(exact(mean), exact(low), exact(high), exact(lower), exact(upper), group, Decimal(f"{more:.2f}"))
        for mean, low, high, lower, upper, group, more in zip(pooled.mean, *levels, seen, times, strict=True)
    ]


def exact(share: float) -> Decimal:
    return Decimal(repr(min(max(float(share), 0.0), 1.0))).quantize(_PLACES)
