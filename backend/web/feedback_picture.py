"""Feedback as pictures: the score over the months with its interval, the answers of a scale, and themes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

WIDTH: Final = 720
HEIGHT: Final = 220
ANSWERS: Final = 360
"""Width of the answers: they are looked at whole, on a telephone too."""
_LEFT: Final = 38
_FOOT: Final = 24
_TOP: Final = 14
_GAP: Final = 0.25
_SPANS: Final = {"nps": (-100, 100), "csat": (0, 100), "ces": (1, 7)}
_TICKS: Final = {"nps": (-100, -50, 0, 50, 100), "csat": (0, 25, 50, 75, 100), "ces": (1, 3, 5, 7)}


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    low: float
    high: float
    month: str
    value: Decimal
    answers: int


@dataclass(frozen=True, slots=True)
class Course:
    """`bands` are the outlines of the interval, `lines` those of the score: a month without answers parts them."""

    points: tuple[Point, ...]
    bands: tuple[str, ...]
    lines: tuple[str, ...]
    ticks: tuple[tuple[int, float], ...]
    months: tuple[tuple[str, float], ...]


def course(months: Sequence[Mapping[str, Any]], kind: str) -> Course:
    months, scale = _every(months), kind.lower()
    step = (WIDTH - _LEFT) / max(len(months), 1)
    places = [round(_LEFT + step * (each + 0.5), 1) for each in range(len(months))]
    runs: list[list[Point]] = [[]]
    for x, month in zip(places, months, strict=True):
        if month["score"] is None:
            runs.append([])
        else:
            runs[-1].append(_point(x, month, scale))
    every = max(len(months) // 12, 1)
    return Course(
        points=tuple(point for run in runs for point in run),
        bands=tuple(_band(run) for run in runs if len(run) > 1),
        lines=tuple(_line([(each.x, each.y) for each in run]) for run in runs if len(run) > 1),
        ticks=tuple((tick, _y(tick, scale)) for tick in _TICKS[scale]),
        months=tuple((month["key"][2:], x) for x, month in zip(places[::every], months[::every], strict=True)),
    )


def _every(months: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Also the months in between in which nobody was asked: time is drawn as it went."""
    if not months:
        return []
    known = {month["key"]: month for month in months}
    first, last = (int(key[:4]) * 12 + int(key[5:]) - 1 for key in (months[0]["key"], months[-1]["key"]))
    names = [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1)]
    return [known.get(name, {"key": name, "score": None, "answers": 0}) for name in names]


def _point(x: float, month: Mapping[str, Any], scale: str) -> Point:
    score = month["score"]
    value = Decimal(str(score["value"]))
    low, high = (value if score[end] is None else Decimal(str(score[end])) for end in ("low", "high"))
    return Point(x, _y(value, scale), _y(low, scale), _y(high, scale), month["key"], value, month["answers"])


def _y(value: Decimal | int, scale: str) -> float:
    lowest, highest = _SPANS[scale]
    share = (float(value) - lowest) / (highest - lowest)
    return round(HEIGHT - _FOOT - share * (HEIGHT - _FOOT - _TOP), 1)


def _band(run: Sequence[Point]) -> str:
    return _line([*((each.x, each.high) for each in run), *((each.x, each.low) for each in reversed(run))])


def _line(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)


def answers(distribution: Sequence[int], scale: Sequence[int], low: int) -> list[dict[str, Any]]:
    """A bar for every answer of the scale; heights are shares of the fullest, `low` ones are followed up."""
    most, step, high = max(distribution, default=0) or 1, ANSWERS / max(len(scale), 1), HEIGHT - _FOOT - _TOP
    bars = []
    for place, (answer, count) in enumerate(zip(scale, distribution, strict=True)):
        tall = round(high * count / most, 1)
        bars.append(
            {
                "x": round(place * step + step * _GAP / 2, 1),
                "width": round(step * (1 - _GAP), 1),
                "middle": round((place + 0.5) * step, 1),
                "top": round(HEIGHT - _FOOT - tall, 1),
                "height": tall,
                "answer": answer,
                "count": count,
                "low": answer <= low,
            }
        )
    return bars


def shares(theme: Mapping[str, int], most: int, width: int = 240) -> list[tuple[str, float, float]]:
    """The parts of a theme's bar: sentiment, where it begins, how wide it is; the longest bar fills the width."""
    parts, at = [], 0.0
    for name in ("negative", "neutral", "positive"):
        wide = round(width * theme[name] / max(most, 1), 1)
        parts.append((name, round(at, 1), wide))
        at += wide
    return parts
