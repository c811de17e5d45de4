"""Points scaling: from log-odds to the score that people read.

Siddiqi (2017), ch. 10: score = offset + factor · ln(good:bad odds), factor = PDO / ln 2 (the points that double
the odds), offset = anchor score - factor · ln(anchor odds).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from risk_models.arrays import FloatArray
from risk_models.errors import OutOfRangeError
from risk_models.record import Record


@dataclass(frozen=True)
class Scaling(Record):
    """600 points at 50 goods to 1 bad, 20 points to double the odds, unless said otherwise."""

    anchor_score: float = 600.0
    anchor_odds: float = 50.0
    points_to_double: float = 20.0

    def __post_init__(self) -> None:
        if self.anchor_odds <= 0 or self.points_to_double <= 0:
            raise OutOfRangeError("Odds and points to double must be above zero", remedy="Choose positive figures.")

    @property
    def factor(self) -> float:
        return self.points_to_double / math.log(2)

    @property
    def offset(self) -> float:
        return self.anchor_score - self.factor * math.log(self.anchor_odds)

    def score(self, log_odds_of_bad: FloatArray) -> FloatArray:
        return self.offset - self.factor * log_odds_of_bad

    def log_odds_of_bad(self, score: FloatArray) -> FloatArray:
        return (self.offset - score) / self.factor
