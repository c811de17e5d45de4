"""Household and companies around one customer: the customer on the left, a line to everybody who is tied."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

WIDTH: Final = 360
_ROW: Final = 36
_HUB: Final = 12
_FROM: Final = 26
_TO: Final = 96
_GROUP: Final = "ties"


def ties(facts: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """A line a tie, in the order of the portrait; None for whoever has none."""
    found = [fact for fact in facts if fact["group"] == _GROUP]
    if not found:
        return None
    height, half = len(found) * _ROW, (_FROM + _TO) / 2
    middle = height / 2
    rows = [(place + 0.5) * _ROW for place in range(len(found))]
    lines = [
        {**fact, "path": f"M{_FROM},{middle} C{half},{middle} {half},{y} {_TO},{y}", "x": _TO + 8, "y": y}
        for fact, y in zip(found, rows, strict=True)
    ]
    return {"width": WIDTH, "height": height, "hub": _HUB, "x": _FROM - _HUB, "middle": middle, "lines": lines}
