"""Scorecard: bins with weights of evidence, a logistic regression on them, points that add up to the score.

Siddiqi, Intelligent Credit Scoring (2017). A column stays in when its information value reaches `least_information`
and its coefficient has the sign that its weights of evidence promise; a wrong sign is the mark of a column that
only repeats others.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from risk_models import logistic
from risk_models.arrays import FloatArray, outcomes, require_columns
from risk_models.binning import CategoryBins, NumberBins, bin_column, information_value, woe
from risk_models.blocks import in_blocks
from risk_models.errors import OutOfRangeError
from risk_models.logistic import Logistic
from risk_models.points import Scaling
from risk_models.reasons import reasons
from risk_models.record import Record

LEAST_INFORMATION = 0.002
RIDGE = 3.0


@dataclass(frozen=True)
class Scorecard(Record):
    """`dropped` names the columns left out; `mean_points` the training average of each kept one."""

    columns: tuple[NumberBins | CategoryBins, ...]
    logistic: Logistic
    scaling: Scaling
    mean_points: tuple[float, ...]
    dropped: tuple[str, ...]

    def points(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Points per column; they add up to the score."""
        require_columns(frame, *(bins.name for bins in self.columns))
        table = self._tables()
        return pd.DataFrame(
            {bins.name: table[i][bins.codes(frame)] for i, bins in enumerate(self.columns)}, index=frame.index
        )

    def score(self, frame: pd.DataFrame, top: int = 4) -> pd.DataFrame:
        """`score`, `p_bad`, and the columns in which the customer lost most points against the average."""
        return in_blocks(lambda rows: self._scored(rows, top), frame)

    def _scored(self, frame: pd.DataFrame, top: int) -> pd.DataFrame:
        points = self.points(frame)
        score = np.zeros(len(points))
        for name in points.columns:
            score += points[name].to_numpy()
        figures = pd.DataFrame({"score": score, "p_bad": expit(self.scaling.log_odds_of_bad(score))}, index=frame.index)
        return pd.concat([figures, reasons(points - np.array(self.mean_points), top, "down")], axis=1)

    def card(self) -> pd.DataFrame:
        """The printed scorecard: one row per column and bin."""
        rows = [
            (bins.name, each.label, each.goods, each.bads, each.woe, each.information, float(points))
            for bins, table in zip(self.columns, self._tables(), strict=True)
            for each, points in zip(bins.bins, table, strict=True)
        ]
        return pd.DataFrame(rows, columns=["column", "bin", "goods", "bads", "woe", "information", "points"])

    def _tables(self) -> list[FloatArray]:
        base = self.scaling.score(np.array(self.logistic.intercept)) / len(self.columns)
        return [
            base - self.scaling.factor * coefficient * -np.array([each.woe for each in bins.bins])
            for bins, coefficient in zip(self.columns, self.logistic.coefficients, strict=True)
        ]


def fit(
    frame: pd.DataFrame,
    bad: pd.Series,
    *,
    scaling: Scaling | None = None,
    least_information: float = LEAST_INFORMATION,
    ridge: float = RIDGE,
    turning: Collection[str] = (),
) -> Scorecard:
    """`bad` is 1 for the outcome to avoid; all columns of `frame` are candidates.

    Numeric columns get a bad rate that only rises or only falls, except those named in `turning`.
    """
    labels = outcomes(bad)
    binned = [bin_column(frame, str(name), labels, turning=name in turning) for name in frame.columns]
    informative = [bins for bins in binned if information_value(bins) >= least_information]
    if not informative:
        raise OutOfRangeError(
            f"No column reaches an information value of {least_information}",
            remedy="Lower least_information or add columns that tell the outcomes apart.",
        )
    kept, model = _right_signed(informative, frame, labels, ridge)
    names = {bins.name for bins in kept}
    dropped = tuple(str(name) for name in frame.columns if name not in names)
    card = Scorecard(tuple(kept), model, scaling or Scaling(), (0.0,) * len(kept), dropped)
    means = card.points(frame).to_numpy().mean(axis=0)
    return Scorecard(card.columns, model, card.scaling, tuple(map(float, means)), dropped)


def _right_signed(
    columns: list[NumberBins | CategoryBins], frame: pd.DataFrame, labels: FloatArray, ridge: float
) -> tuple[list[NumberBins | CategoryBins], Logistic]:
    """Drops the column with the most negative coefficient until none is left; the strongest column always stays."""
    design = np.column_stack([-woe(bins, frame) for bins in columns])
    kept = list(range(len(columns)))
    while True:
        names = tuple(columns[i].name for i in kept)
        model = logistic.fit(design[:, kept], labels, names, ridge=ridge)
        worst = int(np.argmin(model.coefficients))
        if model.coefficients[worst] > 0 or len(kept) == 1:
            return [columns[i] for i in kept], model
        del kept[worst]
