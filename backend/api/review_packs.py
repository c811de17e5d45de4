"""A review pack in the graph: how far it is, what it was computed from, and its sections as they are read."""

import datetime as dt
import json
from enum import Enum
from typing import Final
from uuid import UUID

import strawberry

from backend.api.costs import Cost, resolved
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.product_reviews import models, view
from backend.product_reviews.queries import packs

_UNITS: Final = "One of text, count, money (minor units), share (of one), number, days, month, code, words."


@strawberry.enum
class ReviewPackState(Enum):
    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


@strawberry.type(description="A figure, with its confidence interval where it has one.")
class PackFigure:
    code: str
    unit: str = strawberry.field(description=_UNITS)
    value: str | None
    low: str | None
    high: str | None


@strawberry.type
class PackColumn:
    code: str
    unit: str = strawberry.field(description=_UNITS)


@strawberry.type(description="`of` is the dimension or measure that the table is about; cells are text.")
class PackTable:
    code: str
    of: str
    columns: list[PackColumn]
    rows: list[list[str | None]]


@strawberry.type
class PackSeries:
    code: str
    values: list[float | None]


@strawberry.type(description="`shape` is lines, stacked, steps or bars.")
class PackChart:
    code: str
    of: str
    shape: str
    unit: str
    names: list[str]
    series: list[PackSeries]


@strawberry.type
class PackSection:
    code: str
    figures: list[PackFigure]
    tables: list[PackTable]
    charts: list[PackChart]

    @classmethod
    def of(cls, found: view.Section) -> "PackSection":
        return cls(
            code=found.code,
            figures=[
                PackFigure(code=e.code, unit=e.unit, value=_text(e.value), low=e.low, high=e.high)
                for e in found.figures
            ],
            tables=[_table(each) for each in found.tables],
            charts=[_chart(each) for each in found.charts],
        )


def _table(found: view.Table) -> PackTable:
    columns = [PackColumn(code=each.code, unit=each.unit) for each in found.columns]
    rows = [[_text(cell) for cell in row] for row in found.rows]
    return PackTable(code=found.code, of=found.of, columns=columns, rows=rows)


def _chart(found: view.Chart) -> PackChart:
    series = [PackSeries(code=code, values=list(values)) for code, values in found.series]
    return PackChart(
        code=found.code, of=found.of, shape=found.shape, unit=found.unit, names=list(found.names), series=series
    )


def _text(value: view.Value) -> str | None:
    return None if value is None else str(value)


@strawberry.type(description="A table of the recorded inputs, known by the hash of its bytes.")
class PackInput:
    table: str
    sha256: str
    rows: int


@strawberry.type
class PackProgress:
    stage: str
    done: int
    total: int


@strawberry.type(description="The figures of a product over some months, reproducible from its recorded inputs.")
class ReviewPack:
    id: UUID
    state: ReviewPackState
    since: dt.date
    until: dt.date
    currency: str
    ruleset: str
    digest: str | None = strawberry.field(description="SHA-256 of the pack's canonical JSON.")
    requested_at: dt.datetime
    ended_at: dt.datetime | None
    failure: str | None
    inputs: list[PackInput] = strawberry.field(directives=[Cost(weight=0, size=6)])
    row: strawberry.Private[models.ProductReviewPack]

    @strawberry.field
    def requested_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.requested_by)

    @resolved("How far it is; nothing before it is asked for and after it is ready.", weight=2)
    async def progress(self, info: Info) -> PackProgress | None:
        if self.state not in {ReviewPackState.WAITING, ReviewPackState.RUNNING}:
            return None
        found = (await info.context.read(lambda ctx: packs.progress_of(ctx, [self.id]))).get(self.id)
        return None if found is None else PackProgress(stage=found.stage, done=found.done, total=found.total)

    @resolved("Figures, tables and charts, in the order in which they are read.", weight=20)
    def sections(self, info: Info) -> list[PackSection]:
        body = self.row.body
        return [] if body is None else [PackSection.of(each) for each in view.sections(json.loads(body))]

    @classmethod
    def of(cls, row: models.ProductReviewPack) -> "ReviewPack":
        return cls(
            id=row.id,
            state=ReviewPackState(row.state),
            since=row.since,
            until=row.until,
            currency=row.currency,
            ruleset=row.ruleset,
            digest=row.digest,
            requested_at=row.requested_at,
            ended_at=row.ended_at,
            failure=row.failure,
            inputs=[
                PackInput(table=table, sha256=each["sha256"], rows=each["rows"])
                for table, each in sorted((row.inputs or {}).items())
            ],
            row=row,
        )
