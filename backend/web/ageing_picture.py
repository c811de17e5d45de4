"""Ages of what waits as bars, a department each: one part for every span of days, the older the darker."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

WIDTH: Final = 720
ROW: Final = 30
LEFT: Final = 170
_BAR: Final = 18
_RIGHT: Final = 40
TINTS: Final = ("#cfd9e6", "#9db4d0", "#5b82b4", "#b4553f")


def bars(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Only departments where something waits; widths are shares of the fullest."""
    shown = [line for line in lines if line["open"]]
    most, wide = max((line["open"] for line in shown), default=1), WIDTH - LEFT - _RIGHT
    return [_bar(line, place, wide / most) for place, line in enumerate(shown)]


def _bar(line: Mapping[str, Any], place: int, unit: float) -> dict[str, Any]:
    parts, at = [], float(LEFT)
    for tint, count in zip(TINTS, line["spans"], strict=False):
        parts.append({"x": round(at, 1), "width": round(count * unit, 1), "tint": tint, "count": count})
        at += count * unit
    top = place * ROW + (ROW - _BAR) / 2
    return {
        "words": line["words"],
        "open": line["open"],
        "top": round(top, 1),
        "height": _BAR,
        "baseline": round(top + _BAR - 4, 1),
        "end": round(at + 6, 1),
        "parts": parts,
    }


def height(found: Sequence[Any]) -> int:
    return max(len(found), 1) * ROW


def spans(limits: Sequence[int]) -> list[tuple[str, str]]:
    """What each tint stands for: days from and to, the last without an end."""
    edges = [0, *(limit + 1 for limit in limits)]
    ends = [*(str(limit) for limit in limits), ""]
    return [
        (tint, f"{start}–{end}" if end else f"{start}+") for tint, start, end in zip(TINTS, edges, ends, strict=False)
    ]
