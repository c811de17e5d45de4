"""A playbook as a picture: its steps from above to below with the ways between, and its effect on one scale."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from graphlib import TopologicalSorter
from typing import Any, Final

BOX: Final = (210, 62)
_GAP: Final = (34, 46)
EFFECT: Final = (360, 116)
_LEFT: Final = 76
_RIGHT: Final = 20


def graph(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Boxes and ways in the units of one picture; a step stands below everything that leads to it."""
    known = {step["id"]: step for step in steps}
    ways = [way for step in steps for way in _ways(step)]
    rows = _rows(known, ways)
    wide = max((len(row) for row in rows), default=1)
    width = wide * (BOX[0] + _GAP[0])
    places = {
        name: (round((width - len(row) * (BOX[0] + _GAP[0]) + _GAP[0]) / 2 + place * (BOX[0] + _GAP[0])), at)
        for at, row in enumerate(rows)
        for place, name in enumerate(row)
    }
    boxes = [
        {"step": known[name], "x": x, "y": _top(row), "lines": _lines(known[name]["words"])}
        for name, (x, row) in places.items()
    ]
    return {
        "width": width,
        "height": len(rows) * (BOX[1] + _GAP[1]) - _GAP[1] + 6,
        "boxes": boxes,
        "ways": [_path(places, *way) for way in ways],
    }


def _ways(step: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(from, to, words) of each way that leads on; several answers that lead to one step are one way."""
    said: dict[str, list[str]] = {}
    for case in step["cases"]:
        said.setdefault(case["step"], []).append(case["words"])
    if step["next"]:
        said.setdefault(step["next"], [])
    return [(step["id"], target, " / ".join(words)) for target, words in said.items()]


def _rows(known: Mapping[str, Any], ways: Sequence[tuple[str, str, str]]) -> list[list[str]]:
    """Names by depth, which is the longest way from the start."""
    leading = {name: {first for first, last, _ in ways if last == name} for name in known}
    depth: dict[str, int] = {}
    for name in TopologicalSorter(leading).static_order():
        depth[name] = max((depth[before] + 1 for before in leading[name]), default=0)
    rows: list[list[str]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for name in known:
        rows[depth[name]].append(name)
    return rows


def _path(places: Mapping[str, tuple[int, int]], first: str, last: str, words: str) -> dict[str, Any]:
    """A curve; one that passes rows goes through a gap in them, so that it touches no box on its way."""
    (x, row), (to_x, to_row) = places[first], places[last]
    start, end = (x + BOX[0] // 2, _top(row) + BOX[1]), (to_x + BOX[0] // 2, _top(to_row))
    if to_row == row + 1:
        curve = _bend(start, (end[0], end[1] - 5))
    else:
        gap = _gap(places, range(row + 1, to_row), start[0])
        into, out = (gap, _top(row + 1)), (gap, _top(to_row) - _GAP[1])
        curve = f"{_bend(start, into)}L{out[0]} {out[1]}{_bend(out, (end[0], end[1] - 5))}"
    return {"d": f"M{start[0]} {start[1]}{curve}", "words": words, "x": end[0] + 6, "y": end[1] - 10, "end": end}


def _top(row: int) -> int:
    return row * (BOX[1] + _GAP[1]) + 2


def _bend(start: tuple[int, int], end: tuple[int, int]) -> str:
    middle = (start[1] + end[1]) // 2
    return f"C{start[0]} {middle} {end[0]} {middle} {end[0]} {end[1]}"


def _gap(places: Mapping[str, tuple[int, int]], rows: range, near: int) -> int:
    """The free place in all of the rows that is nearest; left of everything there always is one."""
    boxes = [x for x, row in places.values() if row in rows]
    tries = sorted(
        (x + side for x in boxes for side in (-_GAP[0] // 2, BOX[0] + _GAP[0] // 2)), key=lambda at: abs(at - near)
    )
    free = [at for at in tries if all(not x - 4 < at < x + BOX[0] + 4 for x in boxes)]
    return free[0] if free else near


def _lines(words: str, most: int = 2) -> list[str]:
    """Words in lines that fit a box; a character of Chinese is as wide as two of Latin."""
    lines, room = [""], 30
    for word in words.split(" ") if " " in words else list(words):
        glue = " " if " " in words and lines[-1] else ""
        if _wide(lines[-1] + glue + word) > room:
            lines.append(word)
        else:
            lines[-1] += glue + word
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1].rstrip() + " …"]


def _wide(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)  # noqa: PLR2004 - where CJK begins


def effect(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """Both shares with their intervals on one scale from zero; None while there are too few to tell."""
    arms = [arm for arm in found["arms"] if arm["share"] is not None]
    if not arms:
        return None
    most = max(Decimal(str(arm["share"]["high"])) for arm in arms) or Decimal(1)
    top = min(Decimal(1), (most * 10).to_integral_value(rounding="ROUND_CEILING") / 10)
    ticks = [top * part / 4 for part in range(5)]
    return {
        "width": EFFECT[0],
        "height": EFFECT[1],
        "ticks": [{"x": _x(tick, top), "share": float(tick)} for tick in ticks],
        "arms": [
            {
                "arm": arm["arm"],
                "y": 28 + 40 * place,
                "low": _x(Decimal(str(arm["share"]["low"])), top),
                "high": _x(Decimal(str(arm["share"]["high"])), top),
                "x": _x(Decimal(str(arm["share"]["value"])), top),
                "share": arm["share"]["value"],
                "observed": arm["observed"],
                "reached": arm["reached"],
            }
            for place, arm in enumerate(arms)
        ],
    }


def _x(share: Decimal, top: Decimal) -> float:
    return round(float(_LEFT + (EFFECT[0] - _LEFT - _RIGHT) * share / top), 1)
