"""The monitoring sheet of one model: has the population moved, does the score still separate, is it still true?"""

from __future__ import annotations

import pandas as pd

from risk_models.calibration import brier, calibration_line, hosmer_lemeshow
from risk_models.discrimination import auc_estimate, gini_estimate, ks_estimate
from risk_models.estimate import Estimate
from risk_models.stability import csi, psi

COLUMNS = ["measure", "value", "low", "high", "finding"]
SIGNIFICANT = 0.05
Row = tuple[str, float, float | None, float | None, str]


def report(
    reference: pd.Series,
    current: pd.Series,
    outcome: pd.Series | None = None,
    *,
    seed: int = 0,
    characteristics: tuple[pd.DataFrame, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """One row per measure of predicted probabilities: `measure`, `value`, `low`, `high`, `finding`.

    `reference` are predictions at development, `current` those of now; `outcome` (of the current rows) adds
    discrimination and calibration once it is known; `characteristics` (reference, current) adds a CSI per column.
    """
    moved = psi(reference.rename("score"), current.rename("score"))
    rows: list[Row] = [("PSI", moved.psi, None, None, moved.band)]
    if characteristics is not None:
        table = csi(*characteristics)
        found = zip(table["characteristic"], table["csi"], table["band"], strict=True)
        rows += [(f"CSI {name}", value, None, None, band) for name, value, band in found]
    if outcome is not None:
        rows += _performance(outcome, current, seed)
    return pd.DataFrame(rows, columns=COLUMNS)


def _performance(outcome: pd.Series, current: pd.Series, seed: int) -> list[Row]:
    line, fit = calibration_line(outcome, current), hosmer_lemeshow(outcome, current)
    separation = (
        auc_estimate(outcome, current),
        gini_estimate(outcome, current),
        ks_estimate(outcome, current, seed=seed),
    )
    return [
        *[_row(each, "") for each in separation],
        _row(brier(outcome, current), ""),
        _row(line.slope, _against(line.slope, 1.0), "calibration slope"),
        _row(line.intercept, _against(line.intercept, 0.0), "calibration intercept"),
        ("Hosmer-Lemeshow p", fit.p_value, None, None, "calibrated" if fit.p_value >= SIGNIFICANT else "miscalibrated"),
    ]


def _row(found: Estimate, finding: str, name: str = "") -> Row:
    return name or found.name, found.value, found.low, found.high, finding


def _against(found: Estimate, ideal: float) -> str:
    if found.low is None or found.high is None:
        return "undetermined"
    return "calibrated" if found.low <= ideal <= found.high else "miscalibrated"
