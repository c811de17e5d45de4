"""Which signals fire for each customer, and how severe they are together. Pure, for any number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from backend.customers.models import Stage
from backend.engagement.conditions import Flags, Numbers, figure, holds
from backend.engagement.watch.ruleset import Severity, Signal, WatchPolicy

SEVERITIES: Final = tuple(Severity)
_RANK: Final = {severity: place for place, severity in enumerate(SEVERITIES)}
WATCHED: Final = frozenset({Stage.ACTIVE, Stage.GROWING, Stage.LOYAL, Stage.AT_RISK, Stage.DORMANT, Stage.WON_BACK})
"""Whose leaving can still be prevented."""


@dataclass(frozen=True)
class Fired:
    """`flags` has a row for each signal, in the order of the rule-set, and a column for each customer."""

    frame: pd.DataFrame
    flags: NDArray[np.bool_]
    policy: WatchPolicy

    def rows(self) -> Sequence[int]:
        return np.flatnonzero(self.flags.any(axis=0)).tolist()

    def signals(self, row: int) -> tuple[Signal, ...]:
        """The most severe first, then in the order of the rule-set."""
        found = [signal for place, signal in enumerate(self.policy.signals) if self.flags[place, row]]
        return tuple(sorted(found, key=lambda signal: -_RANK[signal.severity]))

    def severity(self, row: int) -> Severity:
        return together(self.signals(row), self.policy.several)

    def figures(self, row: int) -> dict[str, float]:
        """What each signal looked at first; one that is not known is left out."""
        seen = {signal.code: float(self.looked_at[signal.code][row]) for signal in self.signals(row)}
        return {code: round(value, 4) for code, value in seen.items() if not isnan(value)}

    @cached_property
    def looked_at(self) -> dict[str, Numbers]:
        """By signal, of every customer."""
        return {signal.code: figure(self.frame, signal.when[0]) for signal in self.policy.signals}


def look(frame: pd.DataFrame, policy: WatchPolicy, stages: Sequence[str], currency: str, minor: int) -> Fired:
    """`stages` are those in which the customers stand when the day's steps have been taken."""
    watched: Flags = np.isin(np.asarray(stages, dtype=object), [stage.value for stage in WATCHED])
    flags = [holds(frame, signal.when, currency, minor) & watched for signal in policy.signals]
    return Fired(frame, np.array(flags).reshape(len(policy.signals), len(frame)), policy)


def together(signals: Sequence[Signal], several: int) -> Severity:
    """The highest of them, and one more when there are several. At least one signal."""
    highest = max(_RANK[signal.severity] for signal in signals)
    return SEVERITIES[min(highest + (len(signals) >= several), len(SEVERITIES) - 1)]
