"""What was learned up to the first day of a horizon tells of that horizon: forecasts that have not seen what came."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from backend.engagement.models.learning.snapshot import Snapshot
from risk_models.bgnbd import BgNbd
from risk_models.gamma_gamma import GammaGamma
from risk_models.record import Record

WEEKS_A_MONTH: Final = 365.25 / 12 / 7


@dataclass(frozen=True)
class EarlyRhythm(Record):
    """Learned up to the first day of a horizon: what it tells of the horizon it has not seen."""

    purchases: BgNbd

    def predict(self, before: Snapshot, months: int) -> pd.Series:
        return self.purchases.expected_purchases(observed(before.histories), _weeks(months))


@dataclass(frozen=True)
class EarlyTurnover(Record):
    """The same, of the money that is moved."""

    purchases: BgNbd
    spend: GammaGamma

    def predict(self, before: Snapshot, months: int) -> pd.Series:
        return expected_turnover(observed(before.histories), self.purchases, self.spend, months)


def observed(histories: pd.DataFrame) -> pd.DataFrame:
    """Customers who were observed for a time at all: not those who came on the last day."""
    return histories[histories["age"] > 0]


def expected_turnover(known: pd.DataFrame, purchases: BgNbd, spend: GammaGamma, months: int) -> pd.Series:
    times = purchases.expected_purchases(known, _weeks(months))
    return (times * spend.expected_spend(known)["expected_spend"]).rename("forecast")


def _weeks(months: int) -> float:
    return months * WEEKS_A_MONTH
