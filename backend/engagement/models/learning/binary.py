"""Churn and propensity: the chance that something happens within the horizon, learned from the facts of its first day.

Every figure of quality is of predictions by models that had not seen the customer (folds); the parameters that are
kept are then learned from all rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from backend.engagement.models.errors import TooLittleToLearn
from backend.engagement.models.learning.features import features, informative
from backend.engagement.models.learning.folds import CrossFitted, cross_fit
from backend.engagement.models.learning.snapshot import Snapshot, eligible, population
from backend.engagement.models.learning.trained import Trained, joined, lower_ends, points
from backend.engagement.models.ruleset import ChurnRules, ModelRules
from risk_models import curves, propensity, reference
from risk_models.arrays import FloatArray
from risk_models.blocks import in_blocks
from risk_models.calibration import brier, calibration_line, calibration_table
from risk_models.discrimination import auc_estimate, gini_estimate, ks_estimate
from risk_models.estimate import Estimate
from risk_models.grouping import quantile_groups
from risk_models.propensity import Propensity
from risk_models.record import Record

_TOP = 4
_GROUPS = 10
_LOOKED_AT = 20_000


@dataclass(frozen=True)
class Bands(Record):
    """Where comparable customers came out: the interval of the share that came true, by groups of the prediction."""

    cuts: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def around(self, chance: FloatArray) -> tuple[FloatArray, FloatArray]:
        places = np.searchsorted(np.array(self.cuts), chance, side="right")
        low, high = np.array(self.low)[places], np.array(self.high)[places]
        return np.minimum(low, chance), np.maximum(high, chance)


@dataclass(frozen=True)
class BinaryModel(Record):
    """`product` is what a propensity is for: whoever holds it is not scored."""

    propensity: Propensity
    bands: Bands
    product: str | None = None

    def score(self, of: Snapshot) -> pd.DataFrame:
        return in_blocks(self._scored, of.facts, rows=eligible(of, self.product))

    def _scored(self, facts: pd.DataFrame) -> pd.DataFrame:
        found = self.propensity.score(features(facts), _TOP, "up")
        chance = found["probability"].to_numpy()
        low, high = self.bands.around(chance)
        reasons = joined(*(found[f"reason_{rank}"] for rank in range(1, _TOP + 1) if f"reason_{rank}" in found))
        return pd.DataFrame({"value": chance, "low": low, "high": high, "reasons": reasons}, index=facts.index)

    def watched(self, of: Snapshot, scores: pd.DataFrame) -> pd.DataFrame:
        names = [item.name for item in self.propensity.features.items]
        told = in_blocks(lambda facts: features(facts)[names], of.facts, rows=eligible(of, self.product))
        return told.reindex(scores.index).assign(score=scores["value"])

    def effects(self, of: Snapshot, scores: pd.DataFrame) -> Mapping[str, float]:
        """Contributions are centred on the customers it learned from, so their mean now is the effect of the shift."""
        every = max(len(scores) // _LOOKED_AT, 1)
        parts = self.propensity.contributions(features(of.facts.loc[scores.index[::every]]))
        return {str(name): float(value) for name, value in parts.mean().items()}


def train_churn(before: Snapshot, now: Snapshot, rules: ModelRules) -> Trained:
    facts = present(before, rules.churn)
    return _train(facts, lost(facts, now, rules.churn), rules, None)


def train_propensity(before: Snapshot, now: Snapshot, rules: ModelRules, product: str) -> Trained:
    facts = population(before, product)
    return _train(facts, taken(facts, before, now, product), rules, product)


def present(of: Snapshot, rules: ChurnRules) -> pd.DataFrame:
    """Whoever is there to be lost."""
    facts = population(of, None)
    return facts[facts["months_inactive"].fillna(0) <= rules.present_months_inactive]


def lost(facts: pd.DataFrame, now: Snapshot, rules: ChurnRules) -> pd.Series:
    """1 for whoever of `facts` holds nothing, is silent, or took nearly all the money away by now."""
    after = now.facts.reindex(facts.index)
    gone = after["products"].fillna(0) == 0
    silent = after["months_inactive"].astype("Float64").fillna(0) >= rules.inactive_months
    had = facts["balance_minor"]
    left = after["balance_minor"].astype("Float64").fillna(0) <= rules.balance_left_share * had
    emptied = (had >= rules.least_balance_minor) & left
    return (gone | silent | emptied).astype(int).rename("lost")


def taken(facts: pd.DataFrame, before: Snapshot, now: Snapshot, product: str) -> pd.Series:
    """1 for whoever of `facts` took the product between the two days."""
    takers = facts.index.isin(now.takers(product, before.as_of))
    return pd.Series(takers.astype(int), index=facts.index, name="taken")


def _train(facts: pd.DataFrame, outcome: pd.Series, rules: ModelRules, product: str | None) -> Trained:
    rarer = int(min(outcome.sum(), len(outcome) - outcome.sum()))
    if len(facts) < rules.least_rows or rarer < rules.least_outcomes:
        raise TooLittleToLearn(
            rows=len(facts), outcomes=rarer, least_rows=rules.least_rows, least_outcomes=rules.least_outcomes
        )
    chosen = facts.index if len(facts) <= rules.most_rows else _sample(facts, rules)
    frame, outcome = informative(features(facts.loc[chosen])), outcome.loc[chosen]
    held_out, ridge = _chosen(frame, outcome, rules, product)
    unseen = held_out.chances(frame)
    fitted = propensity.fit(frame, outcome, ridge=ridge)
    return Trained(
        scorer=BinaryModel(fitted, _bands(outcome, unseen), product),
        metrics=judged(outcome, unseen, rules.seed),
        curves={
            "roc": points(curves.roc(outcome, unseen)),
            "lift": points(curves.lift(outcome, unseen)),
            "calibration": points(calibration_table(outcome, unseen, _GROUPS)),
        },
        reference=reference.learn(frame.assign(score=unseen)),
        features=tuple(str(name) for name in frame.columns),
        learned_from=frame.assign(outcome=outcome),
        outcomes=int(outcome.sum()),
        unseen=held_out,
    )


def _sample(facts: pd.DataFrame, rules: ModelRules) -> pd.Index:
    """More rows than this only narrow intervals that are narrow already."""
    places = np.random.default_rng(rules.seed).choice(len(facts), rules.most_rows, replace=False)
    return facts.index[np.sort(places)]


def _chosen(
    frame: pd.DataFrame, outcome: pd.Series, rules: ModelRules, product: str | None
) -> tuple[CrossFitted, float]:
    """Models that each have not seen a part of the rows, by the ridge that makes these parts likeliest; that ridge.

    Few outcomes need a strong one: with a weak one the chances become too extreme.
    """
    fitted = {
        ridge: cross_fit(frame, outcome, count=rules.folds, seed=rules.seed, ridge=ridge, product=product)
        for ridge in rules.ridges
    }
    best = min(fitted, key=lambda ridge: _log_loss(outcome, fitted[ridge].chances(frame)))
    return fitted[best], best


def _log_loss(outcome: pd.Series, prediction: pd.Series) -> float:
    chance = prediction.to_numpy(dtype=np.float64)
    happened = outcome.to_numpy(dtype=np.float64)
    return -float(np.mean(happened * np.log(chance) + (1 - happened) * np.log1p(-chance)))


def judged(outcome: pd.Series, prediction: pd.Series, seed: int) -> tuple[Estimate, ...]:
    """Discrimination, calibration, and how much of it the tenth with the highest scores catches."""
    line = calibration_line(outcome, prediction)
    top = curves.lift(outcome, prediction).iloc[0]
    best = Estimate("captured by the top tenth", float(top["captured"]), None, None, None)
    return (
        auc_estimate(outcome, prediction),
        gini_estimate(outcome, prediction),
        ks_estimate(outcome, prediction, seed=seed),
        brier(outcome, prediction),
        replace(line.slope, name="calibration slope"),
        replace(line.intercept, name="calibration intercept"),
        best,
    )


def _bands(outcome: pd.Series, prediction: pd.Series) -> Bands:
    chances = prediction.to_numpy(dtype=np.float64)
    cuts = lower_ends(chances, quantile_groups(chances, _GROUPS))
    table = calibration_table(outcome, prediction, _GROUPS)
    return Bands(cuts, tuple(map(float, table["low"])), tuple(map(float, table["high"])))
