"""Pictures of a model: their marks lie where their figures say."""

from typing import Any

import pytest

from backend.web import model_picture as picture

ROC: dict[str, Any] = {
    "code": "roc",
    "columns": ["false_positives", "true_positives"],
    "rows": [[0.0, 0.0], [0.2, 0.9], [1.0, 1.0]],
}
CALIBRATION: dict[str, Any] = {
    "code": "calibration",
    "columns": ["rows", "predicted", "observed", "low", "high"],
    "rows": [[50.0, 0.1, 0.12, 0.05, 0.2], [50.0, 0.4, 0.4, 0.3, 0.5]],
}
LIFT: dict[str, Any] = {
    "code": "lift",
    "columns": ["rows", "rate", "low", "high", "lift", "captured"],
    "rows": [[5.0, 0.4, 0.1, 0.8, 4.0, 0.8], [5.0, 0.1, 0.0, 0.4, 1.0, 1.0]],
}


def watch(day: str, psi: float, bound: str = "< 0.25") -> dict[str, Any]:
    measure = {"name": "PSI", "value": psi, "bound": bound, "breach": psi >= 0.25}
    return {"asOf": day, "measures": [measure, {"name": "CSI balance", "value": 9.0, "bound": bound, "breach": True}]}


def test_the_curve_begins_below_and_ends_above() -> None:
    line = picture.roc([ROC])
    assert line is not None
    first, middle, last = ([float(at) for at in point.split(",")] for point in line.split())
    assert first[0] < middle[0] < last[0]
    assert first[1] > middle[1] > last[1]


def test_what_is_right_lies_on_the_line() -> None:
    told = picture.told_and_came([CALIBRATION])
    assert told is not None
    above, right = told["marks"]
    across, up = (right["x"] - 34) / (picture.SIDE - 42), (picture.SIDE - 26 - right["y"]) / (picture.SIDE - 34)
    assert across == pytest.approx(up, abs=0.002)
    assert above["low"] > above["y"] > above["high"]


def test_without_a_picture_nothing_is_drawn() -> None:
    assert picture.roc([]) is None
    assert picture.told_and_came([ROC]) is None
    assert picture.lift([ROC]) == []
    assert picture.drift([]) is None


def test_bars_are_as_high_as_the_lift() -> None:
    tall, low = picture.lift([ROC, LIFT])
    assert tall["height"] == pytest.approx(4 * low["height"], abs=0.1)
    assert tall["top"] + tall["height"] == pytest.approx(low["top"] + low["height"], abs=0.2)


def test_drift_is_told_from_the_oldest_run_and_above_its_bound_it_is_marked() -> None:
    found = picture.drift([watch("2026-11-01", 0.4), watch("2026-10-01", 0.05)])
    assert found is not None
    assert [mark["day"] for mark in found["marks"]] == ["2026-10-01", "2026-11-01"]
    assert found["marks"][1]["y"] < found["bound_y"] < found["marks"][0]["y"]
    assert [mark["breach"] for mark in found["marks"]] == [False, True]
