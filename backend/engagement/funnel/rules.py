"""How many go from one stage of the customer's life to the next, and how long it takes. Pure.

Each step is looked at by itself: of all who entered a stage, who moved on, who left, who is still there. The time is
the Kaplan-Meier median: those who left or are still there count for as long as they were seen, so that a step which
most people have not taken yet is not made to look fast. It is empty while less than half have moved on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from backend.customers.models import Stage
from risk_models.proportion import wilson
from risk_models.survival import kaplan_meier

COHORT: Final = "cohort"
STEPS: Final = (Stage.PROSPECT, Stage.ONBOARDING, Stage.ACTIVE, Stage.GROWING, Stage.LOYAL)
ALL: Final = "all"
OTHERS: Final = "others"
UNKNOWN: Final = "unknown"
_GROUPS: Final = 12
_DAY: Final = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True)
class Step:
    """Of `entered`, `advanced` moved on and `left` ended there; the rest is still there. Shares are 0..1."""

    group: str
    start: Stage
    end: Stage
    entered: int
    advanced: int
    left: int
    conversion: float | None
    low: float | None
    high: float | None
    median_days: float | None

    @property
    def waiting(self) -> int:
        return self.entered - self.advanced - self.left


def funnel(frame: pd.DataFrame, now: datetime, by: str | None = None) -> list[Step]:
    """`frame` has a moment in UTC for each stage of `STEPS` (empty: never entered), `left`, and what to group `by`.

    Groups come in the order of their size, quarters in that of time; those beyond the twelfth are one, `others`.
    """
    found: list[Step] = []
    for name, part in _groups(frame, by):
        found += [_step(part, name, start, end, now) for start, end in pairwise(STEPS)]
    return [step for step in found if step.entered]


def _groups(frame: pd.DataFrame, by: str | None) -> Iterator[tuple[str, pd.DataFrame]]:
    if by is None:
        yield ALL, frame
        return
    names = frame[by].astype(object).where(frame[by].notna(), UNKNOWN)
    sizes = names.value_counts()
    kept = list(sizes.index[:_GROUPS])
    names = names.where(names.isin(kept), OTHERS)
    for name in [*(sorted(kept) if by == COHORT else kept), OTHERS]:
        part = frame[(names == name).to_numpy()]
        if len(part):
            yield str(name), part


def _step(frame: pd.DataFrame, group: str, start: Stage, end: Stage, now: datetime) -> Step:
    later = [stage.value for stage in STEPS[STEPS.index(end) :]]
    seen = frame[frame[start.value].notna()]
    moved_at = seen[later].min(axis=1)
    moved = moved_at.notna().to_numpy()
    gone = (seen["left"].notna().to_numpy()) & ~moved
    entered, advanced = len(seen), int(moved.sum())
    until = pd.Timestamp(now.astimezone(UTC).replace(tzinfo=None))
    ended = moved_at.where(moved, seen["left"]).fillna(until)
    days = np.maximum((ended - seen[start.value]).to_numpy() / _DAY, 0.0)
    low, high = wilson(np.array([float(advanced)]), np.array([float(entered)]))
    return Step(
        group,
        start,
        end,
        entered,
        advanced,
        int(gone.sum()),
        conversion=advanced / entered if entered else None,
        low=float(low[0]) if entered else None,
        high=float(high[0]) if entered else None,
        median_days=_median(days, moved),
    )


def _median(days: NDArray[np.float64], moved: NDArray[np.bool_]) -> float | None:
    if not moved.any():
        return None
    curve = kaplan_meier(pd.DataFrame({"days": days, "moved": moved.astype(np.float64)}), "days", "moved")
    return curve.median()
