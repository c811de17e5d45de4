"""Complaints by month as bars: received, and of them upheld, in the units of one picture."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

WIDTH: Final = 720
HEIGHT: Final = 180
_FOOT: Final = 22
_GAP: Final = 0.3


def bars(months: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A bar a month, the oldest first; heights are shares of the fullest month."""
    most = max((month["received"] for month in months), default=0) or 1
    step = WIDTH / max(len(months), 1)
    high = HEIGHT - _FOOT - 14
    found = []
    for place, month in enumerate(months):
        tall, part = round(high * month["received"] / most, 1), round(high * month["upheld"] / most, 1)
        found.append(
            {
                "x": round(place * step + step * _GAP / 2, 1),
                "width": round(step * (1 - _GAP), 1),
                "middle": round(place * step + step / 2, 1),
                "top": round(HEIGHT - _FOOT - tall, 1),
                "height": tall,
                "upheld_top": round(HEIGHT - _FOOT - part, 1),
                "upheld_height": part,
                "month": month["key"],
                "received": month["received"],
                "upheld": month["upheld"],
            }
        )
    return found
