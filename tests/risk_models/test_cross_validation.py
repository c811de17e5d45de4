"""Honest predictions: no row is scored by a model that has seen it."""

import numpy as np
import pandas as pd
import pytest

from risk_models.cross_validation import fold_aucs, out_of_fold, stratified_folds
from risk_models.errors import OutOfRangeError


def test_folds_partition_the_rows_and_keep_the_rate() -> None:
    outcome = pd.Series([1] * 30 + [0] * 70)
    folds = stratified_folds(outcome, 5, seed=1)
    assert np.bincount(folds).tolist() == [20] * 5
    assert outcome.groupby(folds).sum().tolist() == [6] * 5


def test_no_row_is_predicted_by_a_model_that_has_seen_it() -> None:
    frame = pd.DataFrame({"id": range(40)})
    outcome = pd.Series([0, 1] * 20)

    def train(rows: pd.DataFrame, _: pd.Series):
        seen = set(rows["id"])
        return lambda asked: np.array([float(each in seen) for each in asked["id"]])

    assert out_of_fold(train, frame, outcome, stratified_folds(outcome, 4, seed=2)).sum() == 0


def test_auc_is_computed_within_each_fold() -> None:
    outcome, folds = pd.Series([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    assert fold_aucs(outcome, pd.Series([0.9, 0.95, 0.1, 0.2]), folds).tolist() == [1.0, 1.0]


def test_too_few_events_for_the_folds_are_refused() -> None:
    with pytest.raises(OutOfRangeError):
        stratified_folds(pd.Series([1, 1, 0, 0, 0, 0]), 5)
