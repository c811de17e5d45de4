"""The golden results: each model on the data of its literature, next to what was published.

`table(directory)` recomputes everything; published figures are matched to the digits they were printed with.
`met` compares `reached` with `target` by `rule`: `equal` within the
tolerance, `least` at or above the target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import t as student

from risk_models import bgnbd, churn, gamma_gamma, golden_data, lapse, pareto_nbd, scorecard
from risk_models.arrays import FloatArray
from risk_models.bgnbd import BgNbd
from risk_models.cross_validation import Trainer, fold_aucs, out_of_fold, stratified_folds
from risk_models.discrimination import auc_estimate
from risk_models.estimate import LEVEL, Estimate, quantile
from risk_models.golden_data import Sample
from risk_models.pareto_nbd import ParetoNbd
from risk_models.points import Scaling
from risk_models.purchase_history import purchases_between
from risk_models.survival import kaplan_meier

FOLDS = 5
GERMAN_SEEDS = range(10)
HOLDOUT_WEEKS = 39.0
ONE_DECIMAL, TWO_DECIMALS, THREE_DECIMALS = 0.05, 0.005, 0.0005


@dataclass(frozen=True)
class Result:
    model: str
    data: str
    measure: str
    published: float
    reached: float
    low: float | None
    high: float | None
    rule: Literal["equal", "least"]
    target: float
    tolerance: float

    @property
    def met(self) -> bool:
        if self.rule == "least":
            return self.reached >= self.target
        return abs(self.reached - self.target) <= self.tolerance


def table(directory: Path) -> pd.DataFrame:
    """One row per published figure: model, data, measure, published, reached, low, high, rule, target, met."""
    results = [result for section in SECTIONS for result in section(directory)]
    return pd.DataFrame([{**asdict(result), "met": result.met} for result in results])


def markdown(found: pd.DataFrame) -> str:
    """The table of `table` as Markdown, six digits of each figure."""
    head = ("Model", "Data", "Measure", "Published", "Reached", "95 % interval", "To reach", "Met")
    lines: list[tuple[str, ...]] = [head, ("---",) * len(head)]
    for row in found.to_dict(orient="records"):
        span = "—" if pd.isna(row["low"]) else f"{row['low']:.5g} – {row['high']:.5g}"
        least = row["rule"] == "least"
        wanted = f"≥ {row['target']:.6g}" if least else f"{row['target']:.6g} ± {row['tolerance']:.2g}"
        figures = f"{row['published']:.6g}", f"{row['reached']:.6g}", span, wanted, "yes" if row["met"] else "**no**"
        lines.append((str(row["model"]), str(row["data"]), str(row["measure"]), *figures))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _bgnbd(directory: Path) -> Iterator[Result]:
    fitted = bgnbd.fit(golden_data.cdnow_histories(directory))
    yield from _parameters("BG/NBD", fitted, {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, -9582.4)
    reached = _holdout_correlation(fitted, directory)
    yield Result("BG/NBD", "CDNOW", "hold-out correlation", 0.626, *reached, "equal", 0.626, THREE_DECIMALS)


def _pareto_nbd(directory: Path) -> Iterator[Result]:
    fitted = pareto_nbd.fit(golden_data.cdnow_histories(directory))
    yield from _parameters("Pareto/NBD", fitted, {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}, -9595.0)


def _parameters(
    model: str, fitted: BgNbd | ParetoNbd, published: dict[str, float], likelihood: float
) -> Iterator[Result]:
    for found in fitted.estimates:
        figure = published[found.name]
        yield _equal(model, "CDNOW", found, figure, THREE_DECIMALS)
    value = fitted.log_likelihood
    yield Result(model, "CDNOW", "log-likelihood", likelihood, value, None, None, "equal", likelihood, ONE_DECIMAL)


def _gamma_gamma(directory: Path) -> Iterator[Result]:
    fitted = gamma_gamma.fit(golden_data.cdnow_histories(directory).query("frequency > 0"))
    for found, published in zip(fitted.estimates, (6.25, 3.74, 15.44), strict=True):
        yield _equal("Gamma-Gamma", "CDNOW", found, published, TWO_DECIMALS)


def _holdout_correlation(fitted: BgNbd, directory: Path) -> tuple[float, float, float]:
    """Forecast against actual purchases of the 39 weeks after the fit, with Fisher's interval."""
    purchases = golden_data.cdnow_transactions(directory)
    known = golden_data.cdnow_histories(directory)
    actual = purchases_between(purchases, golden_data.CALIBRATION_END, golden_data.HOLDOUT_END).reindex(known.index)
    forecast = fitted.expected_purchases(known, HOLDOUT_WEEKS)
    value = float(np.corrcoef(forecast, actual)[0, 1])
    reach = quantile(LEVEL) / np.sqrt(len(known) - 3)
    return value, float(np.tanh(np.arctanh(value) - reach)), float(np.tanh(np.arctanh(value) + reach))


