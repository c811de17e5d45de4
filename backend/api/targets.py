"""What was reached against the goals, by month and group, and the records behind each figure."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.histories import HistoryKind, Recorded
from backend.api.request import Info
from backend.engagement.targets import models, queries, service
from backend.engagement.targets.ruleset import Measure


@strawberry.enum
class TargetDimension(Enum):
    ALL = "all"
    TEAM = "team"
    PRODUCT = "product"
    SEGMENT = "segment"


@strawberry.enum(description="A share of one, the institution's currency, hours, or points from −100 to 100.")
class TargetUnit(Enum):
    SHARE = "share"
    MONEY = "money"
    HOURS = "hours"
    SCORE = "score"


@strawberry.type
class TargetMeasure:
    code: str
    name: str
    meaning: str
    unit: TargetUnit
    higher_is_better: bool


@strawberry.type(description="A figure of a month; without `value` nothing could be measured.")
class TargetPoint:
    month: date
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    goal: Decimal | None


@strawberry.type(description="One measure of one group; `absent` says why there is no figure, `thin` that few records.")
class TargetLine:
    measure: TargetMeasure
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
    change: Decimal | None
    trend: list[TargetPoint] = strawberry.field(directives=[Cost(weight=0, size=24)])


@strawberry.type(description="The month's figures; `digest` is over all of them as they were computed.")
class TargetBoard:
    month: date
    dimension: TargetDimension
    currency: str
    as_of: date | None
    computed_at: datetime | None
    digest: str | None
    lines: list[TargetLine] = strawberry.field(directives=[Cost(weight=0, size=40)])


@strawberry.type
class TargetGoal(Recorded):
    id: UUID
    measure: str
    dimension: TargetDimension
    key: str
    value: Decimal
    starts_on: date
    ends_on: date | None

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.GOALS, str(self.id)


@strawberry.type(description="A weekly report that went out; `reference` names its week, as in 2026-W47.")
class TargetReport:
    reference: str
    sent_at: datetime
    recipients: int


@strawberry.type(description="What goals may be set for.")
class TargetGroup:
    key: str
    name: str


@strawberry.type(description="One record behind a figure and what it counts; `record` names its kind.")
class TargetRecord:
    record: str
    record_id: UUID
    product: str | None
    day: date
    value: Decimal
    party_id: strawberry.Private[UUID | None]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.party_id)


@strawberry.type(
    description=(
        "The records behind a figure: `now` from the records as they are, `kept` from the month's snapshot;"
        " `unseen` are of customers whom the reader may not see, `more` beyond what is listed."
    )
)
class TargetBehind:
    measure: TargetMeasure
    now: Decimal | None
    kept: Decimal | None
    absent: str | None
    records: list[TargetRecord] = strawberry.field(directives=[Cost(weight=0, size=200)])
    unseen: int
    more: int


@strawberry.type
class TargetQuery:
    @resolved("The figures of a month, the newest that was computed unless told.", weight=20)
    async def targets(
        self, info: Info, dimension: TargetDimension = TargetDimension.ALL, month: date | None = None
    ) -> TargetBoard:
        async def found(ctx: Context) -> TargetBoard:
            return _board(ctx, await service.board(ctx, month, dimension.value))

        return await info.context.read(found)

    @resolved("The months of which there are figures, the newest first.", weight=2, size=36)
    async def target_months(self, info: Info) -> list[date]:
        return [row.month for row in await info.context.read(service.months)]

    @resolved("The goals that hold for a month.", weight=2, size=40)
    async def target_goals(self, info: Info, month: date) -> list[TargetGoal]:
        async def found(ctx: Context) -> list[TargetGoal]:
            queries.may(ctx, "view")
            return [target_goal(row) for row in await queries.goals(ctx, month.replace(day=1))]

        return await info.context.read(found)

    @resolved("The groups that goals may be set for.", weight=2, size=20)
    async def target_groups(self, info: Info, dimension: TargetDimension) -> list[TargetGroup]:
        async def found(ctx: Context) -> list[TargetGroup]:
            queries.may(ctx, "view")
            names = await service.names_of(ctx, dimension.value)
            return [TargetGroup(key=key, name=name) for key, name in names.items()]

        return await info.context.read(found)

    @resolved("The measures of the rule-set.", weight=2, size=8)
    async def target_measures(self, info: Info) -> list[TargetMeasure]:
        async def found(ctx: Context) -> list[TargetMeasure]:
            queries.may(ctx, "view")
            return [_measure(ctx, each) for each in service.measures(ctx)]

        return await info.context.read(found)

    @resolved("Weekly reports that went out, the newest first.", weight=2, size=10)
    async def target_reports(self, info: Info) -> list[TargetReport]:
        async def found(ctx: Context) -> list[TargetReport]:
            queries.may(ctx, "view")
            rows = await queries.reports(ctx)
            return [
                TargetReport(reference=row.reference, sent_at=row.sent_at, recipients=row.recipients) for row in rows
            ]

        return await info.context.read(found)

    @resolved("The records behind a figure, read again.", weight=30)
    async def target_records(
        self,
        info: Info,
        measure: str,
        month: date,
        dimension: TargetDimension = TargetDimension.ALL,
        key: str = "",
    ) -> TargetBehind:
        async def found(ctx: Context) -> TargetBehind:
            return _behind(ctx, await service.behind(ctx, measure, dimension.value, key, month))

        return await info.context.read(found)


def target_goal(row: models.TargetGoal) -> TargetGoal:
    return TargetGoal(
        id=row.id,
        measure=row.measure,
        dimension=TargetDimension(row.dimension),
        key=row.key,
        value=row.value,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _measure(ctx: Context, measure: Measure) -> TargetMeasure:
    locale = ctx.actor.locale
    return TargetMeasure(
        code=measure.code,
        name=measure.wording.text(locale),
        meaning=measure.meaning.text(locale),
        unit=TargetUnit(measure.unit),
        higher_is_better=measure.better == "higher",
    )


def _board(ctx: Context, board: service.Board) -> TargetBoard:
    kept = board.snapshot
    return TargetBoard(
        month=board.month,
        dimension=TargetDimension(board.dimension),
        currency=board.currency,
        as_of=None if kept is None else kept.as_of,
        computed_at=None if kept is None else kept.computed_at,
        digest=None if kept is None else kept.digest,
        lines=[_line(ctx, line) for line in board.lines],
    )


def _line(ctx: Context, line: service.Line) -> TargetLine:
    same = ("key", "name", "value", "low", "high", "goal", "met", "thin", "absent", "records", "change")
    return TargetLine(
        **{name: getattr(line, name) for name in same},
        measure=_measure(ctx, line.measure),
        trend=[
            TargetPoint(month=each.month, value=each.value, low=each.low, high=each.high, goal=each.goal)
            for each in line.trend
        ],
    )


def _behind(ctx: Context, found: service.Behind) -> TargetBehind:
    return TargetBehind(
        measure=_measure(ctx, found.measure),
        now=found.now.value,
        kept=None if found.kept is None else found.kept.value,
        absent=found.now.absent,
        records=[
            TargetRecord(
                record=each.record,
                record_id=each.record_id,
                product=each.product,
                day=each.day,
                value=Decimal(f"{each.value:.4f}"),
                party_id=each.party_id,
            )
            for each in found.records
        ],
        unseen=found.unseen,
        more=found.more,
    )
