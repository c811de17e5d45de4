"""Ages of what waits as bars, a department each: one part for every span of days, the older the darker.

A bar is as wide as the page lets it be; its parts are shares of the fullest department, in hundredths.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

WIDTH: Final = 100
TINTS: Final = ("#cfd9e6", "#9db4d0", "#5b82b4", "#b4553f")


def bars(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Only departments where something waits."""
    shown = [line for line in lines if line["open"]]
    most = max((line["open"] for line in shown), default=1)
    return [_bar(line, WIDTH / most) for line in shown]


def _bar(line: Mapping[str, Any], unit: float) -> dict[str, Any]:
    parts, at = [], 0.0
    for tint, count in zip(TINTS, line["spans"], strict=False):
        parts.append({"x": round(at, 2), "width": round(count * unit, 2), "tint": tint, "count": count})
        at += count * unit
    return {"words": line["words"], "open": line["open"], "parts": parts}


def spans(limits: Sequence[int]) -> list[tuple[str, str]]:
    """What each tint stands for: days from and to, the last without an end."""
    edges = [0, *(limit + 1 for limit in limits)]
    ends = [*(str(limit) for limit in limits), ""]
    return [
        (tint, f"{start}–{end}" if end else f"{start}+") for tint, start, end in zip(TINTS, edges, ends, strict=False)
    ]
