"""Honest predictions: every row is scored by a model that has not seen it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

from risk_models.arrays import FloatArray, IntArray, outcomes
from risk_models.discrimination import auc
from risk_models.errors import OutOfRangeError

Predictor = Callable[[pd.DataFrame], FloatArray]
Trainer = Callable[[pd.DataFrame, pd.Series], Predictor]


def stratified_folds(outcome: pd.Series, folds: int = 5, seed: int = 0) -> IntArray:
    """Fold number per row; the same split as scikit-learn's shuffled StratifiedKFold of that seed."""
    labels = outcomes(outcome)
    if min(labels.sum(), len(labels) - labels.sum()) < folds:
        raise OutOfRangeError(f"The rarer outcome occurs fewer than {folds} times", remedy="Use fewer folds.")
    numbers = np.empty(len(labels), dtype=np.int64)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for number, (_, held_out) in enumerate(splitter.split(labels, labels)):
        numbers[held_out] = number
    return numbers


def out_of_fold(train: Trainer, frame: pd.DataFrame, outcome: pd.Series, folds: IntArray) -> pd.Series:
    predicted = np.empty(len(frame))
    for number in np.unique(folds):
        held_out = folds == number
        predicted[held_out] = train(frame[~held_out], outcome[~held_out])(frame[held_out])
    return pd.Series(predicted, index=frame.index, name="prediction")


def fold_aucs(outcome: pd.Series, prediction: pd.Series, folds: IntArray) -> FloatArray:
    """AUC within each fold: the figure that publications average."""
    labels, scores = outcome.to_numpy(dtype=np.float64), prediction.to_numpy(dtype=np.float64)
    return np.array([auc(labels[folds == number], scores[folds == number]) for number in np.unique(folds)])
