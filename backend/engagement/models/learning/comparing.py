"""A new version held against the champion, on the customers and the days that the new one was judged by.

Both tell of customers, or of days, that they have not learned from (`Unseen`), so that neither is flattered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from backend.engagement.models.learning import binary, purchases
from backend.engagement.models.learning.early import observed
from backend.engagement.models.learning.snapshot import Snapshot, population
from backend.engagement.models.learning.trained import Unseen, points
from backend.engagement.models.learning.treating import Trial
from backend.engagement.models.models import ModelKind
from backend.engagement.models.ruleset import ModelRules
from risk_models import comparison, curves
from risk_models.comparison import Contrast

Came = Callable[[Snapshot, Snapshot, ModelRules, str | None], pd.Series]
_FEWEST: Final = 2


@dataclass(frozen=True)
class Compared:
    """`rocs` has a curve for each of the two where chances were told; `outcomes` is the rarer one's number."""

    rows: int
    outcomes: int | None
    contrasts: tuple[Contrast, ...]
    rocs: Mapping[str, list[dict[str, Any]]]

    def record(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "outcomes": self.outcomes,
            "contrasts": [each.to_dict() for each in self.contrasts],
            "verdict": comparison.verdict(self.contrasts),
            "rocs": dict(self.rocs),
        }


def compare(
    kind: ModelKind,
    told: tuple[Unseen, Unseen],
    before: Snapshot,
    now: Snapshot,
    rules: ModelRules,
    months: int,
    product: str | None = None,
) -> Compared | None:
    """`told` by the champion and by the new one; None where too few customers are told of by both."""
    came = _CAME[kind](before, now, rules, product)
    first, second = (each.predict(before, months) for each in told)
    known = came.index.intersection(first.index).intersection(second.index)
    came, first, second = came[known], first[known], second[known]
    if len(known) < _FEWEST or came.nunique() < _FEWEST:
        return None
    if kind in _CHANCES:
        rocs = {"champion": points(curves.roc(came, first)), "challenger": points(curves.roc(came, second))}
        rarer = int(min(came.sum(), len(came) - came.sum()))
        return Compared(len(known), rarer, comparison.chances(came, first, second, seed=rules.seed), rocs)
    held = comparison.ranks if kind is ModelKind.RFM else comparison.forecasts
    return Compared(len(known), None, held(came, first, second, seed=rules.seed), {})


def compare_uplifts(told: tuple[Unseen, Unseen], trial: Trial, rules: ModelRules) -> Compared:
    """On the customers of the new version's trial."""
    first, second = (each.predict(trial.entered, rules.horizon_months) for each in told)
    found = comparison.uplifts(trial.treated, trial.reached, first, second, seed=rules.seed)
    return Compared(len(trial.treated), int(trial.reached.sum()), found, {})


def _lost(before: Snapshot, now: Snapshot, rules: ModelRules, _: str | None) -> pd.Series:
    return binary.lost(binary.present(before, rules.churn), now, rules.churn)


def _taken(before: Snapshot, now: Snapshot, _: ModelRules, product: str | None) -> pd.Series:
    return binary.taken(population(before, product), before, now, product or "")


def _days(before: Snapshot, now: Snapshot, _: ModelRules, __: str | None) -> pd.Series:
    return purchases.days_between(observed(before.histories), now)


def _turnover(before: Snapshot, now: Snapshot, _: ModelRules, __: str | None) -> pd.Series:
    return purchases.turnover_between(observed(before.histories), now)


_CHANCES: Final = frozenset({ModelKind.CHURN, ModelKind.PROPENSITY})
_CAME: Final[Mapping[ModelKind, Came]] = {
    ModelKind.CHURN: _lost,
    ModelKind.PROPENSITY: _taken,
    ModelKind.ACTIVITY: _days,
    ModelKind.VALUE: _turnover,
    ModelKind.RFM: _days,
}
