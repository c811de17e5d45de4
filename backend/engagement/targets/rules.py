"""From the records of a month to figures by group: pure, and the same again from the same records."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from backend.engagement.targets.groups import ALL, Groups
from backend.engagement.targets.ruleset import DIMENSIONS, Measure
from risk_models.proportion import wilson

NO_SOURCE: Final = "no_source"
NO_RECORDS: Final = "no_records"
NO_PAST: Final = "no_past"
_LEVEL: Final = 0.95
_PLACES: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Figure:
    """Without `value` nothing could be measured, for the reason `absent`."""

    measure: str
    dimension: str
    key: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    records: int
    absent: str | None = None


def figures(frame: pd.DataFrame | None, measure: Measure, groups: Groups) -> list[Figure]:
    """Of all, and of every group that has a record."""
    if frame is None or frame.empty:
        reason = NO_SOURCE if frame is None else NO_RECORDS
        return [Figure(measure.code, ALL, "", None, None, None, 0, reason)]
    found = []
    for dimension in DIMENSIONS:
        for key, part in _parts(frame, dimension, groups):
            found.append(_figure(part, measure, dimension, key))
    return found


def without_past(measure: Measure) -> Figure:
    """Of a month that has ended, where nothing tells what was known in it."""
    return Figure(measure.code, ALL, "", None, None, None, 0, NO_PAST)


def belonging(frame: pd.DataFrame, dimension: str, key: str, groups: Groups) -> pd.DataFrame:
    """The records behind one figure."""
    return next((part for name, part in _parts(frame, dimension, groups) if name == key), frame.iloc[:0])


def digest(found: Iterable[Figure]) -> str:
    """SHA-256 over every figure, in their order by name."""
    lines = sorted(
        f"{f.measure}|{f.dimension}|{f.key}|{f.value}|{f.low}|{f.high}|{f.records}|{f.absent}" for f in found
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _parts(frame: pd.DataFrame, dimension: str, groups: Groups) -> list[tuple[str, pd.DataFrame]]:
    if dimension == ALL:
        return [("", frame)]
    if dimension == "product":
        keys = pd.Series(_products(frame, groups), index=frame.index, dtype=object)
        placed = frame.assign(group=keys).explode("group")
    else:
        known = groups.teams if dimension == "team" else groups.segments
        found = pd.Series([known.get(party) for party in frame["party_id"]], index=frame.index, dtype=object)
        placed = frame.assign(group=found)
    placed = placed[placed["group"].notna()]
    return [(str(key), part.drop(columns="group")) for key, part in placed.groupby("group", sort=True)]


def _products(frame: pd.DataFrame, groups: Groups) -> list[tuple[str, ...]]:
    """The record's own product; where it has none, whatever the customer holds."""
    pairs = zip(frame["product"], frame["party_id"], strict=True)
    return [(own,) if isinstance(own, str) else groups.products.get(party, ()) for own, party in pairs]


def _figure(part: pd.DataFrame, measure: Measure, dimension: str, key: str) -> Figure:
    values = part["value"].to_numpy(dtype=np.float64)
    weights = part["weight"].to_numpy(dtype=np.float64)
    value, low, high = _COMPUTED[measure.how](values, weights)
    records = len(part)
    if value is None:
        return Figure(measure.code, dimension, key, None, None, None, records, NO_RECORDS)
    least, most = measure.range
    ends = (None if low is None else max(low, float(least)), None if high is None else min(high, float(most)))
    return Figure(measure.code, dimension, key, _exact(value), _exact(ends[0]), _exact(ends[1]), records)


Interval = tuple[float | None, float | None, float | None]


def _share(values: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]) -> Interval:
    good, all_ = np.array([values.sum()]), np.array([weights.sum()])
    low, high = wilson(good, all_, _LEVEL)
    return float(good[0] / all_[0]), float(low[0]), float(high[0])


def _mean(values: np.ndarray[Any, Any], _: np.ndarray[Any, Any]) -> Interval:
    mean, number = float(values.mean()), len(values)
    if number == 1:
        return mean, None, None
    reach = float(stdtrit(number - 1, 0.5 + _LEVEL / 2)) * float(values.std(ddof=1)) / float(np.sqrt(number))
    return mean, mean - reach, mean + reach


def _median(values: np.ndarray[Any, Any], _: np.ndarray[Any, Any]) -> Interval:
    return float(np.median(values)), None, None


def _ratio(values: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]) -> Interval:
    """Nothing to divide by is nothing measured."""
    return (float(values.sum() / weights.sum()) if weights.sum() else None), None, None


_COMPUTED: Final = {"share": _share, "mean": _mean, "median": _median, "ratio": _ratio}


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value)).quantize(_PLACES)


def best_first(found: Sequence[Figure], measure: Measure) -> list[Figure]:
    """Groups in the order of their figures; those without one last."""
    sign = -1 if measure.better == "higher" else 1
    return sorted(found, key=lambda each: (each.value is None, sign * (each.value or 0), each.key))
