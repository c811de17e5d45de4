"""Points by month as bars, those that came above a line and those that went below it; in the units of one picture."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

WIDTH: Final = 720
HEIGHT: Final = 200
_FOOT: Final = 20
_GAP: Final = 0.3


def bars(months: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A bar a month, the oldest first; `line` is the height of nothing. Heights are shares of the fullest month."""
    high = max((month["earned"] for month in months), default=0)
    low = max((month["burned"] + month["expired"] for month in months), default=0)
    room, step = HEIGHT - _FOOT, WIDTH / max(len(months), 1)
    scale = room / max(high + low, 1)
    line = round(high * scale, 1)
    return {"line": line, "bars": [_bar(month, place, step, scale, line) for place, month in enumerate(months)]}


def _bar(month: Mapping[str, Any], place: int, step: float, scale: float, line: float) -> dict[str, Any]:
    earned, burned = round(month["earned"] * scale, 1), round(month["burned"] * scale, 1)
    return {
        "x": round(place * step + step * _GAP / 2, 1),
        "width": round(step * (1 - _GAP), 1),
        "middle": round(place * step + step / 2, 1),
        "earned_top": round(line - earned, 1),
        "earned_height": earned,
        "burned_height": burned,
        "expired_top": round(line + burned, 1),
        "expired_height": round(month["expired"] * scale, 1),
        **month,
    }


def progress(tier: Mapping[str, Any]) -> dict[str, Any]:
    """How much of the next tier's points is there, of one hundred; all of it on the highest."""
    done, above = tier["qualifying"], tier["next"]
    whole = done if above is None else above["threshold"]
    return {"share": 100 if above is None else round(100 * done / whole), "done": done, "whole": whole}
