"""What stands behind a figure: its records, read again, as far as the reader may see the customers."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.periods import months_later
from backend.customers.queries import sights
from backend.engagement.targets import queries, rules
from backend.engagement.targets.errors import MonthUnknown
from backend.engagement.targets.models import TargetFigure
from backend.engagement.targets.queries import then
from backend.engagement.targets.rules import Figure
from backend.engagement.targets.ruleset import Measure, target_rules
from backend.engagement.targets.service.computing import recorded
from backend.engagement.targets.service.goals import check_group, measure_of
from backend.engagement.targets.sources import Month

_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """One record: `value` is what it counts."""

    record: str
    record_id: UUID
    party_id: UUID | None
    product: str | None
    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Behind:
    """`now` is the figure from the records as they are today, `kept` that of the snapshot; they differ where records
    changed since. `unseen` records are of customers whom the reader may not see, `more` beyond what a list shows."""

    measure: Measure
    now: Figure
    kept: TargetFigure | None
    records: tuple[Standing, ...]
    unseen: int
    more: int


async def behind(ctx: Context, measure: str, dimension: str, key: str, month: date) -> Behind:
    """Raises NotAllowed, MeasureUnknown, DimensionUnknown, GroupUnknown, MonthUnknown."""
    queries.may(ctx, "view")
    known = measure_of(target_rules(ctx.policies, ctx.now.date()).rules, measure)
    await check_group(ctx, dimension, key)
    first = month.replace(day=1)
    if first > ctx.now.date():
        raise MonthUnknown(field="month")
    period = Month(first, min(ctx.now.date(), months_later(first, 1)))
    frame = await recorded(ctx, known, period)
    groups = await then.groups(ctx, period.last)
    part = None if frame is None else await asyncio.to_thread(rules.belonging, frame, dimension, key, groups)
    of_all = rules.figures(part, known, groups)[0]
    rows = [] if part is None else [Standing(*row[:6]) for row in part.itertuples(index=False, name=None)]
    parties = {row.party_id for row in rows if row.party_id is not None}
    seen = set(await sights(ctx, parties)) if parties else set()
    shown = [row for row in rows if row.party_id is None or row.party_id in seen]
    shown.sort(key=lambda row: (row.value, row.day), reverse=known.better == "lower")
    return Behind(
        measure=known,
        now=of_all,
        kept=await _kept(ctx, measure, dimension, key, first),
        records=tuple(shown[:_MOST]),
        unseen=len(rows) - len(shown),
        more=max(len(shown) - _MOST, 0),
    )


async def _kept(ctx: Context, measure: str, dimension: str, key: str, first: date) -> TargetFigure | None:
    rows = await queries.figures(ctx, first, dimension)
    return next((row for row in rows if row.measure == measure and row.key == key), None)
