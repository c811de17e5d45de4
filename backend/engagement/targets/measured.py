"""The measures whose records engagement itself can read: churn, lifetime value, complaints in time."""

import asyncio
from datetime import timedelta
from typing import Final

import pandas as pd
from babel.numbers import get_currency_precision

from backend.access.context import Context
from backend.complaints.frames import Period, complaints_frame
from backend.complaints.models import State
from backend.core.periods import months_later
from backend.engagement.models.queries import scores_frame
from backend.engagement.targets.queries import currency
from backend.engagement.targets.queries.then import relationships
from backend.engagement.targets.sources import Month, framed, register

LONGEST_COMPLAINT: Final = timedelta(days=400)
"""Between the receipt of a complaint and the last day for its answer."""


async def churn(ctx: Context, month: Month) -> pd.DataFrame | None:
    """Whoever was a customer before the month, 1 who was gone at its end."""
    before = await relationships(ctx, month.first - timedelta(days=1))
    after = {each.party_id: each for each in await relationships(ctx, month.last)}
    found = []
    for each in before:
        if each.begun < month.first and not each.gone:
            at_end = after[each.party_id]
            day = at_end.since if at_end.gone else month.last
            found.append(("customer", each.party_id, each.party_id, None, day, float(at_end.gone), 1.0))
    return framed(found)


async def lifetime_value(ctx: Context, month: Month) -> pd.DataFrame | None:
    """What the model in use says now; of a month that has ended only its snapshot knows."""
    if month.ended:
        return None
    scores = await scores_frame(ctx, "value")
    if scores.empty:
        return None
    minor = 10 ** get_currency_precision(await currency(ctx))
    return await asyncio.to_thread(_valued, scores, month, minor)


def _valued(scores: pd.DataFrame, month: Month, minor: int) -> pd.DataFrame:
    rows = zip(scores.index, scores["value"], strict=True)
    return framed([("customer", party, party, None, month.last, value / minor, 1.0) for party, value in rows])


async def complaints_in_time(ctx: Context, month: Month) -> pd.DataFrame | None:
    """Those whose last day for an answer lies in the month, 1 answered by then; withdrawn ones owe none."""
    until = min(months_later(month.first, 1), month.as_of + timedelta(days=1))
    frame = await complaints_frame(ctx, Period(month.first - LONGEST_COMPLAINT, until))
    found = []
    for row in frame.to_dict("records"):
        if row["state"] == State.WITHDRAWN or not month.first <= row["due_on"] <= month.last:
            continue
        good = row["answered_on"] is not None and row["answered_on"] <= row["due_on"]
        found.append(("complaint", row["id"], row["party_id"], row["product_code"], row["due_on"], float(good), 1.0))
    return framed(found)


register("churn", churn)
register("lifetime_value", lifetime_value)
register("complaints_in_time", complaints_in_time)
