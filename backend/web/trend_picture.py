"""Figures over time as lines and bars of one drawing, in its own units; what is not known leaves a gap."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

COLOURS: Final = (
    "#2448b8", "#c2410c", "#3f8f66", "#8a5cc2", "#b08900", "#0f7a8a", "#a83a6a", "#64748b", "#6b8e23", "#8b5e3c"
)  # fmt: skip
"""Of groups, in the order in which they are named; a group keeps its colour."""
_EDGE: Final = 3


def trend(
    values: Sequence[float | None],
    lows: Sequence[float | None] = (),
    highs: Sequence[float | None] = (),
    goals: Sequence[float | None] = (),
    *,
    width: int = 132,
    height: int = 36,
) -> dict[str, Any] | None:
    """Pieces of a line, the band of its intervals, and the line of goals; None where nothing is known."""
    known = [value for row in (values, lows, highs, goals) for value in row if value is not None]
    if not any(value is not None for value in values):
        return None
    least, most = min(known), max(known)
    place = _places(len(values), width, height, least, most)
    last = max(index for index, value in enumerate(values) if value is not None)
    return {
        "width": width,
        "height": height,
        "lines": [_joined(piece, place) for piece in _pieces(values)],
        "bands": _bands(lows, highs, place),
        "goals": [_joined(piece, place) for piece in _pieces(goals)],
        "dot": place(last, values[last] or 0.0),
    }


def stacked(
    runs: Sequence[Mapping[str, int]], codes: Sequence[str], *, width: int = 720, height: int = 200
) -> list[list[dict[str, Any]]]:
    """A bar a run, of a piece for each group that has somebody; heights are shares of the largest run."""
    most = max((sum(run.values()) for run in runs), default=0) or 1
    step = width / max(len(runs), 1)
    found = []
    for place, run in enumerate(runs):
        top, bar = float(height), []
        for number, code in enumerate(codes):
            tall = round((height - 2) * run.get(code, 0) / most, 1)
            top = round(top - tall, 1)
            if tall:
                bar.append(
                    {
                        "code": code,
                        "count": run[code],
                        "x": round(place * step + step * 0.1, 1),
                        "y": top,
                        "width": round(min(step * 0.8, 48), 1),
                        "height": tall,
                        "colour": COLOURS[number % len(COLOURS)],
                    }
                )
        found.append(bar)
    return found


def _places(count: int, width: int, height: int, least: float, most: float) -> Any:
    """Where a value stands; a span of nothing is drawn in the middle."""
    across = (width - 2 * _EDGE) / max(count - 1, 1)
    span = most - least

    def place(index: int, value: float) -> tuple[float, float]:
        up = (value - least) / span if span else 0.5
        return round(_EDGE + index * across, 1), round(height - _EDGE - up * (height - 2 * _EDGE), 1)

    return place


def _pieces(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Runs of known values; a single one is drawn as a short line of itself."""
    pieces: list[list[tuple[int, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append((index, value))
    return [piece if len(piece) > 1 else piece * 2 for piece in pieces if piece]


def _joined(piece: Sequence[tuple[int, float]], place: Any) -> str:
    return " ".join(f"{x},{y}" for x, y in (place(index, value) for index, value in piece))


def _bands(lows: Sequence[float | None], highs: Sequence[float | None], place: Any) -> list[str]:
    both = [None if low is None or high is None else (low, high) for low, high in zip(lows, highs, strict=False)]
    found = []
    for piece in _pieces([None if each is None else each[0] for each in both]):
        upper = [(index, pair[1]) for index, _ in piece if (pair := both[index]) is not None]
        found.append(_joined([*piece, *reversed(upper)], place))
    return found
