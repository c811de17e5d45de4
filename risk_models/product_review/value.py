"""Fair value: what each group of customers paid, what it received, and which group gets markedly less for it.

Value is benefits over costs. A group is an outlier when the whole's value is at least `outlier_ratio` times the
group's (per ten thousand) and the resampled interval of that relation, widened for the number of groups (Bonferroni),
lies above one.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from risk_models.arrays import FloatArray
from risk_models.product_review.exact import figure, ratio, sums
from risk_models.product_review.flows import Flows
from risk_models.product_review.groups import Groups
from risk_models.product_review.parameters import Parameters
from risk_models.product_review.resampling import Blocks, interval

_DAYS_A_YEAR: Final = 365
_TEN_THOUSAND: Final = 10_000


def section(found: Groups, flows: Flows, parameters: Parameters) -> list[dict[str, Any]]:
    """A row for each group, in the order of their names; one that is too small has nothing but its name."""
    size, blocks = len(found.names), Blocks(found.codes, len(found.names), parameters.seed)
    held = found.codes >= 0
    costs, benefits, days = (
        sums(found.codes[held], each[held], size) for each in (flows.costs, flows.benefits, flows.exposure)
    )
    parts, wholes = blocks.sums(flows.benefits), blocks.sums(flows.costs)
    values = np.divide(benefits, costs, out=np.full(size, np.nan), where=costs != 0)
    whole = float(benefits.sum() / costs.sum()) if costs.sum() else 0.0
    level = 1 - (1 - parameters.level) / max(int(found.told.sum()), 1)
    return [
        {
            "group": name,
            "suppressed": False,
            "holdings": int(found.holdings[place]),
            "costs_minor": int(costs[place]),
            "benefits_minor": int(benefits[place]),
            "cost_a_year_minor": ratio(int(costs[place]) * _DAYS_A_YEAR, int(days[place])),
            "benefit_a_year_minor": ratio(int(benefits[place]) * _DAYS_A_YEAR, int(days[place])),
            "value": ratio(benefits[place], costs[place]),
            **_outlier(
                blocks.ratios(parts, wholes, place, parameters.resamples), values[place], whole, level, parameters
            ),
        }
        if found.told[place]
        else {"group": name, "suppressed": True}
        for place, name in enumerate(found.names)
        if found.holdings[place]
    ]


def _outlier(
    replicates: FloatArray, value: float, whole: float, level: float, parameters: Parameters
) -> dict[str, Any]:
    """`worse` is the whole's value over the group's: two means the group gets half as much for its money."""
    if not whole or not np.isfinite(value):
        return {"worse": None, "low": None, "high": None, "outlier": False}
    with np.errstate(divide="ignore"):
        low, high = interval(whole / replicates, level)
    if value <= 0:
        return {"worse": None, "low": figure(low), "high": figure(high), "outlier": True}
    markedly = whole / value * _TEN_THOUSAND >= parameters.outlier_ratio
    outlier = bool(markedly and low is not None and low > 1)
    return {"worse": figure(whole / value), "low": figure(low), "high": figure(high), "outlier": outlier}
