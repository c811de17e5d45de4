"""Are groups treated alike? Each group beside a reference: what it costs and gets, who leaves, whose claims are paid.

Amounts: the ratio of two means with a resampled interval. Shares: their difference with Newcombe's interval (1998,
method 10: two Wilson intervals, square and add), sound for small groups. Intervals are widened for the number of
groups compared within a dimension (Bonferroni), so that comparing many groups finds no difference by itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from risk_models.arrays import BoolArray, FloatArray, IntArray
from risk_models.product_review.claims import ACCEPTED, DECLINED
from risk_models.product_review.exact import counts, figure
from risk_models.product_review.flows import Flows
from risk_models.product_review.groups import Groups
from risk_models.product_review.parameters import Parameters
from risk_models.product_review.resampling import Blocks, interval
from risk_models.proportion import wilson


def section(
    found: Groups, wanted: str, flows: Flows, lapsed: BoolArray, claims: pd.DataFrame, parameters: Parameters
) -> dict[str, Any]:
    """`claims` are those reported in the period, `lapsed` the holdings that lapsed in it."""
    against = found.reference(wanted)
    others = [place for place in range(len(found.names)) if _compared(found, place, against)]
    if against is None or not others:
        return {"dimension": found.dimension, "reference": None, "comparisons": []}
    level = 1 - (1 - parameters.level) / len(others)
    amounts = _Amounts(found, flows, against, level, parameters)
    shares = {
        "lapse": (counts(found.codes[(found.codes >= 0) & lapsed], len(found.names)), found.holdings),
        "acceptance": _accepted(found, claims),
    }
    rows = []
    for place in others:
        rows += amounts.rows(place)
        rows += [_share(found, name, place, against, level, *each) for name, each in shares.items()]
    return {"dimension": found.dimension, "reference": found.names[against], "comparisons": rows}


def _compared(found: Groups, place: int, against: int | None) -> bool:
    return place != against and bool(found.told[place]) and bool(found.holdings[place])


def _accepted(found: Groups, claims: pd.DataFrame) -> tuple[IntArray, IntArray]:
    codes, size = found.of(claims["holding"]), len(found.names)
    accepted, declined = (
        counts(codes[(codes >= 0) & (claims["state"] == state).to_numpy(dtype=bool)], size)
        for state in (ACCEPTED, DECLINED)
    )
    return accepted, accepted + declined


class _Amounts:
    """Costs a day and value of a group over those of the reference."""

    def __init__(self, found: Groups, flows: Flows, against: int, level: float, parameters: Parameters) -> None:
        self._names, self._against, self._level = found.names, against, level
        self._times, self._blocks = parameters.resamples, Blocks(found.codes, len(found.names), parameters.seed)
        costs, benefits, days = (self._blocks.sums(each) for each in (flows.costs, flows.benefits, flows.exposure))
        self._measures = {"cost": (costs, days), "value": (benefits, costs)}
        self._reference = {
            name: self._blocks.ratios(*pair, against, self._times) for name, pair in self._measures.items()
        }

    def rows(self, place: int) -> list[dict[str, Any]]:
        return [self._row(name, place) for name in self._measures]

    def _row(self, name: str, place: int) -> dict[str, Any]:
        parts, wholes = self._measures[name]
        mine, theirs = (_over(parts[each].sum(), wholes[each].sum()) for each in (place, self._against))
        row = {"group": self._names[place], "measure": name, "scale": "ratio"}
        if mine is None or not theirs:
            return row | {"figure": None, "low": None, "high": None, "differs": None}
        with np.errstate(divide="ignore", invalid="ignore"):
            replicates = self._blocks.ratios(parts, wholes, place, self._times) / self._reference[name]
        low, high = interval(replicates, self._level)
        return row | {"figure": figure(mine / theirs), **_bounds(low, high, 1.0)}


def _over(part: float, whole: float) -> float | None:
    return None if whole == 0 else float(part / whole)


def _share(
    found: Groups, name: str, place: int, against: int, level: float, hits: IntArray, trials: IntArray
) -> dict[str, Any]:
    row = {"group": found.names[place], "measure": name, "scale": "difference"}
    pair = [place, against]
    if not trials[pair].all():
        return row | {"figure": None, "low": None, "high": None, "differs": None}
    difference, low, high = newcombe(hits[pair].astype(np.float64), trials[pair].astype(np.float64), level)
    return row | {"figure": figure(difference), **_bounds(low, high, 0.0)}


def newcombe(hits: FloatArray, trials: FloatArray, level: float) -> tuple[float, float, float]:
    """First share less the second, and the bounds of that difference."""
    share = hits / trials
    low, high = wilson(hits, trials, level)
    below = np.sqrt((share[0] - low[0]) ** 2 + (high[1] - share[1]) ** 2)
    above = np.sqrt((high[0] - share[0]) ** 2 + (share[1] - low[1]) ** 2)
    difference = share[0] - share[1]
    return float(difference), float(difference - below), float(difference + above)


def _bounds(low: float | None, high: float | None, alike: float) -> dict[str, Any]:
    """`differs`: "above" or "below" the reference where the interval leaves out being alike; None where it does not."""
    if low is None or high is None:
        return {"low": None, "high": None, "differs": None}
    differs = "above" if low > alike else "below" if high < alike else None
    return {"low": figure(low), "high": figure(high), "differs": differs}
