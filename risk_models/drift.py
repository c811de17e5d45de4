"""CUSUM: the first moment at which a stream of figures has left its target.

Page (1954); two one-sided sums in units of the target's standard deviation. Montgomery, Introduction to
Statistical Quality Control (2013), §9.1: allowance k = .5 looks for shifts of one deviation, h = 5 gives a false
alarm about every 465 points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_models.arrays import name_of, numbers
from risk_models.errors import OutOfRangeError
from risk_models.record import Record


@dataclass(frozen=True)
class Cusum(Record):
    target: float
    deviation: float
    allowance: float = 0.5
    limit: float = 5.0

    def __post_init__(self) -> None:
        if self.deviation <= 0 or self.allowance < 0 or self.limit <= 0:
            raise OutOfRangeError("Deviation and limit must be above zero", remedy="Estimate them on a stable stretch.")

    def track(self, values: pd.Series) -> pd.DataFrame:
        """Per point, in the order given: `z`, `high`, `low` (the two sums) and `alarm` ("high", "low" or None).

        The sums restart after an alarm, so every alarm is a new finding.
        """
        name = name_of(values, "value")
        z = (numbers(values.to_frame(name), name) - self.target) / self.deviation
        highs, lows, alarms = np.empty(len(z)), np.empty(len(z)), np.full(len(z), None, dtype=object)
        high = low = 0.0
        for i, step in enumerate(z):
            high, low = max(0.0, high + step - self.allowance), max(0.0, low - step - self.allowance)
            highs[i], lows[i] = high, low
            if max(high, low) > self.limit:
                alarms[i] = "high" if high >= low else "low"
                high = low = 0.0
        named = pd.Series(alarms, index=values.index, dtype=object)
        return pd.DataFrame({"z": z, "high": highs, "low": lows, "alarm": named}, index=values.index)


def learn(stable: pd.Series, allowance: float = 0.5, limit: float = 5.0) -> Cusum:
    """Target and deviation from a stretch that is known to be in order."""
    name = name_of(stable, "value")
    values = numbers(stable.to_frame(name), name)
    return Cusum(float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 0.0, allowance, limit)
