"""Uplift: whom a treatment changes, measured against customers who did not get it.

T-learner (Künzel et al. 2019, PNAS 116(10)): one propensity model per arm of a randomised trial, uplift is the
difference of their probabilities. The Qini curve (Radcliffe 2007) shows what targeting by a score would have gained.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_models import propensity
from risk_models.arrays import FloatArray, IntArray, numbers, outcomes, same_rows, tally
from risk_models.estimate import LEVEL, Estimate
from risk_models.propensity import Propensity
from risk_models.reasons import reasons
from risk_models.record import Record

RESAMPLES = 200


@dataclass(frozen=True)
class UpliftModel(Record):
    treated: Propensity
    control: Propensity

    def score(self, frame: pd.DataFrame, top: int = 4) -> pd.DataFrame:
        """`uplift` = `p_treated` - `p_control`; reasons: differences of the two log-odds contributions."""
        with_it, without = self.treated.probability(frame), self.control.probability(frame)
        figures = pd.DataFrame({"uplift": with_it - without, "p_treated": with_it, "p_control": without})
        effects = self.treated.contributions(frame) - self.control.contributions(frame)
        return pd.concat([figures, reasons(effects, top)], axis=1)


def fit(frame: pd.DataFrame, treated: pd.Series, outcome: pd.Series, *, ridge: float = propensity.RIDGE) -> UpliftModel:
    """`treated` must have been decided by lot; otherwise the difference is not an effect."""
    arm = outcomes(treated) == 1
    return UpliftModel(
        propensity.fit(frame[arm], outcome[arm], ridge=ridge), propensity.fit(frame[~arm], outcome[~arm], ridge=ridge)
    )


def qini_curve(uplift: pd.Series, treated: pd.Series, outcome: pd.Series) -> pd.DataFrame:
    """`share` of customers targeted, best first, and `gain`: extra outcomes per treated customer of the trial.

    gain = (Y_t - Y_c · N_t / N_c) / N_t(all), counted among the targeted; equal scores enter together, so the
    curve does not depend on the order of the rows. `random` is the straight line to the same end.
    """
    cells = _tally(*_trial(uplift, treated, outcome))
    share, gain = _curve(cells)
    return pd.DataFrame({"share": share, "gain": gain, "random": share * gain[-1]})


def qini_coefficient(
    uplift: pd.Series,
    treated: pd.Series,
    outcome: pd.Series,
    *,
    seed: int,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
) -> Estimate:
    """Area between the Qini curve and the random line; 0 for a useless score. Percentile bootstrap by arm."""
    codes, arms, labels = _trial(uplift, treated, outcome)
    cells = _tally(codes, arms, labels)
    rng = np.random.default_rng(seed)
    drawn = np.array([_area(_redrawn(rng, cells)) for _ in range(resamples)])
    low, high = np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2])
    return Estimate("Qini", _area(cells), float(drawn.std(ddof=1)), float(low), float(high), level)


def qini_area(uplift: FloatArray, treated: FloatArray, outcome: FloatArray) -> float:
    """The coefficient alone, of plain columns; 0 where an arm is empty."""
    if treated.min() == treated.max():
        return 0.0
    _, codes = np.unique(-uplift, return_inverse=True)
    return _area(_tally(codes, treated, outcome))


def _trial(uplift: pd.Series, treated: pd.Series, outcome: pd.Series) -> tuple[IntArray, FloatArray, FloatArray]:
    """Place of each row's score (0 = best), arm, outcome."""
    same_rows(uplift, treated, outcome)
    scores = numbers(uplift.to_frame("uplift"), "uplift")
    _, codes = np.unique(-scores, return_inverse=True)
    return codes, outcomes(treated), outcomes(outcome, both=False)


def _tally(codes: IntArray, arms: FloatArray, labels: FloatArray) -> FloatArray:
    """(4, places): treated without and with outcome, control without and with outcome."""
    size = int(codes.max()) + 1
    split = ((1 - labels) * arms, labels * arms, (1 - labels) * (1 - arms), labels * (1 - arms))
    return np.stack([tally(codes, size, cell) for cell in split])


def _curve(cells: FloatArray) -> tuple[FloatArray, FloatArray]:
    silent_t, active_t, silent_c, active_c = np.cumsum(cells, axis=1)
    n_t, n_c = silent_t + active_t, silent_c + active_c
    scaled = np.divide(active_c * n_t, n_c, out=np.zeros_like(n_c), where=n_c > 0)
    share = (n_t + n_c) / (n_t[-1] + n_c[-1])
    return np.concatenate([[0.0], share]), np.concatenate([[0.0], (active_t - scaled) / n_t[-1]])


def _area(cells: FloatArray) -> float:
    share, gain = _curve(cells)
    return float(np.trapezoid(gain - share * gain[-1], share))


def _redrawn(rng: np.random.Generator, cells: FloatArray) -> FloatArray:
    arms = (cells[:2], cells[2:])
    drawn = [rng.multinomial(int(arm.sum()), arm.ravel() / arm.sum()).reshape(arm.shape) for arm in arms]
    return np.concatenate(drawn).astype(np.float64)
