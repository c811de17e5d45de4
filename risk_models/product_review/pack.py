"""The review pack: every section of it, from the inputs and the parameters alone.

The result holds texts, whole numbers, None, lists and mappings, so its canonical JSON, and the digest of that, are the
same wherever it is computed again from the same inputs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from risk_models.product_review import (
    claims,
    complaints,
    drift,
    expected,
    fairness,
    feedback,
    months,
    persistency,
    sales,
    value,
    vulnerable,
)
from risk_models.product_review.flows import Flows, Progress, flows
from risk_models.product_review.groups import VULNERABLE, groups
from risk_models.product_review.inputs import Inputs, Period, checked
from risk_models.product_review.parameters import Comparison, Parameters

FORMAT: Final = 1
STAGES: Final = ("movements", "sections", "groups", "drift")


@dataclass(frozen=True, slots=True)
class Pack:
    body: Mapping[str, Any]

    def canonical(self) -> bytes:
        return json.dumps(self.body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()

    def digest(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()


def compute(inputs: Inputs, period: Period, parameters: Parameters, progress: Progress = lambda *_: None) -> Pack:
    """Raises ModelInputError for tables that cannot be used."""
    checked("holdings", inputs.holdings, parameters.dimensions)
    for name in ("sales", "premiums", "claims", "complaints"):
        checked(name, getattr(inputs, name))
    if inputs.feedback is not None:
        checked("feedback", inputs.feedback)
    moved = flows(inputs, period, parameters, progress)
    progress("sections", 0, 1)
    body: dict[str, Any] = {
        "format": FORMAT,
        "period": {"start": period.start.isoformat(), "end": period.end.isoformat()},
        "rows": _rows(inputs, moved),
        "sales": sales.section(inputs.sales, period, parameters.level),
        "persistency": persistency.section(inputs.holdings, period, parameters),
        "claims": claims.section(inputs.premiums, inputs.claims, period, parameters.level),
        "complaints": complaints.section(inputs.complaints, inputs.holdings, period),
        "flows": _flows(moved, period),
    }
    if inputs.feedback is not None:
        body["feedback"] = feedback.section(inputs.feedback, period, parameters.level)
    body["expected"] = expected.section(body, inputs, period, parameters)
    progress("sections", 1, 1)
    body |= _by_group(inputs, period, parameters, moved, progress)
    progress("drift", 0, 1)
    body["drift"] = drift.section(inputs, period, parameters)
    progress("drift", 1, 1)
    return Pack(body)


def _rows(inputs: Inputs, moved: Flows) -> dict[str, int]:
    tables = ("holdings", "sales", "premiums", "claims", "complaints")
    later = {} if inputs.feedback is None else {"feedback": len(inputs.feedback)}
    return {**{name: len(getattr(inputs, name)) for name in tables}, **later, "movements": moved.movements}


def _flows(moved: Flows, period: Period) -> dict[str, Any]:
    by_month = [
        {"month": months.name(month), "fees_minor": int(fees), "benefits_minor": int(paid)}
        for month, fees, paid in zip(months.of(period), moved.fees_by_month, moved.benefits_by_month, strict=True)
    ]
    return {
        "by_month": by_month,
        "fees_minor": int(moved.fees_by_month.sum()),
        "benefits_minor": int(moved.benefits_by_month.sum()),
        "costs_minor": int(moved.costs.sum()),
        "received_minor": int(moved.benefits.sum()),
    }


def _by_group(
    inputs: Inputs, period: Period, parameters: Parameters, moved: Flows, progress: Progress
) -> dict[str, Any]:
    """Value of every dimension, fairness where a comparison is asked for, and always of vulnerable customers."""
    lapsed, _ = persistency.ended_by(inputs.holdings, parameters)
    lapsed = lapsed & period.holds(inputs.holdings["closed_on"]).to_numpy(dtype=bool)
    reported = inputs.claims[period.holds(inputs.claims["reported_on"])]
    wanted = {each.dimension: each for each in (*parameters.comparisons, Comparison(VULNERABLE, "no"))}
    names = tuple(dict.fromkeys((*parameters.dimensions, VULNERABLE)))
    worth, fair, told = [], [], []
    for place, dimension in enumerate(names):
        found = groups(inputs.holdings, dimension, moved.exposure, parameters.smallest_group)
        worth.append({"dimension": dimension, "groups": value.section(found, moved, parameters)})
        if dimension in wanted:
            reference = wanted[dimension].reference
            fair.append(fairness.section(found, reference, moved, lapsed, reported, parameters))
        if dimension == VULNERABLE:
            told = vulnerable.section(inputs, period, found, lapsed)
        progress("groups", place + 1, len(names))
    return {"value": worth, "fairness": fair, "vulnerable": told}
