"""The life of a product as a line: a stretch for every state, as long as it lasted, and none too short to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from backend.web import labels

_LEAST: Final = 104
_WIDTH: Final = 1080
_MARGIN: Final = 6
_GAP: Final = 3
HEIGHT: Final = 74


@dataclass(frozen=True, slots=True)
class Stretch:
    """`x` and `width` are in the picture's own units; `tone` is the class of the state's colour."""

    state: str
    tone: str
    since: date
    x: float
    width: float
    lasting: bool


@dataclass(frozen=True, slots=True)
class LifeLine:
    width: float
    height: int
    stretches: tuple[Stretch, ...]


def life_line(phases: Sequence[Mapping[str, Any]], today: date) -> LifeLine:
    """Lengths are the share of the days, on top of the least that a name needs; of a life of one day, even."""
    days = [max(((phase["until"] or today) - phase["since"]).days, 0) for phase in phases]
    width = max(_WIDTH, len(phases) * _LEAST)
    days = days if any(days) else [1] * len(phases)
    spare, total = width - len(phases) * _LEAST, sum(days)
    stretches: list[Stretch] = []
    x = float(_MARGIN)
    for phase, length in zip(phases, days, strict=True):
        wide = _LEAST + spare * length / total
        state = str(phase["state"]).lower()
        stretches.append(
            Stretch(
                state, labels.tone(state), phase["since"], round(x, 1), round(wide - _GAP, 1), phase["until"] is None
            )
        )
        x += wide
    return LifeLine(round(x + _MARGIN, 1), HEIGHT, tuple(stretches))
