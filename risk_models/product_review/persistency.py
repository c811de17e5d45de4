"""Who stayed: what was opened and ended by month, and the share still there after so many months (Kaplan-Meier).

A holding that is still open at the end of the period, or ended as agreed (matured, moved), is censored there.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from risk_models.arrays import BoolArray
from risk_models.errors import OutOfRangeError
from risk_models.product_review import months
from risk_models.product_review.exact import coded, counts, figure, ratio
from risk_models.product_review.inputs import Period
from risk_models.product_review.parameters import Parameters
from risk_models.survival import SurvivalCurve, kaplan_meier

MONTHS: Final = 12


def section(holdings: pd.DataFrame, period: Period, parameters: Parameters) -> dict[str, Any]:
    rows = by_month(holdings, period, parameters)
    lapsed, cancelled = ended_by(holdings, parameters)
    held = sum(row["in_force"] for row in rows)
    told = {name: sum(row[name] for row in rows) for name in ("opened", "lapsed", "cancelled", "ended")}
    return {
        "by_month": rows,
        "in_force": rows[-1]["in_force"],
        **told,
        "exposure_months": held,
        "lapse_rate": ratio(MONTHS * told["lapsed"], held),
        "reasons": _reasons(holdings[period.holds(holdings["closed_on"])]),
        "curve": _curve(holdings, lapsed | cancelled, period, parameters),
    }


def by_month(holdings: pd.DataFrame, period: Period, parameters: Parameters) -> list[dict[str, Any]]:
    """`lapse_rate` is that of one month; the section's own is that of a year."""
    lapsed, cancelled = ended_by(holdings, parameters)
    span = months.of(period)
    held = months.in_force(holdings, span)
    rows = {
        "opened": _counted(holdings["opened_on"], span),
        "lapsed": _counted(holdings.loc[lapsed, "closed_on"], span),
        "cancelled": _counted(holdings.loc[cancelled, "closed_on"], span),
        "ended": _counted(holdings["closed_on"].dropna(), span),
    }
    return [
        {
            "month": months.name(month),
            "in_force": int(held[place]),
            **{name: int(found[place]) for name, found in rows.items()},
            "lapse_rate": ratio(rows["lapsed"][place], held[place]),
        }
        for place, month in enumerate(span)
    ]


def ended_by(holdings: pd.DataFrame, parameters: Parameters) -> tuple[BoolArray, BoolArray]:
    """Which holdings lapsed, and which were cancelled at their beginning."""
    gone, reason = holdings["closed_on"].notna(), holdings["close_reason"]
    lapsed = (gone & reason.isin(parameters.lapse_reasons)).to_numpy(dtype=bool)
    return lapsed, (gone & reason.isin(parameters.cancel_reasons)).to_numpy(dtype=bool)


def _counted(days: pd.Series, span: range) -> Any:
    places = months.numbers(days) - span.start
    return counts(places[(places >= 0) & (places < len(span))], len(span))


def _reasons(ended: pd.DataFrame) -> list[dict[str, Any]]:
    codes, names = coded(ended["close_reason"])
    return [{"reason": n, "holdings": int(c)} for n, c in zip(names, counts(codes, len(names)), strict=True)]


def survival(holdings: pd.DataFrame, left: BoolArray, period: Period, level: float) -> SurvivalCurve | None:
    """In whole months since the opening, of what was opened before the period ended; None where nothing was."""
    end = pd.Timestamp(period.end)
    known = (holdings["opened_on"] < end).to_numpy(dtype=bool)
    if not known.any():
        return None
    opened, closed = holdings.loc[known, "opened_on"], holdings.loc[known, "closed_on"]
    seen = closed.notna() & (closed < end)
    until = months.numbers(closed.where(seen, end))
    stayed = np.maximum(until - months.numbers(opened), 0)
    frame = pd.DataFrame({"months": stayed, "left": (seen.to_numpy(dtype=bool) & left[known]).astype(np.int64)})
    return kaplan_meier(frame, "months", "left", level)


def _curve(holdings: pd.DataFrame, left: BoolArray, period: Period, parameters: Parameters) -> dict[str, Any]:
    curve = survival(holdings, left, period, parameters.level)
    if curve is None:
        return {"steps": [], "at": []}
    steps = [
        {"months": int(t), "survival": figure(s), "low": figure(low), "high": figure(high)}
        for t, s, low, high in zip(curve.times, curve.survival, curve.low, curve.high, strict=True)
    ]
    return {"steps": steps, "at": [_at(curve, month) for month in parameters.persistency_months]}


def _at(curve: SurvivalCurve, month: int) -> dict[str, Any]:
    """The share that stayed at least `month` months: S just before it ended."""
    try:
        found = curve.at(month - 0.5)
    except OutOfRangeError:
        return {"months": month, "survival": None, "low": None, "high": None}
    return {"months": month, "survival": figure(found.value), "low": figure(found.low), "high": figure(found.high)}
