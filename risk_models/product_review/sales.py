"""Sales inside and outside the target market: by month, by channel, why outside, and to whom."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from risk_models.product_review import months
from risk_models.product_review.exact import coded, counts, figure, ratio, sums, whole
from risk_models.product_review.inputs import Period
from risk_models.proportion import wilson

VERDICTS: Final = ("inside", "outside", "unknown")


def section(sales: pd.DataFrame, period: Period, level: float) -> dict[str, Any]:
    """`by_month` and `by_channel` have a row for each with the sales of every verdict.

    `share` is the part outside of what could be judged: sales of which it is unknown are neither in nor out.
    """
    sold = sales[period.holds(sales["sold_on"])]
    verdict = pd.Categorical(sold["verdict"].astype(str), categories=VERDICTS).codes.astype(np.int64)
    places = months.numbers(sold["sold_on"]) - months.of(period).start
    channel, channels = coded(sold["channel"])
    names = [months.name(each) for each in months.of(period)]
    return {
        "total": _row(counts(verdict, 3), sums(verdict, whole(sold["amount_minor"]), 3), level),
        "by_month": _table("month", names, places, verdict, sold, level),
        "by_channel": _table("channel", channels, channel, verdict, sold, level),
        "reasons": _reasons(sold[verdict == VERDICTS.index("outside")]),
        "insisted": int(sold["insisted"].sum()),
        "vulnerable": int(sold["vulnerable"].sum()),
    }


def _table(key: str, names: list[str], codes: Any, verdict: Any, sold: pd.DataFrame, level: float) -> list[Any]:
    cells = codes * len(VERDICTS) + verdict
    size = len(names) * len(VERDICTS)
    count = counts(cells, size).reshape(len(names), len(VERDICTS))
    amount = sums(cells, whole(sold["amount_minor"]), size).reshape(len(names), len(VERDICTS))
    return [{key: name, **_row(count[place], amount[place], level)} for place, name in enumerate(names)]


def _row(count: Any, amount: Any, level: float) -> dict[str, Any]:
    outside, every = int(count[1]), int(count[0] + count[1])
    low, high = wilson(np.array([float(outside)]), np.array([float(every)]), level)
    return {
        **{name: int(count[place]) for place, name in enumerate(VERDICTS)},
        **{f"{name}_minor": int(amount[place]) for place, name in enumerate(VERDICTS)},
        "share": ratio(outside, every),
        "low": figure(float(low[0])),
        "high": figure(float(high[0])),
    }


def _reasons(outside: pd.DataFrame) -> list[dict[str, Any]]:
    codes, names = coded(outside["reason"])
    found = counts(codes, len(names))
    order = sorted(range(len(names)), key=lambda place: (-found[place], names[place]))
    return [{"reason": names[place], "sales": int(found[place])} for place in order]
