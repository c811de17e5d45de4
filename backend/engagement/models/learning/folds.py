"""Chances told to each customer by a model that has not seen them, on whatever day they are asked for.

A customer's fold follows from the customer alone and is the same in every version and every training, so that two
versions can be held against each other on customers of whom neither has learned, whichever days they learned from.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import logit

from backend.engagement.models.learning.features import features
from backend.engagement.models.learning.snapshot import Snapshot, population
from risk_models import propensity
from risk_models.arrays import FloatArray, IntArray
from risk_models.propensity import Propensity
from risk_models.record import Record

CERTAIN = 1e-6


def folds_of(customers: Iterable[object], count: int, seed: int) -> IntArray:
    """By SHA-256 of the seed and the customer."""
    told = (hashlib.sha256(f"{seed}:{each}".encode()).digest()[:8] for each in customers)
    return np.array([int.from_bytes(each) % count for each in told], dtype=np.int64)


@dataclass(frozen=True)
class CrossFitted(Record):
    """`models[k]` learned from everybody but fold k; `product` is what a propensity is for."""

    models: tuple[Propensity, ...]
    seed: int
    product: str | None

    def predict(self, before: Snapshot, months: int) -> pd.Series:
        return self.chances(features(population(before, self.product)))

    def chances(self, frame: pd.DataFrame) -> pd.Series:
        folds = folds_of(frame.index, len(self.models), self.seed)
        told: FloatArray = np.empty(len(frame))
        for number, model in enumerate(self.models):
            held = folds == number
            if held.any():
                told[held] = model.probability(frame[held]).to_numpy()
        return pd.Series(told, index=frame.index, name="prediction").clip(CERTAIN, 1 - CERTAIN)


def cross_fit(
    frame: pd.DataFrame, outcome: pd.Series, *, count: int, seed: int, ridge: float, product: str | None
) -> CrossFitted:
    """Folds are drawn without looking at outcomes, so the rate among those learned from differs between them: each
    model is moved to the rate of everybody (King, Zeng 2001), which is all that drawing by outcome would do. Without
    it, chances of few outcomes would order the folds instead of the customers.
    """
    folds, rate = folds_of(frame.index, count, seed), float(outcome.mean())
    parts = [(frame[folds != number], outcome[folds != number]) for number in range(count)]
    models = tuple(_at_rate(propensity.fit(*part, ridge=ridge), rate) for part in parts)
    return CrossFitted(models, seed, product)


def _at_rate(model: Propensity, rate: float) -> Propensity:
    moved = model.logistic.intercept + float(logit(rate) - logit(model.base_rate))
    return replace(model, logistic=replace(model.logistic, intercept=moved), base_rate=rate)
