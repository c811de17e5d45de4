"""Has the product moved? Its new holders against those before (PSI), its monthly figures against their target (CUSUM).

PSI: risk_models.stability. CUSUM: risk_models.drift, with allowance and limit of the rule-set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from risk_models.drift import learn
from risk_models.product_review import claims, complaints, months, persistency, sales
from risk_models.product_review.exact import coded, counts, figure
from risk_models.product_review.inputs import Inputs, Period
from risk_models.product_review.parameters import Control, Parameters
from risk_models.stability import psi_of_counts

_FEWEST: Final = 2


def section(inputs: Inputs, period: Period, parameters: Parameters) -> dict[str, Any]:
    before = Period(period.start - (period.end - period.start), period.start)
    return {
        "population": [
            _population(inputs.holdings, each, before, period, parameters) for each in parameters.population
        ],
        "controls": [_control(inputs, each, period, parameters) for each in parameters.controls],
    }


def _population(
    holdings: pd.DataFrame, dimension: str, before: Period, period: Period, parameters: Parameters
) -> dict[str, Any]:
    codes, names = coded(holdings[dimension])
    then, now = (
        counts(codes[each.holds(holdings["opened_on"]).to_numpy(dtype=bool)], len(names)).astype(np.float64)
        for each in (before, period)
    )
    row = {"dimension": dimension, "before": int(then.sum()), "now": int(now.sum())}
    if not then.sum() or not now.sum():
        return row | {"psi": None, "p_value": None, "band": None}
    found = psi_of_counts(dimension, then, now)
    by_chance = found.p_value >= 1 - parameters.level
    moved = found.psi >= parameters.psi_shifted and not by_chance
    band = "shifted" if moved else "watch" if found.psi >= parameters.psi_watch and not by_chance else "stable"
    return row | {"psi": figure(found.psi), "p_value": figure(found.p_value), "band": band}


def _control(inputs: Inputs, control: Control, period: Period, parameters: Parameters) -> dict[str, Any]:
    """Months without a figure are left out; `alarms` are the months in which the sum left its limit."""
    span = Period(date.fromisoformat(control.since), period.end)
    series = [(m, float(v)) for m, v in SERIES[control.measure](inputs, span, parameters) if v is not None]
    row = {"measure": control.measure, "source": control.source, "limit": figure(control.limit)}
    learnt = pd.Series([value for _, value in series[: control.learn_months]], dtype="float64", name="value")
    if len(learnt) < max(control.learn_months, _FEWEST) or learnt.nunique() < _FEWEST:
        return row | {"target": None, "points": [], "alarms": []}
    cusum = learn(learnt, control.allowance, control.limit)
    after = series[control.learn_months :]
    if not after:
        return row | {"target": figure(cusum.target), "points": [], "alarms": []}
    track = cusum.track(pd.Series([value for _, value in after], name="value"))
    points = [
        {"month": month, "value": figure(value), "high": figure(high), "low": figure(low), "alarm": alarm}
        for (month, value), high, low, alarm in zip(after, track["high"], track["low"], track["alarm"], strict=True)
    ]
    alarms = [{"month": each["month"], "side": each["alarm"]} for each in points if each["alarm"]]
    return row | {"target": figure(cusum.target), "points": points, "alarms": alarms}


Series = list[tuple[str, str | None]]


def _lapse(inputs: Inputs, span: Period, parameters: Parameters) -> Series:
    return [(row["month"], row["lapse_rate"]) for row in persistency.by_month(inputs.holdings, span, parameters)]


def _loss(inputs: Inputs, span: Period, _: Parameters) -> Series:
    return [(row["month"], row["loss_ratio"]) for row in claims.by_month(inputs.premiums, inputs.claims, span)]


def _complaints(inputs: Inputs, span: Period, _: Parameters) -> Series:
    return [(row["month"], row["rate"]) for row in complaints.by_month(inputs.complaints, inputs.holdings, span)]


def _outside(inputs: Inputs, span: Period, parameters: Parameters) -> Series:
    found = sales.section(inputs.sales, span, parameters.level)
    return [(row["month"], row["share"]) for row in found["by_month"]]


SERIES: Final[Mapping[str, Callable[[Inputs, Period, Parameters], Series]]] = {
    "lapse_rate": _lapse,
    "loss_ratio": _loss,
    "complaint_rate": _complaints,
    "outside_share": _outside,
}


def whole_months(day: date) -> date:
    """The first day of the month of `day`: up to there figures are complete."""
    return day - timedelta(days=day.day - 1)


def months_back(day: date, number: int) -> date:
    """The first day of the month `number` months before that of `day`."""
    month = months.number(day) - number
    return date(1970 + month // 12, month % 12 + 1, 1)
