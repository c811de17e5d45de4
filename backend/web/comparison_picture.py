"""What each comparison counted, as bars: from the middle to the right what speaks for a match, to the left against.

The numbers are log-odds. All bars of one explanation share a scale, and the sums stand between the groups.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

HALF: Final = 100
"""Half the width of a bar's field; the middle is at HALF."""
_LEAST: Final = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """`x` and `width` of the rectangle; `tone` is ok where it speaks against a match, bad where it speaks for one."""

    name: str
    words: str | None
    outcome: str
    contribution: float
    x: float
    width: float
    tone: str


@dataclass(frozen=True, slots=True)
class Group:
    """A run of bars and the score that they come to; `silent` are comparisons that had nothing to go by."""

    code: str
    bars: tuple[Bar, ...]
    silent: tuple[str, ...]
    score: float


def picture(explanation: Mapping[str, Any]) -> tuple[Group, ...]:
    names = _of_group(explanation, "NAME")
    evidence = _of_group(explanation, "EVIDENCE")
    start = {"name": "base", "words": None, "outcome": "AGREED", "contribution": explanation["base"]}
    longest = max(abs(one["contribution"]) for one in (start, *names, *evidence))
    return (
        _group("name", [start, *names], explanation["nameScore"], longest),
        _group("evidence", evidence, explanation["score"], longest),
    )


def _of_group(explanation: Mapping[str, Any], group: str) -> list[Mapping[str, Any]]:
    return [one for one in explanation["comparisons"] if one["group"] == group]


def _group(code: str, found: Sequence[Mapping[str, Any]], score: float, longest: float) -> Group:
    said = [one for one in found if one["outcome"] != "ABSENT"]
    silent = tuple(one["name"] for one in found if one["outcome"] == "ABSENT")
    return Group(code, tuple(_bar(one, longest) for one in said), silent, score)


def _bar(one: Mapping[str, Any], longest: float) -> Bar:
    counted = float(one["contribution"])
    width = max(abs(counted) / longest * HALF, _LEAST) if counted and longest else 0.0
    return Bar(
        name=one["name"],
        words=one["words"],
        outcome=one["outcome"],
        contribution=counted,
        x=round(HALF if counted >= 0 else HALF - width, 2),
        width=round(width, 2),
        tone="" if not counted else "for" if counted > 0 else "against",
    )
