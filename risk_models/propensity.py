"""The chance that a customer does something (buys, answers, leaves): logistic regression on treated features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from risk_models import features, logistic
from risk_models.arrays import outcomes
from risk_models.blocks import in_blocks
from risk_models.features import Features
from risk_models.logistic import Logistic
from risk_models.reasons import Direction, reasons
from risk_models.record import Record

RIDGE = 1.0


@dataclass(frozen=True)
class Propensity(Record):
    features: Features
    logistic: Logistic
    base_rate: float

    def probability(self, frame: pd.DataFrame) -> pd.Series:
        return in_blocks(self._figures, frame)["probability"]

    def contributions(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Log-odds per original column; with the intercept they add up to the log-odds of `probability`."""
        design = self.features.design(frame)
        return self.features.contributions(design, self.logistic.coefficients, frame.index)

    def score(self, frame: pd.DataFrame, top: int = 4, direction: Direction = "up") -> pd.DataFrame:
        """`probability`, `lift` over the base rate, and the reasons in log-odds.

        A row's figures do not depend on the rows scored with it, to the last bit.
        """

        def explained(rows: pd.DataFrame) -> pd.DataFrame:
            parts = self.contributions(rows)
            return pd.concat([self._weighed(parts), reasons(parts, top, direction)], axis=1)

        return in_blocks(explained, frame)

    def _figures(self, rows: pd.DataFrame) -> pd.DataFrame:
        return self._weighed(self.contributions(rows))

    def _weighed(self, parts: pd.DataFrame) -> pd.DataFrame:
        odds = np.full(len(parts), self.logistic.intercept)
        for name in parts.columns:
            odds += parts[name].to_numpy()
        chance = expit(odds)
        return pd.DataFrame({"probability": chance, "lift": chance / self.base_rate}, index=parts.index)


def fit(frame: pd.DataFrame, outcome: pd.Series, *, ridge: float = RIDGE, knots: bool = True) -> Propensity:
    """All columns of `frame` are features. `ridge` acts on columns of unit spread."""
    labels = outcomes(outcome)
    recipe = features.learn(frame, knots=knots)
    model = logistic.fit(recipe.design(frame), labels, recipe.columns, ridge=ridge)
    return Propensity(recipe, model, float(labels.mean()))
