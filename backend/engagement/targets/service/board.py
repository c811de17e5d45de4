"""What was reached in a month against the goals, with the months before: what pages, reports and commands show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from backend.access.context import Context
from backend.core.periods import months_later
from backend.engagement.product_names import product_names
from backend.engagement.segments.ruleset import segment_rules
from backend.engagement.targets import queries
from backend.engagement.targets.errors import DimensionUnknown
from backend.engagement.targets.models import TargetFigure, TargetSnapshot
from backend.engagement.targets.ruleset import DIMENSIONS, Measure, target_rules

_BACK: Final = 23


@dataclass(frozen=True, slots=True)
class Point:
    month: date
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    goal: Decimal | None


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of one group; `met` is None without a goal or without a figure, `thin` says that few records stand
    behind it, `absent` why there is none."""

    measure: Measure
    key: str
    name: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    goal: Decimal | None
    met: bool | None
    thin: bool
    absent: str | None
    records: int
    trend: tuple[Point, ...]

    @property
    def change(self) -> Decimal | None:
        """Against the month before."""
        earlier = [point.value for point in self.trend[:-1]]
        if self.value is None or not earlier or earlier[-1] is None:
            return None
        return self.value - earlier[-1]


@dataclass(frozen=True, slots=True)
class Board:
    snapshot: TargetSnapshot | None
    month: date
    dimension: str
    currency: str
    lines: tuple[Line, ...]


async def board(ctx: Context, month: date | None, dimension: str) -> Board:
    """Of the newest month that was computed, unless told. Raises NotAllowed, DimensionUnknown."""
    queries.may(ctx, "view")
    if dimension not in DIMENSIONS:
        raise DimensionUnknown(field="dimension", given=dimension, known=", ".join(DIMENSIONS))
    known = await queries.snapshots(ctx, 1)
    first = (month or (known[0].month if known else ctx.now.date())).replace(day=1)
    rules = target_rules(ctx.policies, ctx.now.date()).rules
    names = await names_of(ctx, dimension)
    trends = await queries.trends(ctx, dimension, months_later(first, -_BACK))
    lines = [
        _line(measure, figure, trends[figure.measure, figure.key], names, first, rules.thin)
        for figure in await queries.figures(ctx, first, dimension)
        if (measure := rules.measure(figure.measure)) is not None
    ]
    order = [measure.code for measure in rules.measures]
    lines.sort(key=lambda line: (order.index(line.measure.code), line.name))
    return Board(await queries.snapshot(ctx, first), first, dimension, await queries.currency(ctx), tuple(lines))


async def months(ctx: Context) -> Sequence[TargetSnapshot]:
    queries.may(ctx, "view")
    return await queries.snapshots(ctx)


def measures(ctx: Context) -> tuple[Measure, ...]:
    """Those of the rule-set in force."""
    return target_rules(ctx.policies, ctx.now.date()).rules.measures


async def names_of(ctx: Context, dimension: str) -> dict[str, str]:
    """What the groups are called in the reader's language."""
    locale = ctx.actor.locale
    if dimension == "team":
        return await queries.team_names(ctx)
    if dimension == "product":
        return {code: names.text(locale) for code, names in (await product_names(ctx)).items()}
    if dimension == "segment":
        known = segment_rules(ctx.policies, ctx.now.date()).rules
        return {segment.code: segment.wording.text(locale) for segment in known.segments}
    return {"": ""}


def _line(
    measure: Measure,
    figure: TargetFigure,
    trend: Sequence[TargetFigure],
    names: Mapping[str, str],
    month: date,
    thin: int,
) -> Line:
    met = None
    if figure.value is not None and figure.goal is not None:
        met = measure.met(figure.value, figure.goal)
    return Line(
        measure=measure,
        key=figure.key,
        name=names.get(figure.key, figure.key.replace("_", " ")),
        value=figure.value,
        low=figure.low,
        high=figure.high,
        goal=figure.goal,
        met=met,
        thin=figure.value is not None and figure.records < thin,
        absent=figure.absent,
        records=figure.records,
        trend=tuple(
            Point(each.month, each.value, each.low, each.high, each.goal) for each in trend if each.month <= month
        ),
    )
