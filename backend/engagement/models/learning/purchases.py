"""Activity and value: what the rhythm of a customer's own past says of the future (BG/NBD, Gamma-Gamma).

A purchase is a day on which the customer moved money. Quality is of a forecast made on the first day of the horizon and
held against what came; the parameters that are kept are then learned up to its last day.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from backend.engagement.models.errors import TooLittleToLearn
from backend.engagement.models.learning.early import WEEKS_A_MONTH, EarlyRhythm, EarlyTurnover, observed
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.learning.trained import (
    Trained,
    Unseen,
    WithoutEffects,
    directed,
    joined,
    lower_ends,
    points,
)
from backend.engagement.models.ruleset import ModelRules, PurchaseRules
from risk_models import bgnbd, clv, curves, gamma_gamma, reference
from risk_models.arrays import FloatArray
from risk_models.bgnbd import BgNbd
from risk_models.blocks import in_blocks
from risk_models.clv import SMALLEST, Horizon
from risk_models.estimate import Estimate
from risk_models.gamma_gamma import GammaGamma
from risk_models.grouping import quantile_groups
from risk_models.reasons import reasons
from risk_models.record import Record

_MINOR = 100.0
_GROUPS = 10
_CHARACTERISTICS = ("frequency", "recency_days", "age")


@dataclass(frozen=True)
class ActivityModel(WithoutEffects, Record):
    purchases: BgNbd

    def score(self, of: Snapshot) -> pd.DataFrame:
        return in_blocks(self._scored, observed(of.histories))

    def _scored(self, histories: pd.DataFrame) -> pd.DataFrame:
        found = self.purchases.alive(histories)
        effects = found[["frequency_effect", "silence_effect"]].set_axis(["frequency", "silence"], axis=1)
        why = reasons(effects, top=2)
        told = joined(*(directed(why[f"reason_{rank}"], why[f"effect_{rank}"]) for rank in (1, 2)))
        nothing = np.full(len(histories), np.nan)
        return pd.DataFrame({"value": found["p_alive"], "low": nothing, "high": nothing, "reasons": told})

    def watched(self, of: Snapshot, scores: pd.DataFrame) -> pd.DataFrame:
        return _watched(of, scores)


@dataclass(frozen=True)
class Ratios(Record):
    """Of what came to what was forecast, by groups of the forecast: the two ends of the interval."""

    cuts: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def around(self, value: FloatArray) -> tuple[FloatArray, FloatArray]:
        places = np.searchsorted(np.array(self.cuts), value, side="right")
        return value * np.array(self.low)[places], value * np.array(self.high)[places]


@dataclass(frozen=True)
class ValueModel(WithoutEffects, Record):
    """`usual_purchases` and `usual_spend` are the means when it was learned: the reasons are against them."""

    purchases: BgNbd
    spend: GammaGamma
    horizon: Horizon
    ratios: Ratios
    usual_purchases: float = 1.0
    usual_spend: float = 1.0

    def score(self, of: Snapshot) -> pd.DataFrame:
        """In minor units. A row's figures do not depend on the rows scored with it."""
        return in_blocks(self._scored, observed(of.histories))

    def _scored(self, histories: pd.DataFrame) -> pd.DataFrame:
        times, spend = self.factors(histories)
        value = self.horizon.margin * times * spend * _MINOR
        low, high = self.ratios.around(value)
        effects = {"purchases": _against(times, self.usual_purchases), "spend": _against(spend, self.usual_spend)}
        why = reasons(pd.DataFrame(effects, index=histories.index), top=2)
        told = joined(*(directed(why[f"reason_{rank}"], why[f"effect_{rank}"]) for rank in (1, 2)))
        return pd.DataFrame({"value": value, "low": low, "high": high, "reasons": told}, index=histories.index)

    def factors(self, histories: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
        """Movements to be expected, discounted, and the amount of each: their product is the turnover to come."""
        found = clv.value(histories, self.purchases, self.spend, self.horizon)
        spend = found["expected_spend"].to_numpy(dtype=np.float64)
        return found["clv"].to_numpy(dtype=np.float64) / (self.horizon.margin * spend), spend

    def watched(self, of: Snapshot, scores: pd.DataFrame) -> pd.DataFrame:
        return _watched(of, scores).assign(spend=of.histories["spend"].reindex(scores.index))


def _against(factor: FloatArray, usual: float) -> FloatArray:
    logs: FloatArray = np.log(np.maximum(factor, SMALLEST) / max(usual, SMALLEST))
    return logs


def train_activity(before: Snapshot, now: Snapshot, rules: ModelRules) -> Trained:
    """Judged by forecasts of the days of movements within the horizon."""
    known = _enough(before, rules)
    early = EarlyRhythm(bgnbd.fit(known, rules.purchases.prior))
    forecast = early.predict(before, rules.horizon_months)
    came = days_between(known, now)
    learned = observed(now.histories)
    scorer = ActivityModel(bgnbd.fit(learned, rules.purchases.prior))
    judged = (*_judged(came, forecast), *scorer.purchases.estimates)
    return _trained(scorer, now, learned, judged, came, forecast, early)


def train_value(before: Snapshot, now: Snapshot, rules: ModelRules) -> Trained:
    """Judged by forecasts of the turnover within the horizon."""
    known = _enough(before, rules)
    prior = rules.purchases.prior
    early = EarlyTurnover(bgnbd.fit(known, prior), gamma_gamma.fit(_spenders(known), prior))
    forecast = early.predict(before, rules.horizon_months)
    came = turnover_between(known, now)
    learned = observed(now.histories)
    months = rules.purchases
    horizon = Horizon(months.months, WEEKS_A_MONTH, months.monthly_discount, months.margin)
    purchases, spend = bgnbd.fit(learned, prior), gamma_gamma.fit(_spenders(learned), prior)
    plain = ValueModel(purchases, spend, horizon, Ratios((), (1.0,), (1.0,)))
    ratios = _ratios(plain.score(before)["value"].reindex(known.index), came, forecast, months)
    usual = (float(np.mean(factor)) for factor in plain.factors(learned))
    scorer = ValueModel(purchases, spend, horizon, ratios, *usual)
    judged = (*_judged(came, forecast), *purchases.estimates, *spend.estimates)
    return _trained(scorer, now, learned, judged, came, forecast, early)


def days_between(known: pd.DataFrame, now: Snapshot) -> pd.Series:
    """Days on which each customer moved money since the histories `known` ended."""
    after = now.histories["days"].reindex(known.index).fillna(0)
    return (after - known["days"]).clip(lower=0).astype("float64").rename("days")


def turnover_between(known: pd.DataFrame, now: Snapshot) -> pd.Series:
    after = now.histories["turnover"].reindex(known.index).fillna(0)
    return (after - known["turnover"]).clip(lower=0).astype("float64").rename("turnover")


def judged_days(model: ActivityModel, known: Snapshot, now: Snapshot, months: int) -> tuple[Estimate, ...]:
    forecast = EarlyRhythm(model.purchases).predict(known, months)
    return _judged(days_between(observed(known.histories), now), forecast)


def judged_turnover(model: ValueModel, known: Snapshot, now: Snapshot, months: int) -> tuple[Estimate, ...]:
    forecast = EarlyTurnover(model.purchases, model.spend).predict(known, months)
    return _judged(turnover_between(observed(known.histories), now), forecast)


def _judged(came: pd.Series, forecast: pd.Series) -> tuple[Estimate, ...]:
    return curves.correlation(came, forecast), curves.total_ratio(came, forecast)


def _trained(
    scorer: ActivityModel | ValueModel,
    now: Snapshot,
    learned: pd.DataFrame,
    judged: tuple[Estimate, ...],
    came: pd.Series,
    forecast: pd.Series,
    early: Unseen,
) -> Trained:
    watched = scorer.watched(now, scorer.score(now))
    return Trained(
        scorer=scorer,
        metrics=judged,
        curves={"forecast": points(curves.forecast(came, forecast, _GROUPS))},
        reference=reference.learn(watched),
        features=tuple(name for name in watched.columns if name != "score"),
        learned_from=learned,
        outcomes=None,
        unseen=early,
    )


def _watched(of: Snapshot, scores: pd.DataFrame) -> pd.DataFrame:
    return of.histories.loc[scores.index, list(_CHARACTERISTICS)].assign(score=scores["value"])


def _enough(of: Snapshot, rules: ModelRules) -> pd.DataFrame:
    known = observed(of.histories)
    if len(known) < rules.least_rows:
        raise TooLittleToLearn(
            rows=len(known), outcomes=len(known), least_rows=rules.least_rows, least_outcomes=rules.least_outcomes
        )
    return known


def _spenders(histories: pd.DataFrame) -> pd.DataFrame:
    return histories[(histories["frequency"] > 0) & (histories["spend"] > 0)]


def _ratios(scale: pd.Series, came: pd.Series, forecast: pd.Series, rules: PurchaseRules) -> Ratios:
    """By groups of the value that would have been told on that day."""
    told = scale.to_numpy(dtype=np.float64)
    share = came.to_numpy() / np.maximum(forecast.to_numpy(), 1e-12)
    codes = quantile_groups(told, _GROUPS)
    cuts = lower_ends(told, codes)
    ends = (1 - rules.interval) / 2, (1 + rules.interval) / 2
    found = np.array([np.quantile(share[codes == group], ends) for group in range(int(codes.max()) + 1)])
    return Ratios(cuts, tuple(map(float, np.minimum(found[:, 0], 1))), tuple(map(float, np.maximum(found[:, 1], 1))))
