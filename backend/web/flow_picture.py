"""Who went from which group to which between two runs: an alluvial drawing, the run before on the left.

Widths of ribbons are numbers of customers on one scale; a group is drawn at least as tall as its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 360
_TALL: Final = 260
_BAR: Final = 6
_SIDE: Final = 112
_LEAST: Final = 14.0
_GAP: Final = 4.0
_HAIR: Final = 0.8


@dataclass(slots=True)
class _Column:
    """Where each group stands, and how much of it is taken by ribbons already."""

    tops: dict[str, float]
    heights: dict[str, float]
    taken: dict[str, float]
    scale: float

    def take(self, code: str, count: int) -> tuple[float, float]:
        top, high = self.tops[code] + self.taken[code], max(count * self.scale, _HAIR)
        self.taken[code] += count * self.scale
        return round(top, 1), round(high, 1)


def alluvial(
    before: Mapping[str, int],
    after: Mapping[str, int],
    moves: Sequence[tuple[str, str, int]],
    arrivals: Mapping[str, int],
    codes: Sequence[str],
) -> dict[str, Any] | None:
    """`moves` between groups, `arrivals` of whoever was in none; `codes` in the order from the top.

    None where nobody was in a group before. Who left the portfolio is the part of a group without a ribbon.
    """
    if not sum(before.values()):
        return None
    scale = _TALL / max(sum(before.values()), sum(after.values()))
    left, right = _column(before, codes, scale), _column(after, codes, scale)
    stayed = {code: _stayed(code, after, moves, arrivals) for code in codes}
    flows = [(code, code, stayed[code]) for code in codes if stayed[code]]
    flows += [move for move in moves if move[2] and move[0] in left.tops and move[1] in right.tops]
    places = {code: place for place, code in enumerate(codes)}
    flows.sort(key=lambda flow: (places[flow[0]], places[flow[1]]))
    ribbons = [_ribbon(left, right, flow) for flow in flows if flow[0] in left.tops and flow[1] in right.tops]
    tall = max(
        column.tops[code] + max(column.heights[code], _LEAST) for column in (left, right) for code in column.tops
    )
    return {
        "width": WIDTH,
        "height": round(tall + _GAP, 1),
        "bar": _BAR,
        "ribbons": sorted(ribbons, key=lambda ribbon: bool(ribbon["moved"])),
        "left": _drawn(left, before, _SIDE - _BAR),
        "right": _drawn(right, after, WIDTH - _SIDE),
    }


def _stayed(
    code: str, after: Mapping[str, int], moves: Sequence[tuple[str, str, int]], arrivals: Mapping[str, int]
) -> int:
    came = sum(count for _, target, count in moves if target == code)
    return max(after.get(code, 0) - came - arrivals.get(code, 0), 0)


def _column(sizes: Mapping[str, int], codes: Sequence[str], scale: float) -> _Column:
    tops, heights, top = {}, {}, 0.0
    for code in codes:
        if sizes.get(code):
            tops[code], heights[code] = top, sizes[code] * scale
            top += max(heights[code], _LEAST) + _GAP
    return _Column(tops, heights, dict.fromkeys(tops, 0.0), scale)


def _ribbon(left: _Column, right: _Column, flow: tuple[str, str, int]) -> dict[str, Any]:
    origin, target, count = flow
    (y0, high), (y1, _) = left.take(origin, count), right.take(target, count)
    x0, x1 = _SIDE, WIDTH - _SIDE
    middle = (x0 + x1) / 2
    there = f"M{x0},{y0} C{middle},{y0} {middle},{y1} {x1},{y1}"
    z0, z1 = round(y0 + high, 1), round(y1 + high, 1)
    back = f"L{x1},{z1} C{middle},{z1} {middle},{z0} {x0},{z0} Z"
    return {"origin": origin, "target": target, "count": count, "path": f"{there} {back}", "moved": origin != target}


def _drawn(column: _Column, sizes: Mapping[str, int], x: float) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "count": sizes[code],
            "x": x,
            "y": round(top, 1),
            "height": round(max(column.heights[code], 1.0), 1),
            "middle": round(top + max(column.heights[code], _LEAST) / 2 + 3, 1),
        }
        for code, top in column.tops.items()
    ]
