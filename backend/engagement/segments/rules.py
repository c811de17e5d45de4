"""Who belongs where, and why somebody moved: pure, a frame in and a frame out."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
import orjson
import pandas as pd

from backend.engagement.conditions import Flags
from backend.engagement.segments.ruleset import FACTS, Condition, Segment, SegmentRules
from risk_models.clusters import Clustering

NOWHERE: Final = ""
"""The segment of whoever was not in the portfolio before."""
OUTSIDE: Final = "outside"
"""The segment, beside the groups, of whoever does not meet what a grouping asks of its customers."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """A condition that was met and is no longer, or the other way round: the fact before and after, and the limit."""

    segment: str
    fact: str
    comparison: str
    limit: str
    before: str | float | None
    after: str | float | None
    met: bool


@dataclass(frozen=True, slots=True)
class Movement:
    party: Any
    origin: str
    target: str
    because: tuple[Crossed, ...]


def assign(frame: pd.DataFrame, rules: SegmentRules) -> pd.Series:
    """The first segment whose conditions all hold; an unknown fact meets none."""
    left = np.ones(len(frame), dtype=bool)
    found = np.empty(len(frame), dtype=object)
    for segment in rules.segments:
        holds = left.copy()
        for condition in segment.when:
            holds &= _holds(frame, condition)
        found[holds] = segment.code
        left &= ~holds
    return pd.Series(found, index=frame.index, name="segment")


def inside(frame: pd.DataFrame, population: Sequence[Condition]) -> Flags:
    """Who meets every condition; an unknown fact meets none."""
    found: Flags = np.ones(len(frame), dtype=np.bool_)
    for condition in population:
        found &= _holds(frame, condition)
    return found


def grouped(frame: pd.DataFrame, clustering: Clustering, population: Sequence[Condition]) -> pd.Series:
    """Groups by their number: `group_1` is the one with the most of the first figure. Others are told as outside."""
    within = inside(frame, population)
    names = np.array([OUTSIDE, *(f"group_{number}" for number in range(1, len(clustering.centres) + 1))], dtype=object)
    numbers = np.zeros(len(frame), dtype=np.int64)
    numbers[within] = clustering.assign(frame[[feature.name for feature in clustering.features]][within])
    return pd.Series(names[numbers], index=frame.index, name="segment")


def kept(frame: pd.DataFrame, facts: Sequence[str]) -> list[dict[str, Any]]:
    """Of each row the facts that decided, as JSON keeps them: whole numbers as such, what is unknown as null."""
    columns = [[_plain(value) for value in frame[name].tolist()] for name in facts]
    return [dict(zip(facts, row, strict=True)) for row in zip(*columns, strict=True)] if facts else [{}] * len(frame)


def holds(facts: Mapping[str, Any], condition: Condition) -> bool:
    """The same for one customer's kept facts."""
    value = facts.get(condition.fact)
    if value is None:
        return False
    if condition.among is not None:
        return value in condition.among
    limit = float(_limit(condition))
    return bool(value >= limit if condition.at_least is not None else value < limit)


def crossed(
    rules: SegmentRules, origin: str, target: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Crossed, ...]:
    """The conditions, of the segments between the two in the order of the rules, whose answer changed.

    None of them changed: the rules themselves did.
    """
    between = _between(rules, origin, target)
    return tuple(each for segment in between for each in _changed(segment.code, segment.when, before, after))


def regrouped(
    clustering: Clustering,
    population: Sequence[Condition],
    origin: str,
    target: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> tuple[Crossed, ...]:
    """Into a grouping or out of it: what it asks of its customers; within it, the figure that changed most."""
    if OUTSIDE in (origin, target):
        return tuple(_changed(OUTSIDE, population, before, after))
    return moved_closer(clustering, before, after)


def moved_closer(clustering: Clustering, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Crossed, ...]:
    """For groups: the figure that changed most, in standard deviations."""
    changes = []
    for feature in clustering.features:
        first, second = _scaled(feature, before.get(feature.name)), _scaled(feature, after.get(feature.name))
        changes.append((abs(second - first), feature.name))
    size, name = max(changes)
    if not size:
        return ()
    return (Crossed("", name, "moved", f"{size:.1f}", before.get(name), after.get(name), met=True),)


def digest(members: "Mapping[Any, str] | pd.Series[str]") -> str:
    """SHA-256 over every membership, in the order of the customers' ids."""
    lines = sorted(f"{party}:{segment}" for party, segment in members.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def flows(moves: Mapping[tuple[str, str], int], came: Mapping[str, int]) -> list[dict[str, Any]]:
    """How many went from where to where, the most first; `came` counts newcomers by segment."""
    counts = {**moves, **{(NOWHERE, segment): number for segment, number in came.items()}}
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"from": origin, "to": target, "count": count} for (origin, target), count in ordered]


def as_json(because: Sequence[Crossed]) -> bytes:
    return orjson.dumps([{name: getattr(each, name) for name in Crossed.__slots__} for each in because])


def from_json(content: bytes) -> tuple[Crossed, ...]:
    return tuple(Crossed(**each) for each in orjson.loads(content))


def _holds(frame: pd.DataFrame, condition: Condition) -> Flags:
    column = frame[condition.fact]
    if condition.among is not None:
        return column.isin(list(condition.among)).to_numpy(dtype=bool)
    values = pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
    limit = float(_limit(condition))
    with np.errstate(invalid="ignore"):
        met: Flags = values >= limit if condition.at_least is not None else values < limit
    return met


def _limit(condition: Condition) -> Decimal:
    limit = condition.limit
    if limit is None:
        raise ValueError(f"{condition.fact} is compared with codes")
    return limit


def _between(rules: SegmentRules, origin: str, target: str) -> Sequence[Segment]:
    """Down to the lower of the two: what stands below decided nothing."""
    codes = [segment.code for segment in rules.segments]
    places = [codes.index(code) for code in (origin, target) if code in codes]
    return rules.segments[: max(places, default=-1) + 1]


def _changed(
    segment: str, conditions: Sequence[Condition], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Crossed]:
    """The conditions whose answer changed."""
    for condition in conditions:
        was, now = holds(before, condition), holds(after, condition)
        if was != now:
            yield _crossed(segment, condition, before, after, now)


def _crossed(
    segment: str, condition: Condition, before: Mapping[str, Any], after: Mapping[str, Any], met: bool
) -> Crossed:
    if condition.among is not None:
        comparison, limit = "in", ", ".join(sorted(condition.among))
    else:
        comparison, limit = ("at_least" if condition.at_least is not None else "below"), f"{_limit(condition):f}"
    fact = condition.fact
    return Crossed(segment, fact, comparison, limit, before.get(fact), after.get(fact), met)


def _scaled(feature: Any, value: Any) -> float:
    figure = feature.fill if value is None else float(value)
    figure = float(np.sign(figure) * np.log1p(abs(figure))) if feature.log else figure
    return float((figure - feature.mean) / feature.deviation)


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def known_facts(frame: pd.DataFrame) -> pd.DataFrame:
    """With a column for every fact that rules may name: what nothing is known of is unknown of everybody."""
    missing = [name for name in FACTS if name not in frame.columns]
    unknown = pd.Series(pd.NA, index=frame.index, dtype=object)
    return frame.assign(**dict.fromkeys(missing, unknown)) if missing else frame
