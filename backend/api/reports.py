"""Reports: which there are, their first lines, those that were run; and running one."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.api.costs import Cost, changes, resolved
from backend.api.inputs import INPUT, Key
from backend.api.pages import First, page_size
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    write,
)
from backend.api.report_filters import ReportFilterInput, filters_of
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.core.i18n import translate
from backend.edge import reporting
from backend.reporting import models, queries, service
from backend.reporting.catalog import REPORTS, report_of
from backend.reporting.filters import Filters
from backend.reporting.models import Format
from backend.reporting.report import Report

_WAIT_SECONDS: Final = 3.0


@strawberry.enum
class ReportFormat(Enum):
    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    PDF = "pdf"


@strawberry.enum
class ReportState(Enum):
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    EXPIRED = "expired"


@strawberry.type
class ReportColumn:
    key: str
    title: str
    means: str


@strawberry.type(description="A report that may be looked at; `exportable` as a file too.")
class ReportKind:
    code: str
    title: str
    about: str
    filters: list[str] = strawberry.field(directives=[Cost(weight=0, size=5)])
    columns: list[ReportColumn] = strawberry.field(directives=[Cost(weight=0, size=10)])
    notes: list[str] = strawberry.field(directives=[Cost(weight=0, size=5)])
    exportable: bool


@strawberry.type(description="The signed head of the log that the lines stand under.")
class LogHead:
    size: int
    root: str
    signed_at: datetime


@strawberry.type(description="The first lines as the reader would get them; cells in the order of the columns.")
class ReportPreview:
    columns: list[ReportColumn] = strawberry.field(directives=[Cost(weight=0, size=10)])
    rows: list[list[str | None]]
    head: LogHead


@strawberry.type
class ReportFilter:
    name: str
    value: str


@strawberry.type(description="A report that was run. `link` fetches the file, for its reader and while it is kept.")
class ReportRun:
    id: UUID
    report: str
    title: str
    format: ReportFormat
    language: str
    state: ReportState
    filters: list[ReportFilter] = strawberry.field(directives=[Cost(weight=0, size=5)])
    head: LogHead
    started_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    done: int
    total: int
    lines: int | None
    size: int | None
    sha256: str | None
    file_name: str | None
    failure: str | None
    link: str | None
    started_by_id: strawberry.Private[UUID]

    @strawberry.field
    def started_by(self, info: Info) -> Agent | None:
        return agent(info, self.started_by_id)


@strawberry.input
class ReportInput:
    report: str
    format: ReportFormat
    filters: ReportFilterInput | None = None
    language: str | None = None


ReportRunResult = Annotated[
    ReportRun | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ReportRunResult"),
]


@strawberry.type
class ReportQuery:
    @resolved("Reports that the reader may look at.")
    async def reports(self, info: Info) -> list[ReportKind]:
        async def listed(ctx: Context) -> list[ReportKind]:
            return [_kind(ctx, report) for report in REPORTS.values() if _may(ctx, report.right)]

        return await info.context.read(listed)

    @resolved("The first lines of a report. Looking is noted.", weight=50, sliced_by="first")
    async def report_preview(
        self, info: Info, report: str, filters: ReportFilterInput | None = None, first: First = 20
    ) -> ReportPreview:
        wanted, limit = filters_of(filters), page_size(first)

        async def previewed(ctx: Context) -> ReportPreview:
            of, inquiry, lines = await service.preview(ctx, report, wanted, lines=limit)
            columns = of.columns_of(Format.XLSX)
            rows = [[_cell(line.get(column.key)) for column in columns] for line in lines]
            head = LogHead(size=inquiry.head.size, root=inquiry.head.root, signed_at=inquiry.head.signed_at)
            return ReportPreview(columns=_columns(of, inquiry.locale), rows=rows, head=head)

        return await info.context.read(previewed)

    @resolved("Reports that were run, the newest first: one's own, and everybody's for who reads the log.",
              weight=10, sliced_by="first")  # fmt: skip
    async def report_runs(self, info: Info, first: First = 20) -> list[ReportRun]:
        limit = page_size(first)

        async def listed(ctx: Context) -> list[ReportRun]:
            return await _runs(ctx, await queries.runs(ctx, limit))

        return await info.context.read(listed)

    @resolved("One report that was run.")
    async def report_run(self, info: Info, id: UUID) -> ReportRun:  # noqa: A002 - the contract's name
        return await _run(info, id)


@strawberry.type
class ReportMutation:
    @changes("Runs a report; a long one goes on, and its progress can be read.")
    async def start_report(
        self, info: Info, given: Annotated[ReportInput, INPUT], idempotency_key: Key = None
    ) -> ReportRunResult:
        request = info.context

        async def begun(ctx: Context) -> models.ReportRun:
            locale = ctx.actor.locale if given.language is None else service.language_of(given.language)
            wanted, keep = filters_of(given.filters), reporting.kept_for(request.platform)
            return await service.start(ctx, given.report, Format(given.format.value), wanted, keep=keep, locale=locale)

        asked = [given.report, given.format.value, repr(given.filters), given.language]
        outcome = await write(info, begun, lambda run: run.id, key=idempotency_key, given=asked)
        if isinstance(outcome, Problem):
            return outcome
        await reporting.start(request.platform, request.actor, outcome, wait_seconds=_WAIT_SECONDS)
        await request.reading.renew()
        return await _run(info, outcome)


async def _run(info: Info, run_id: UUID) -> ReportRun:
    async def found(ctx: Context) -> ReportRun:
        return (await _runs(ctx, [await queries.visible(ctx, run_id)]))[0]

    return await info.context.read(found)


async def _runs(ctx: Context, rows: Sequence[models.ReportRun]) -> list[ReportRun]:
    progress = await queries.progress_of(ctx, [row.id for row in rows])
    return [_shown(ctx, row, progress.get(row.id)) for row in rows]


def _shown(ctx: Context, row: models.ReportRun, progress: models.ReportProgress | None) -> ReportRun:
    locale = ctx.actor.locale
    words = Filters.of_value(row.filters).words(locale)
    return ReportRun(
        id=row.id,
        report=row.report,
        title=translate(locale, report_of(row.report).title),
        format=ReportFormat(row.format),
        language=row.locale,
        state=ReportState(row.state),
        filters=[ReportFilter(name=name, value=value) for name, value in words],
        head=LogHead(size=row.head_size, root=row.head_root, signed_at=row.head_at),
        started_at=row.started_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        done=0 if progress is None else progress.done,
        total=0 if progress is None else progress.total,
        lines=row.lines,
        size=row.size,
        sha256=row.sha256,
        file_name=row.file_name,
        failure=None if row.failure is None else service.failure_words(row.failure, locale),
        link=f"/reports/{row.id}/file" if service.fetchable(ctx, row) else None,
        started_by_id=row.started_by,
    )


def _kind(ctx: Context, report: Report) -> ReportKind:
    locale = ctx.actor.locale
    return ReportKind(
        code=report.code,
        title=translate(locale, report.title),
        about=translate(locale, report.about),
        filters=sorted(report.filters),
        columns=_columns(report, locale),
        notes=[translate(locale, note) for note in report.notes],
        exportable=all(_may(ctx, right) for right in report.export),
    )


def _columns(report: Report, locale: str) -> list[ReportColumn]:
    return [
        ReportColumn(key=column.key, title=translate(locale, column.title), means=translate(locale, column.means))
        for column in report.columns_of(Format.XLSX)
    ]


def _may(ctx: Context, right: tuple[str, str]) -> bool:
    return ctx.may(*right, Facts(tenant_id=ctx.actor.tenant_id))


def _cell(value: str | int | None) -> str | None:
    return None if value is None else str(value)
