"""Actual against expected: each measure beside what it was approved with, and whether chance explains the difference.

Numbers of events have Garwood's exact Poisson interval (1936); shares that of their own section; the loss ratio is
resampled by holding. `finding` is "above" or "below" where the whole interval is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from scipy.special import gammaincinv

from risk_models.product_review.claims import incurred_minor
from risk_models.product_review.exact import figure, sums, whole
from risk_models.product_review.inputs import Inputs, Period
from risk_models.product_review.parameters import Expectation, Parameters
from risk_models.product_review.persistency import MONTHS
from risk_models.product_review.resampling import Blocks, interval

_TEN_THOUSAND: Final = 10_000
_THOUSAND: Final = 1000
Found = tuple[float | None, float | None, float | None]


def section(pack: Mapping[str, Any], inputs: Inputs, period: Period, parameters: Parameters) -> list[dict[str, Any]]:
    """For the sections `persistency`, `claims` and `complaints` of `pack`, which are there already."""
    return [_row(each, _MEASURES[each.measure](pack, inputs, period, parameters)) for each in parameters.expectations]


def _row(wanted: Expectation, found: Found) -> dict[str, Any]:
    expected = wanted.basis_points / _TEN_THOUSAND
    actual, low, high = found
    row = {"measure": wanted.measure, "expected": figure(expected), "source": wanted.source}
    if actual is None or expected == 0:
        return row | {"actual": figure(actual), "relation": None, "low": None, "high": None, "finding": None}
    low, high = (None if each is None else each / expected for each in (low, high))
    above, below = low is not None and low > 1, high is not None and high < 1
    return row | {
        "actual": figure(actual),
        "relation": figure(actual / expected),
        "low": figure(low),
        "high": figure(high),
        "finding": "above" if above else "below" if below else None,
    }


def garwood(events: int, level: float) -> tuple[float, float]:
    """The exact interval of a Poisson mean of which `events` were seen."""
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else float(gammaincinv(events, tail))
    return low, float(gammaincinv(events + 1, 1 - tail))


def _rate(events: int, exposure: float, level: float) -> Found:
    if exposure == 0:
        return None, None, None
    low, high = garwood(events, level)
    return events / exposure, low / exposure, high / exposure


def _lapse_rate(pack: Mapping[str, Any], _: Inputs, __: Period, parameters: Parameters) -> Found:
    stayed = pack["persistency"]
    return _rate(stayed["lapsed"], stayed["exposure_months"] / MONTHS, parameters.level)


def _complaint_rate(pack: Mapping[str, Any], _: Inputs, __: Period, parameters: Parameters) -> Found:
    years = pack["persistency"]["exposure_months"] / MONTHS
    return _rate(pack["complaints"]["complaints"], years, parameters.level)


def _acceptance(pack: Mapping[str, Any], _: Inputs, __: Period, ___: Parameters) -> Found:
    claims = pack["claims"]
    return _number(claims["acceptance"]), _number(claims["acceptance_low"]), _number(claims["acceptance_high"])


def _persistency(pack: Mapping[str, Any], _: Inputs, __: Period, ___: Parameters) -> Found:
    """The share that stayed a year, where the rule-set asks the curve for one."""
    at = next((each for each in pack["persistency"]["curve"]["at"] if each["months"] == MONTHS), None)
    return (None, None, None) if at is None else (_number(at["survival"]), _number(at["low"]), _number(at["high"]))


def _loss_ratio(pack: Mapping[str, Any], inputs: Inputs, period: Period, parameters: Parameters) -> Found:
    if pack["claims"]["premiums_due_minor"] == 0:
        return None, None, None
    premiums = inputs.premiums[period.holds(inputs.premiums["booked_on"]) & (inputs.premiums["holding"] >= 0)]
    claims = inputs.claims[period.holds(inputs.claims["incurred_on"]) & (inputs.claims["holding"] >= 0)]
    size = len(inputs.holdings)
    due = sums(whole(premiums["holding"]), whole(premiums["due_minor"]), size)
    lost = sums(whole(claims["holding"]), incurred_minor(claims), size)
    blocks = Blocks(np.where((due != 0) | (lost != 0), 0, -1), 1, parameters.seed)
    replicates = blocks.ratios(blocks.sums(lost), blocks.sums(due), 0, parameters.resamples)
    return _number(pack["claims"]["loss_ratio"]), *interval(replicates, parameters.level)


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


_MEASURES: Final[Mapping[str, Callable[[Mapping[str, Any], Inputs, Period, Parameters], Found]]] = {
    "loss_ratio": _loss_ratio,
    "lapse_rate": _lapse_rate,
    "complaint_rate": _complaint_rate,
    "acceptance": _acceptance,
    "persistency": _persistency,
}
MEASURES: Final = frozenset(_MEASURES)
