"""The funnel as bars that grow narrower: who entered each step, who of them moved on; in the units of one picture."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

WIDTH: Final = 720
ROW: Final = 58
_LABEL: Final = 150
_ROOM: Final = 150
_BAR: Final = 24


def rows(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row a step; widths are shares of the fullest one. The outer bar entered, the inner one moved on."""
    most = max((step["entered"] for step in steps), default=0) or 1
    room = WIDTH - _LABEL - _ROOM
    found = []
    for place, step in enumerate(steps):
        wide, part = (max(round(room * step[name] / most, 1), 1.0) for name in ("entered", "advanced"))
        top = place * ROW + 10
        found.append(
            {
                **step,
                "x": _LABEL,
                "top": top,
                "middle": top + _BAR / 2 + 4,
                "below": top + _BAR + 14,
                "height": _BAR,
                "width": wide,
                "part": part if step["advanced"] else 0,
                "end": _LABEL + wide + 8,
            }
        )
    return found


def height(steps: Sequence[Mapping[str, Any]]) -> int:
    return len(steps) * ROW + 8
