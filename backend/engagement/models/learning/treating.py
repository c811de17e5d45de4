"""Uplift: whom a playbook changes, learned from those whom the lot let through it and those whom it left alone.

Only customers at the stages that the playbook takes up are scored: of others the trial says nothing. Quality is of
customers that the parameters had not seen, by the Qini coefficient; 0 is what treating at random gains.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from backend.engagement.models.errors import TooLittleTried
from backend.engagement.models.learning.features import features, informative
from backend.engagement.models.learning.folds import folds_of
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.learning.trained import SCORES, Trained, directed, joined, points
from backend.engagement.models.ruleset import ModelRules
from risk_models import reference, uplift
from risk_models.arrays import FloatArray
from risk_models.blocks import in_blocks
from risk_models.estimate import Estimate
from risk_models.proportion import difference
from risk_models.record import Record
from risk_models.uplift import UpliftModel, qini_coefficient, qini_curve

_TOP: Final = 4
_POINTS: Final = 60
_LOOKED_AT: Final = 20_000
_CERTAIN: Final = 1e-6


@dataclass(frozen=True)
class Trial:
    """`entered` holds the facts of each customer before the entry; `treated` and `reached` (0/1) are of the same."""

    entered: Snapshot
    treated: pd.Series
    reached: pd.Series
    stages: tuple[str, ...]


@dataclass(frozen=True)
class TreatmentModel(Record):
    """`stages` at which the playbook takes customers up; none named: all."""

    uplift: UpliftModel
    stages: tuple[str, ...]

    def score(self, of: Snapshot) -> pd.DataFrame:
        facts = self._population(of)
        if facts.empty:
            return pd.DataFrame({name: pd.Series(dtype=object) for name in SCORES}).astype({"value": "float64"})
        return in_blocks(self._scored, facts)

    def _population(self, of: Snapshot) -> pd.DataFrame:
        return of.facts[of.facts["stage"].isin(self.stages)] if self.stages else of.facts

    def _scored(self, facts: pd.DataFrame) -> pd.DataFrame:
        found = self.uplift.score(features(facts), _TOP)
        ranks = [rank for rank in range(1, _TOP + 1) if f"reason_{rank}" in found]
        told = joined(*(directed(found[f"reason_{rank}"], found[f"effect_{rank}"]) for rank in ranks))
        nothing = np.full(len(facts), np.nan)
        return pd.DataFrame(
            {"value": found["uplift"].to_numpy(), "low": nothing, "high": nothing, "reasons": told}, index=facts.index
        )

    def watched(self, of: Snapshot, scores: pd.DataFrame) -> pd.DataFrame:
        names = [item.name for item in self.uplift.treated.features.items]
        return features(of.facts.loc[scores.index])[names].assign(score=scores["value"])

    def effects(self, of: Snapshot, scores: pd.DataFrame) -> Mapping[str, float]:
        every = max(len(scores) // _LOOKED_AT, 1)
        rows = features(of.facts.loc[scores.index[::every]])
        parts = self.uplift.treated.contributions(rows) - self.uplift.control.contributions(rows)
        return {str(name): float(value) for name, value in parts.mean().items()}


@dataclass(frozen=True)
class CrossFittedUplift(Record):
    """`models[k]` learned from the trial without fold k, so that nobody is told of by a model that saw them."""

    models: tuple[UpliftModel, ...]
    seed: int

    def predict(self, before: Snapshot, months: int) -> pd.Series:
        return self.told(features(before.facts))["uplift"]

    def told(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`uplift`, `p_treated`, `p_control`."""
        folds = folds_of(frame.index, len(self.models), self.seed)
        parts = [
            model.score(frame[folds == number]).set_axis(frame.index[folds == number])
            for number, model in enumerate(self.models)
            if (folds == number).any()
        ]
        return pd.concat(parts).loc[frame.index, ["uplift", "p_treated", "p_control"]]


def train_uplift(trial: Trial, now: Snapshot, rules: ModelRules) -> Trained:
    """Raises TooLittleTried."""
    _enough(trial, rules)
    frame = informative(features(trial.entered.facts))
    unseen, ridge = _chosen(frame, trial, rules)
    scorer = TreatmentModel(uplift.fit(frame, trial.treated, trial.reached, ridge=ridge), trial.stages)
    told = unseen.told(frame)["uplift"]
    watched = scorer.watched(now, scorer.score(now))
    return Trained(
        scorer=scorer,
        metrics=(qini_coefficient(told, trial.treated, trial.reached, seed=rules.seed), _effect(trial)),
        curves={"qini": points(_thinned(qini_curve(told, trial.treated, trial.reached)))},
        reference=reference.learn(frame.assign(score=told) if watched.empty else watched),
        features=tuple(str(name) for name in frame.columns),
        learned_from=frame.assign(treated=trial.treated, reached=trial.reached),
        outcomes=int(trial.reached.sum()),
        unseen=unseen,
    )


def _enough(trial: Trial, rules: ModelRules) -> None:
    """In each arm so many customers, and so many of the rarer outcome."""
    counts = [_counted(trial, arm) for arm in (1, 0)]
    least = rules.uplift
    if any(size < least.least_arm or rarer < least.least_outcomes for size, rarer in counts):
        raise TooLittleTried(
            treated=counts[0][0],
            control=counts[1][0],
            treated_outcomes=counts[0][1],
            control_outcomes=counts[1][1],
            least_arm=least.least_arm,
            least_outcomes=least.least_outcomes,
        )


def _counted(trial: Trial, arm: int) -> tuple[int, int]:
    reached = trial.reached[trial.treated == arm]
    return len(reached), int(min(reached.sum(), len(reached) - reached.sum()))


def _chosen(frame: pd.DataFrame, trial: Trial, rules: ModelRules) -> tuple[CrossFittedUplift, float]:
    """By the ridge that makes what came of customers it had not seen likeliest, each in the arm they were in."""
    fitted = {ridge: _cross_fit(frame, trial, rules, ridge) for ridge in rules.ridges}
    best = min(fitted, key=lambda ridge: _log_loss(fitted[ridge].told(frame), trial))
    return fitted[best], best


def _cross_fit(frame: pd.DataFrame, trial: Trial, rules: ModelRules, ridge: float) -> CrossFittedUplift:
    folds = folds_of(frame.index, rules.folds, rules.seed)
    models = tuple(
        uplift.fit(frame[folds != k], trial.treated[folds != k], trial.reached[folds != k], ridge=ridge)
        for k in range(rules.folds)
    )
    return CrossFittedUplift(models, rules.seed)


def _log_loss(told: pd.DataFrame, trial: Trial) -> float:
    chance: FloatArray = np.where(trial.treated == 1, told["p_treated"], told["p_control"]).clip(_CERTAIN, 1 - _CERTAIN)
    came = trial.reached.to_numpy(dtype=np.float64)
    return -float(np.mean(came * np.log(chance) + (1 - came) * np.log1p(-chance)))


def _effect(trial: Trial) -> Estimate:
    """Of everybody, by the lot."""
    with_it, without = (trial.reached[trial.treated == arm] for arm in (1, 0))
    return difference("effect", (with_it.sum(), len(with_it)), (without.sum(), len(without)))


def _thinned(curve: pd.DataFrame) -> pd.DataFrame:
    kept = np.unique(np.linspace(0, len(curve) - 1, min(_POINTS, len(curve))).round().astype(np.int64))
    return curve.iloc[kept]
