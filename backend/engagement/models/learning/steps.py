"""RFM: five steps each for how recently, how often and for how much; the reasons are the steps themselves."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from backend.engagement.models.errors import TooLittleToLearn
from backend.engagement.models.learning.purchases import days_between
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.learning.trained import Trained, WithoutEffects, points
from backend.engagement.models.ruleset import ModelRules
from risk_models import curves, reference, rfm
from risk_models.blocks import in_blocks
from risk_models.record import Record
from risk_models.rfm import RfmScale

_NAMES = {"days": "frequency", "turnover": "monetary"}


@dataclass(frozen=True)
class RfmModel(WithoutEffects, Record):
    scale: RfmScale

    def score(self, of: Snapshot) -> pd.DataFrame:
        return in_blocks(self._scored, of.histories)

    def _scored(self, histories: pd.DataFrame) -> pd.DataFrame:
        found = self.scale.score(_table(histories))
        steps = zip(*(found[name].astype(int) for name in ("r", "f", "m")), found["segment"], strict=True)
        told = [f"segment:{segment} r:{r} f:{f} m:{m}" for r, f, m, segment in steps]
        nothing = np.full(len(histories), np.nan)
        return pd.DataFrame(
            {"value": found["rfm"].astype("float64"), "low": nothing, "high": nothing, "reasons": told},
            index=histories.index,
        )

    def watched(self, of: Snapshot, scores: pd.DataFrame) -> pd.DataFrame:
        return _table(of.histories.loc[scores.index]).assign(score=scores["value"])


@dataclass(frozen=True)
class EarlySteps(Record):
    """Steps learned up to the first day of a horizon."""

    scale: RfmScale

    def predict(self, before: Snapshot, months: int) -> pd.Series:
        return RfmModel(self.scale).score(before)["value"]


def train_rfm(before: Snapshot, now: Snapshot, rules: ModelRules) -> Trained:
    """Judged by how the order of scores agrees with the order of what customers did within the horizon."""
    if len(before.histories) < rules.least_rows:
        raise TooLittleToLearn(
            rows=len(before.histories),
            outcomes=len(before.histories),
            least_rows=rules.least_rows,
            least_outcomes=rules.least_outcomes,
        )
    held_out = EarlySteps(rfm.fit(_table(before.histories)))
    early = held_out.predict(before, rules.horizon_months)
    came = days_between(before.histories, now)
    scorer = RfmModel(rfm.fit(_table(now.histories)))
    watched = scorer.watched(now, scorer.score(now))
    return Trained(
        scorer=scorer,
        metrics=(curves.correlation(came, early, ranks=True),),
        curves={"lift": points(_lift(came, early))},
        reference=reference.learn(watched),
        features=("recency_days", "frequency", "monetary"),
        learned_from=_table(now.histories),
        outcomes=None,
        unseen=held_out,
    )


def _lift(came: pd.Series, early: pd.Series) -> pd.DataFrame:
    """What groups of customers did, the highest scores first, as a multiple of what everybody did."""
    groups = curves.forecast(came, early).iloc[::-1].reset_index(drop=True)
    groups = groups.assign(rate=groups["observed"], lift=groups["observed"] / max(float(came.mean()), 1e-12))
    caught = (groups["observed"] * groups["rows"]).cumsum() / max(float(came.sum()), 1e-12)
    return groups.assign(captured=caught)[["rows", "rate", "low", "high", "lift", "captured"]]


def _table(histories: pd.DataFrame) -> pd.DataFrame:
    return histories.drop(columns="frequency")[["recency_days", *_NAMES]].rename(columns=_NAMES)
