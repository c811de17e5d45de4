"""Feedback: what customers answered to surveys about the product, with the interval that their number allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd

from risk_models import satisfaction
from risk_models.estimate import Estimate
from risk_models.product_review import months
from risk_models.product_review.exact import counts, figure
from risk_models.product_review.inputs import Period

_MODELS: Final[Mapping[str, Callable[[pd.Series, float], Estimate]]] = {
    "nps": satisfaction.nps,
    "csat": lambda answers, level: satisfaction.csat(answers, level=level),
    "ces": lambda answers, level: satisfaction.ces(answers, level=level),
}


def section(feedback: pd.DataFrame, period: Period, level: float) -> dict[str, Any]:
    """`measures` has a line for every kind of survey that was answered: NPS -100..100, CSAT 0..1, CES 1..7."""
    came = feedback[period.holds(feedback["answered_on"])]
    return {"answers": len(came), "measures": _measures(came, level), "by_month": _by_month(came, period)}


def _measures(came: pd.DataFrame, level: float) -> list[dict[str, Any]]:
    lines = []
    for kind, model in _MODELS.items():
        answers = came.loc[(came["kind"] == kind).to_numpy(dtype=bool), "score"]
        if answers.empty:
            continue
        found = model(answers.astype("int64"), level)
        told = {"score": figure(found.value), "low": figure(found.low), "high": figure(found.high)}
        lines.append({"survey": kind, "answers": len(answers), **told})
    return lines


def _by_month(came: pd.DataFrame, period: Period) -> list[dict[str, Any]]:
    span = months.of(period)
    number = counts(months.numbers(came["answered_on"]) - span.start, len(span))
    return [{"month": months.name(month), "answers": int(number[place])} for place, month in enumerate(span)]
