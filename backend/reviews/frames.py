"""What other floors compute with: reviews that were due in a period, a row each, without names or words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.reviews.models import Review, ReviewState

COLUMNS: Final = ("id", "party_id", "level", "depth", "cause", "due_at", "decided_at", "in_time")


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on and before `until`."""

    since: date
    until: date


async def due_frame(ctx: Context, period: Period) -> pd.DataFrame:
    """Reviews of which the time ended in the period: the columns of `COLUMNS`; cancelled ones were owed by nobody."""
    ctx.require("view_portfolio", "review", Facts(tenant_id=ctx.actor.tenant_id))
    begin, end = (datetime.combine(day, time(), UTC) for day in (period.since, period.until))
    query = (
        select(Review)
        .where(col(Review.due_at) >= begin, col(Review.due_at) < end, col(Review.state) != ReviewState.CANCELLED)
        .order_by(col(Review.due_at), col(Review.id))
    )
    rows = [_line(row) for row in await ctx.session.scalars(query)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _line(row: Review) -> dict[str, object]:
    same = ("id", "party_id", "level", "depth", "cause", "due_at", "decided_at")
    return {
        **{name: getattr(row, name) for name in same},
        "in_time": row.decided_at is not None and row.decided_at <= row.due_at,
    }
