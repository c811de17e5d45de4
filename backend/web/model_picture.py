"""Pictures of a model, drawn on the server: ROC, calibration or forecast with intervals, lift, drift over the runs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

SIDE: Final = 260
WIDE: Final = 560
BARS: Final = 330
LOW: Final = 180
_LEFT: Final = 34
_FOOT: Final = 26
_ROOM: Final = 8
_PSI: Final = "PSI"
_LEAST_PSI: Final = 0.3


def table(curves: Sequence[Mapping[str, Any]], code: str) -> list[dict[str, Any]]:
    """The curve's rows by column; empty where the model has no such picture."""
    found = next((each for each in curves if each["code"] == code), None)
    return [] if found is None else [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]


def rocs(comparison: Mapping[str, Any] | None) -> dict[str, str | None] | None:
    """Of the champion and of the version held against it; None where no chances were told."""
    if comparison is None or not comparison["curves"]:
        return None
    return {code: roc(comparison["curves"], code) for code in ("champion", "challenger")}


def roc(curves: Sequence[Mapping[str, Any]], code: str = "roc") -> str | None:
    """A polyline in a square of SIDE."""
    rows = table(curves, code)
    if not rows:
        return None
    return " ".join(f"{_across(row['false_positives'], 1)},{_up(row['true_positives'], 1)}" for row in rows)


def qini(curves: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """The curve of uplift and the straight line of treating at random, from none to everybody; from the lowest gain."""
    rows = table(curves, "qini")
    if not rows:
        return None
    figures = [row[name] for row in rows for name in ("gain", "random")]
    least, span = min(figures), (max(figures) - min(figures)) or 1.0
    return {
        name: " ".join(f"{_across(row['share'], 1)},{_up(row[name] - least, span)}" for row in rows)
        for name in ("gain", "random")
    }


def told_and_came(curves: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Groups of customers: what was told across, what came up, each with its interval; the diagonal is right."""
    rows = table(curves, "calibration") or table(curves, "forecast")
    if not rows:
        return None
    most = max(max(row["predicted"], row["high"] or row["observed"]) for row in rows) or 1.0
    marks = [
        {
            **row,
            "x": _across(row["predicted"], most),
            "y": _up(row["observed"], most),
            "low": _up(max(row["low"] if row["low"] is not None else row["observed"], 0), most),
            "high": _up(row["high"] if row["high"] is not None else row["observed"], most),
        }
        for row in rows
    ]
    return {"marks": marks, "most": most, "share": bool(table(curves, "calibration"))}


def lift(curves: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A bar a tenth, the highest scores first."""
    rows = table(curves, "lift")
    most, step = max((row["lift"] for row in rows), default=1.0) or 1.0, BARS / max(len(rows), 1)
    high = LOW - _FOOT - _ROOM * 2
    return [
        {
            **row,
            "x": round(place * step + step * 0.15, 1),
            "width": round(step * 0.7, 1),
            "middle": round(place * step + step / 2, 1),
            "top": round(LOW - _FOOT - high * row["lift"] / most, 1),
            "height": round(high * row["lift"] / most, 1),
            "tenth": place + 1,
        }
        for place, row in enumerate(rows)
    ]


def drift(watches: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """PSI of the score over the runs, the oldest first, with the bound it was held against."""
    found = [(each["asOf"], m) for each in reversed(watches) for m in each["measures"] if m["name"] == _PSI]
    if not found:
        return None
    bound = max((_number(measure["bound"]) for _, measure in found), default=0.0)
    most = max([_LEAST_PSI, bound * 1.1, *(measure["value"] for _, measure in found)])
    step = (WIDE - _LEFT - _ROOM) / max(len(found) - 1, 1)
    high = LOW - _FOOT - _ROOM
    marks = [
        {
            "x": round(_LEFT + place * step, 1),
            "y": round(_ROOM + high * (1 - measure["value"] / most), 1),
            "day": day,
            "value": measure["value"],
            "breach": measure["breach"],
        }
        for place, (day, measure) in enumerate(found)
    ]
    line = " ".join(f"{mark['x']},{mark['y']}" for mark in marks)
    return {"marks": marks, "line": line, "bound": bound, "bound_y": round(_ROOM + high * (1 - bound / most), 1)}


def _across(value: float, most: float) -> float:
    return round(_LEFT + (SIDE - _LEFT - _ROOM) * value / most, 1)


def _up(value: float, most: float) -> float:
    return round(_ROOM + (SIDE - _FOOT - _ROOM) * (1 - min(value / most, 1.0)), 1)


def _number(bound: str | None) -> float:
    """Of `< 0.25`."""
    return float((bound or "0").lstrip("<≥ "))
