"""Vulnerable customers beside the others: what was sold to them, outside the market too, who left, who complained."""

from __future__ import annotations

from typing import Any

import numpy as np

from risk_models.arrays import BoolArray
from risk_models.product_review.exact import counts, ratio
from risk_models.product_review.groups import Groups
from risk_models.product_review.inputs import Inputs, Period


def section(inputs: Inputs, period: Period, found: Groups, lapsed: BoolArray) -> list[dict[str, Any]]:
    """`found` are the groups by vulnerability; a group that is too small has nothing but its name."""
    sold = inputs.sales[period.holds(inputs.sales["sold_on"])]
    came = inputs.complaints[period.holds(inputs.complaints["received_on"])]
    left = counts(found.codes[(found.codes >= 0) & lapsed], len(found.names))
    outside = (sold["verdict"] == "outside").to_numpy(dtype=bool)
    to, by = (frame["vulnerable"].to_numpy(dtype=bool) for frame in (sold, came))
    rows = []
    for place, name in enumerate(found.names):
        if not found.told[place]:
            rows.append({"group": name, "suppressed": True})
            continue
        mine, theirs, held = to == (name == "yes"), by == (name == "yes"), int(found.holdings[place])
        sales, wrong = int(mine.sum()), int(np.count_nonzero(mine & outside))
        rows.append(
            {
                "group": name,
                "suppressed": False,
                "holdings": held,
                "sales": sales,
                "outside": wrong,
                "outside_share": ratio(wrong, sales),
                "lapsed": int(left[place]),
                "lapse_share": ratio(left[place], held),
                "complaints": int(theirs.sum()),
                "complaint_share": ratio(int(theirs.sum()), held),
            }
        )
    return rows
