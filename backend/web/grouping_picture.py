"""Groups that were found, drawn: the profile of each as coloured cells, and how clear other numbers would be."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

WIDTH: Final = 360
_NAMES: Final = 128
_ROW: Final = 24
_HEAD: Final = 20
_STRONG: Final = 2.0
_BARS: Final = 110
_FOOT: Final = 18
_ROOM: Final = 16


def profile(groups: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """A row a figure, a column a group; colour and depth say which way and how far from the average of everybody."""
    facts = [each["fact"] for each in groups[0]["centre"]] if groups else []
    if not facts:
        return None
    wide = (WIDTH - _NAMES) / len(groups)
    cells = [
        {
            "x": round(_NAMES + column * wide + 1, 1),
            "y": _HEAD + row * _ROW + 1,
            "width": round(wide - 2, 1),
            "height": _ROW - 2,
            "middle": round(_NAMES + (column + 0.5) * wide, 1),
            "base": _HEAD + row * _ROW + 16,
            "value": figure["deviations"],
            "more": figure["deviations"] >= 0,
            "depth": round(min(abs(figure["deviations"]) / _STRONG, 1.0) * 0.75, 2),
            "fact": figure["fact"],
            "group": group["name"],
        }
        for column, group in enumerate(groups)
        for row, figure in enumerate(group["centre"])
    ]
    heads = [
        {"x": round(_NAMES + (column + 0.5) * wide, 1), "number": group["code"].rpartition("_")[2]}
        for column, group in enumerate(groups)
    ]
    rows = [{"fact": fact, "y": _HEAD + row * _ROW + 16} for row, fact in enumerate(facts)]
    return {"width": WIDTH, "height": _HEAD + _ROW * len(facts), "cells": cells, "heads": heads, "rows": rows}


def clearness(tried: Sequence[Mapping[str, Any]], chosen: int) -> dict[str, Any] | None:
    """A bar for each number of groups that was tried, the one that was taken marked."""
    if not tried:
        return None
    most = max([float(each["silhouette"]) for each in tried] + [0.01])
    step, high = WIDTH / len(tried), _BARS - _FOOT - _ROOM
    bars = [
        {
            "groups": each["groups"],
            "silhouette": each["silhouette"],
            "x": round(place * step + step * 0.25, 1),
            "width": round(step * 0.5, 1),
            "middle": round((place + 0.5) * step, 1),
            "height": round(high * max(float(each["silhouette"]), 0.0) / most, 1),
            "top": round(_ROOM + high * (1 - max(float(each["silhouette"]), 0.0) / most), 1),
            "taken": each["groups"] == chosen,
        }
        for place, each in enumerate(tried)
    ]
    return {"width": WIDTH, "height": _BARS, "bars": bars}
