"""Reviews to come as lines of a table and series of a chart: hours by week and level, beside the hours there are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from backend.core.i18n import translate
from backend.web import labels

_MINUTES: Final = 60
_WEEK: Final = 7
LEVELS: Final = ("low", "medium_low", "medium", "medium_high", "high", "very_high", "unrated")
"""From the lowest up, as the rule-sets order them."""


def weeks(loads: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A line for every week up to the last in which a review is due: reviews and minutes in all, and of each level."""
    lines: dict[date, dict[str, Any]] = {}
    for load in loads:
        line = lines.setdefault(load["week"], _line(load["week"]))
        line["reviews"] += load["reviews"]
        line["minutes"] += load["minutes"]
        line["levels"][load["level"] or "unrated"] = (load["reviews"], load["minutes"])
    span = range((max(lines) - min(lines)).days // _WEEK + 1) if lines else ()
    days = (min(lines) + timedelta(days=_WEEK * place) for place in span)
    return [lines.get(day) or _line(day) for day in days]


def _line(week: date) -> dict[str, Any]:
    return {"week": week, "reviews": 0, "minutes": 0, "levels": {}}


def workload(lines: Sequence[Mapping[str, Any]], levels: Sequence[str], capacity: int, locale: str) -> dict[str, Any]:
    return {
        "weeks": [f"{line['week']:%m-%d}" for line in lines],
        "levels": [
            {
                "code": level,
                "name": labels.label(locale, "risk", level),
                "hours": [round(line["levels"].get(level, (0, 0))[1] / _MINUTES, 1) for line in lines],
            }
            for level in levels
        ],
        "capacity": capacity,
        "words": translate(locale, "{hours} hours a week", hours=capacity),
    }
