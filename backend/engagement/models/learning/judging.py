"""What scores of the past were worth: held against what happened within their horizon."""

import pandas as pd

from backend.engagement.models.learning import binary, purchases
from backend.engagement.models.learning.binary import BinaryModel
from backend.engagement.models.learning.folds import CERTAIN
from backend.engagement.models.learning.purchases import ActivityModel, ValueModel
from backend.engagement.models.learning.snapshot import Snapshot, population
from backend.engagement.models.learning.trained import Scorer
from backend.engagement.models.learning.treating import TreatmentModel
from backend.engagement.models.ruleset import ModelRules
from risk_models import curves
from risk_models.estimate import Estimate


def judge(
    scorer: Scorer, scores: pd.Series, before: Snapshot, now: Snapshot, rules: ModelRules, months: int
) -> tuple[Estimate, ...]:
    """Of `scores` told on the day of `before`; nothing while too few outcomes are known.

    Nothing of uplift: what a playbook changes is seen in its next trial alone, by the comparison of two versions.
    """
    if isinstance(scorer, BinaryModel):
        return _binary(scorer, scores, before, now, rules)
    if isinstance(scorer, ActivityModel):
        return purchases.judged_days(scorer, before, now, months)
    if isinstance(scorer, ValueModel):
        return purchases.judged_turnover(scorer, before, now, months)
    if isinstance(scorer, TreatmentModel):
        return ()
    came = purchases.days_between(before.histories, now)
    known = came.index.intersection(scores.index)
    return (curves.correlation(came[known], scores[known], ranks=True),)


def _binary(
    scorer: BinaryModel, scores: pd.Series, before: Snapshot, now: Snapshot, rules: ModelRules
) -> tuple[Estimate, ...]:
    if scorer.product is None:
        outcome = binary.lost(binary.present(before, rules.churn), now, rules.churn)
    else:
        outcome = binary.taken(population(before, scorer.product), before, now, scorer.product)
    known = outcome.index.intersection(scores.index)
    outcome, told = outcome[known], scores[known].clip(CERTAIN, 1 - CERTAIN)
    if min(outcome.sum(), len(outcome) - outcome.sum()) < rules.watch.least_outcomes:
        return ()
    return binary.judged(outcome, told, rules.seed)
