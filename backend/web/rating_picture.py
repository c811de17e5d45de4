"""Ratings as series for a chart: the waterfall of items, the points over time, customers by level."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from backend.web import labels
from backend.web.review_picture import LEVELS

_PERCENT: Final = 100


def waterfall(reasons: Mapping[str, Any]) -> dict[str, Any]:
    """Bars on the scale of the levels, end to end; the least an item can bring is its weight, at a score of one."""
    items = [step for step in reasons["steps"] if step["kind"] == "ITEM"]
    unit = reasons["highestPoints"] / _PERCENT
    return {
        "names": [step["words"] for step in items],
        "from": [round(step["start"] / unit, 2) for step in items],
        "least": [round(step["weight"] / unit, 2) for step in items],
        "more": [round((step["points"] - step["weight"]) / unit, 2) for step in items],
    }


def history(ratings: Iterable[Mapping[str, Any]]) -> list[tuple[str, float]]:
    """The score on each day of a rating, oldest first; of several on one day the last."""
    points: dict[str, float] = {}
    for rating in reversed(list(ratings)):
        points[rating["ratedOn"].isoformat()] = float(rating["score"])
    return list(points.items())


def bars(counts: Iterable[Mapping[str, Any]], locale: str) -> dict[str, Any]:
    known = {each["level"] or "unrated": each["customers"] for each in counts}
    order = (*(level for level in LEVELS if level in known), *(level for level in known if level not in LEVELS))
    rows = [(labels.label(locale, "risk", level), known[level]) for level in order]
    return {"names": [name for name, _ in rows], "values": [count for _, count in rows]}
