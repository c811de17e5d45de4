"""Complaints: by month against holdings in force, by cause, and how many were upheld."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from risk_models.product_review import months
from risk_models.product_review.exact import coded, counts, ratio
from risk_models.product_review.inputs import Period
from risk_models.product_review.persistency import MONTHS

UPHELD: Final = "upheld"
REJECTED: Final = "rejected"
_THOUSAND: Final = 1000


def section(complaints: pd.DataFrame, holdings: pd.DataFrame, period: Period) -> dict[str, Any]:
    """`rate` is complaints a thousand holdings in force; over the period, a thousand holding years."""
    came = complaints[period.holds(complaints["received_on"])]
    upheld, rejected = (int((came["outcome"] == each).sum()) for each in (UPHELD, REJECTED))
    held = int(months.in_force(holdings, months.of(period)).sum())
    return {
        "by_month": by_month(complaints, holdings, period),
        "causes": _causes(came),
        "complaints": len(came),
        "rate": ratio(MONTHS * _THOUSAND * len(came), held),
        "upheld": upheld,
        "rejected": rejected,
        "upheld_share": ratio(upheld, upheld + rejected),
        "vulnerable": int(came["vulnerable"].sum()),
    }


def by_month(complaints: pd.DataFrame, holdings: pd.DataFrame, period: Period) -> list[dict[str, Any]]:
    span = months.of(period)
    came = complaints.loc[period.holds(complaints["received_on"]), "received_on"]
    number, held = counts(months.numbers(came) - span.start, len(span)), months.in_force(holdings, span)
    return [
        {
            "month": months.name(month),
            "complaints": int(number[place]),
            "rate": ratio(_THOUSAND * int(number[place]), int(held[place])),
        }
        for place, month in enumerate(span)
    ]


def _causes(came: pd.DataFrame) -> list[dict[str, Any]]:
    codes, names = coded(came["cause"])
    found = counts(codes, len(names))
    upheld = counts(codes[(came["outcome"] == UPHELD).to_numpy(dtype=bool)], len(names))
    order = sorted(range(len(names)), key=lambda place: (-found[place], names[place]))
    return [{"cause": names[place], "complaints": int(found[place]), "upheld": int(upheld[place])} for place in order]