def _german(directory: Path) -> Iterator[Result]:
    """Mean over ten shuffles: the published figure is of one, and shuffles differ by more than the tolerance."""
    sample = golden_data.german_credit(directory)
    means = np.array([_fold_mean(_scorecard, sample, seed) for seed in GERMAN_SEEDS])
    spread = float(means.std(ddof=1)) / np.sqrt(len(means))
    reach = float(student.ppf(0.5 + LEVEL / 2, len(means) - 1)) * spread
    value = float(means.mean())
    interval = (value - reach, value + reach)
    yield Result("Scorecard", "German credit", "AUC, 10 x 5 folds", 0.7915, value, *interval, "equal", 0.7915, 0.005)


def _taiwan(directory: Path) -> Iterator[Result]:
    sample = golden_data.taiwan_credit(directory)
    turning = tuple(map(str, sample.frame.columns))

    def train(frame: pd.DataFrame, outcome: pd.Series) -> Callable[[pd.DataFrame], FloatArray]:
        return _predict_bad(scorecard.fit(frame, outcome, turning=turning))

    yield _validated("Scorecard", "Taiwan default", train, sample, 0.77, 0.775)


def _telco(directory: Path) -> Iterator[Result]:
    def train(frame: pd.DataFrame, outcome: pd.Series) -> Callable[[pd.DataFrame], FloatArray]:
        fitted = churn.fit(frame, outcome)
        return lambda rows: fitted.propensity.probability(rows).to_numpy()

    yield _validated("Churn", "Telco", train, golden_data.telco(directory), 0.845, 0.845)


def _eu_lapse(directory: Path) -> Iterator[Result]:
    def train(frame: pd.DataFrame, outcome: pd.Series) -> Callable[[pd.DataFrame], FloatArray]:
        fitted = lapse.fit(frame, outcome)
        return lambda rows: fitted.propensity.probability(rows).to_numpy()

    yield _validated("Lapse", "EU direct insurer", train, golden_data.eu_lapse(directory), 0.6255, 0.6255)


def _scaling(_: Path) -> Iterator[Result]:
    scaling = Scaling(600, 50, 20)
    for name, figure, value in (
        ("factor", 28.85390081777927, scaling.factor),
        ("offset", 487.1228762045055, scaling.offset),
    ):
        yield Result("Points scaling", "600 at 50:1, PDO 20", name, figure, value, None, None, "equal", figure, 0.0)


def _retention(directory: Path) -> Iterator[Result]:
    """Surrender, other ends censored. The target is what lifelines 0.30.3 gives on this very file."""
    curve = kaplan_meier(golden_data.us_lapse(directory), "duration", "surrender")
    for quarter, published, oracle in RETENTION:
        found = curve.at(quarter)
        reached = (found.value, found.low, found.high)
        yield Result("Kaplan-Meier", "US lapse", f"S({quarter} quarters)", published, *reached, "equal", oracle, 1e-12)


def _equal(model: str, data: str, found: Estimate, published: float, tolerance: float) -> Result:
    return Result(model, data, found.name, published, found.value, found.low, found.high, "equal", published, tolerance)


def _validated(model: str, data: str, train: Trainer, sample: Sample, published: float, least: float) -> Result:
    """Mean AUC of five stratified folds; DeLong's interval is of the pooled held-out predictions."""
    folds = stratified_folds(sample.outcome, FOLDS, seed=0)
    predicted = out_of_fold(train, sample.frame, sample.outcome, folds)
    pooled = auc_estimate(sample.outcome, predicted)
    value = float(fold_aucs(sample.outcome, predicted, folds).mean())
    return Result(model, data, "AUC, 5 folds", published, value, pooled.low, pooled.high, "least", least, 0.0)


def _fold_mean(train: Trainer, sample: Sample, seed: int) -> float:
    folds = stratified_folds(sample.outcome, FOLDS, seed)
    predicted = out_of_fold(train, sample.frame, sample.outcome, folds)
    return float(fold_aucs(sample.outcome, predicted, folds).mean())


def _scorecard(frame: pd.DataFrame, outcome: pd.Series) -> Callable[[pd.DataFrame], FloatArray]:
    return _predict_bad(scorecard.fit(frame, outcome))


def _predict_bad(fitted: scorecard.Scorecard) -> Callable[[pd.DataFrame], FloatArray]:
    return lambda rows: fitted.score(rows)["p_bad"].to_numpy()


RETENTION = (
    (4, 0.9199, 0.9201173946074939),
    (8, 0.8652, 0.8659669929618466),
    (20, 0.7519, 0.7559110150340932),
    (40, 0.6031, 0.6190472762358157),
)
SECTIONS: tuple[Callable[[Path], Iterator[Result]], ...] = (
    _bgnbd,
    _pareto_nbd,
    _gamma_gamma,
    _german,
    _taiwan,
    _telco,
    _eu_lapse,
    _scaling,
    _retention,
)
