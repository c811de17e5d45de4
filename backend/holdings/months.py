"""Months of the partitioned tables: made ahead by a job, and by an import for whatever it brings."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Date, bindparam, text

from backend.access.context import Context

PARTITIONED: Final = ("movement", "premium")
_AHEAD: Final = timedelta(days=92)
_PLAN: Final = text("SELECT plan_months(:target, :first, :last)").bindparams(
    bindparam("first", type_=Date), bindparam("last", type_=Date)
)


async def plan(ctx: Context, target: str, days: Iterable[date]) -> int:
    """Have a partition for the month of each day; how many are new. Months between two days are not made."""
    months = sorted({day.replace(day=1) for day in days})
    return sum([await _made(ctx, target, month, month) for month in months])


async def plan_ahead(ctx: Context) -> int:
    """This month and the next three, of every partitioned table; 0 when they are there."""
    today = ctx.now.date()
    return sum([await _made(ctx, target, today, today + _AHEAD) for target in PARTITIONED])


async def _made(ctx: Context, target: str, first: date, last: date) -> int:
    return int(await ctx.session.scalar(_PLAN, {"target": target, "first": first, "last": last}) or 0)
