"""A report that is taken away: begun, kept sealed piece by piece, finished with its hash, handed out, and let go.

Every step is in the log: what was asked, how many lines left, in which bytes, and who fetched them. A file is sealed by
a key of its own, which is destroyed when its time is over.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import delete, update
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.i18n import LOCALES, translate
from backend.core.ids import new_id
from backend.core.typesetting import NoChineseFont
from backend.privacy.shredding import destroy_keys
from backend.reporting import heads, queries
from backend.reporting.catalog import report_of
from backend.reporting.errors import (
    FormatUnknown,
    LanguageUnknown,
    ReaderGone,
    ReportExpired,
    ReportNotReady,
    ReportUnknown,
    TooLongForPdf,
    TooManyReports,
)
from backend.reporting.filters import Filters
from backend.reporting.models import Format, ReportPiece, ReportProgress, ReportRun, ReportState
from backend.reporting.producing import Produced
from backend.reporting.report import Head, Inquiry, Line, Report
from backend.reporting.writers.pages import MOST

PIECE_BYTES: Final = 1024 * 1024
_AT_ONCE: Final = 3
_FAILURES: Final = (TooLongForPdf, NoChineseFont, ReaderGone)
_UNEXPECTED: Final = "The report could not be made; the administrator finds the reason in the server's log."
_SILENT: Final = timedelta(minutes=2)
Subject = tuple[str, UUID]


def format_of(text: str) -> Format:
    """Raises FormatUnknown."""
    try:
        return Format(text.lower())
    except ValueError:
        raise FormatUnknown(format=text, field="format") from None


def language_of(text: str) -> str:
    """Raises LanguageUnknown."""
    if text not in LOCALES:
        raise LanguageUnknown(language=text, field="language")
    return text


def fetchable(ctx: Context, run: ReportRun) -> bool:
    """Its file is here, and for this person."""
    kept = run.stored and run.state == ReportState.FINISHED
    return kept and run.started_by == ctx.actor.id and run.expires_at is not None and run.expires_at > ctx.now


def failure_words(code: str, locale: str) -> str:
    """What went wrong, said by its code."""
    text = next((error.text for error in _FAILURES if error.code == code), _UNEXPECTED)
    return translate(locale, text, limit=f"{MOST:,}")


async def start(
    ctx: Context, code: str, form: Format, filters: Filters, *, keep: timedelta | None, locale: str
) -> ReportRun:
    """`keep` is how long the file stays here; None for one that is written elsewhere.

    Raises ReportUnknown, FilterUnused, NotAllowed, TooManyReports, NoHead.
    """
    report = report_of(code)
    report.require_export(ctx)
    report.check(filters)
    under_way = await queries.under_way(ctx, ctx.actor.id)
    if keep is not None and under_way >= _AT_ONCE:
        raise TooManyReports(count=under_way)
    head = await heads.newest(ctx.session, ctx.actor.tenant_id)
    run = ReportRun(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        report=code,
        format=form.value,
        locale=locale,
        filters=filters.as_value(),
        stored=keep is not None,
        started_by=ctx.actor.id,
        started_at=ctx.now,
        head_size=head.size,
        head_root=head.root,
        head_at=head.signed_at,
        expires_at=None if keep is None else ctx.now + keep,
    )
    async with ctx.audit("report.start", _subject(run), reason=_asked(report, filters)):
        ctx.session.add(run)
    ctx.session.add(ReportProgress(id=run.id, tenant_id=run.tenant_id, total=head.size, at=ctx.now))
    if run.stored:
        await ctx.vault.create([run.id])
    return run


def inquiry_of(run: ReportRun) -> Inquiry:
    head = Head(run.head_size, run.head_root, run.head_at)
    return Inquiry(Filters.of_value(run.filters), head, run.started_at, run.locale)


async def preview(ctx: Context, code: str, filters: Filters, *, lines: int) -> tuple[Report, Inquiry, Sequence[Line]]:
    """The first lines, as the reader would get them. Looking is noted, with the filters and how much was seen."""
    report = report_of(code)
    report.require_view(ctx)
    report.check(filters)
    head = await heads.newest(ctx.session, ctx.actor.tenant_id)
    inquiry = Inquiry(filters, head, ctx.now, ctx.actor.locale)
    found: list[Line] = []
    place = None
    while len(found) < lines:
        page = await report.page(ctx, inquiry, place)
        found.extend(page.lines)
        place = page.following
        if place is None:
            break
    shown = found[:lines]
    action = "audit.view" if report.of_log else "report.preview"
    reason = f"{_asked(report, filters)} lines={len(shown)}"
    await ctx.trail.note(action, ("tenant", ctx.actor.tenant_id), reason=reason)
    return report, inquiry, shown


async def advance(ctx: Context, run_id: UUID, done: int, total: int) -> None:
    """No entry: how far a run is, is no fact about anybody."""
    beat = update(ReportProgress).where(col(ReportProgress.id) == run_id)
    await ctx.session.execute(beat.values(done=done, total=total, at=ctx.now))


async def begin_anew(ctx: Context, run_id: UUID) -> None:
    """What an earlier process left of the file is taken away."""
    await ctx.session.execute(delete(ReportPiece).where(col(ReportPiece.run_id) == run_id))


async def keep(ctx: Context, run_id: UUID, first: int, pieces: Sequence[bytes]) -> None:
    """Seal the next pieces of the file."""
    await ctx.vault.load([run_id])
    for number, body in enumerate(pieces, start=first):
        piece_id = _piece_id(run_id, number)
        sealed = ctx.vault.seal_document(run_id, piece_id, body)
        ctx.session.add(
            ReportPiece(id=piece_id, tenant_id=ctx.actor.tenant_id, run_id=run_id, number=number, body=sealed)
        )


async def finish(ctx: Context, run_id: UUID, made: Produced) -> ReportRun:
    """The entry says in its reason what a reader of the log asks first: format, lines, hash of the file."""
    run = await _running(ctx, run_id)
    report = report_of(run.report)
    action = "audit.export" if report.of_log else "report.finish"
    reason = f"{run.report}.{made.suffix} lines={made.lines} sha256={made.sha256}"
    async with ctx.audit(action, _subject(run), reason=reason):
        run.state, run.finished_at = ReportState.FINISHED, ctx.now
        run.lines, run.size, run.sha256 = made.lines, made.size, made.sha256
        run.file_name = f"{run.report}-{run.started_at:%Y%m%d-%H%M%S}.{made.suffix}"
    await ctx.session.execute(delete(ReportProgress).where(col(ReportProgress.id) == run_id))
    return run


async def fail(ctx: Context, run_id: UUID, code: str) -> None:
    run = await _running(ctx, run_id)
    async with ctx.audit("report.fail", _subject(run), reason=code):
        run.state, run.finished_at, run.failure = ReportState.FAILED, ctx.now, code
    await _forget(ctx, run)


async def hand_out(ctx: Context, run_id: UUID) -> ReportRun:
    """Only to whom it was made for: what it shows is what that person may see. Raises ReportNotReady, ReportExpired."""
    run = await queries.visible(ctx, run_id)
    if run.started_by != ctx.actor.id:
        raise ReportUnknown()
    report_of(run.report).require_export(ctx)
    if run.state == ReportState.EXPIRED or (run.expires_at is not None and run.expires_at <= ctx.now):
        raise ReportExpired(until=f"{run.expires_at:%Y-%m-%d}")
    if run.state != ReportState.FINISHED or not run.stored:
        raise ReportNotReady()
    await ctx.trail.note("report.download", _subject(run), reason=f"sha256={run.sha256}")
    return run


async def piece(ctx: Context, run_id: UUID, number: int) -> bytes | None:
    """None after the last; the caller was handed the report out."""
    found = await queries.piece(ctx, run_id, number)
    if found is None:
        return None
    await ctx.vault.load([run_id])
    return b"".join(ctx.vault.open_document(run_id, _piece_id(run_id, number), found.body))


async def expire(ctx: Context, limit: int) -> int:
    """Destroy key and file of reports whose time is over; what they were stays in the list and in the log."""
    ctx.require("expire", "report", Facts(tenant_id=ctx.actor.tenant_id))
    over = await queries.expiring(ctx, limit)
    for run in over:
        async with ctx.audit("report.expire", _subject(run)):
            run.state = ReportState.EXPIRED
        await _forget(ctx, run)
    return len(over)


async def take_over(ctx: Context) -> list[ReportRun]:
    """Runs whose process is gone; they count as heard of from now on."""
    lost = await queries.silent(ctx, ctx.now - _SILENT)
    for run in lost:
        await advance(ctx, run.id, 0, run.head_size)
    return list(lost)


async def _running(ctx: Context, run_id: UUID) -> ReportRun:
    run = await ctx.session.get(ReportRun, run_id, with_for_update=True)
    if run is None:
        raise ReportUnknown()
    if run.state != ReportState.RUNNING:
        raise ReportNotReady()
    return run


async def _forget(ctx: Context, run: ReportRun) -> None:
    await begin_anew(ctx, run.id)
    await ctx.session.execute(delete(ReportProgress).where(col(ReportProgress.id) == run.id))
    if run.stored:
        await destroy_keys(ctx.session, run.tenant_id, [run.id], ctx.now)


def _subject(run: ReportRun) -> Subject:
    return ("report", run.id)


def _piece_id(run_id: UUID, number: int) -> UUID:
    return uuid5(run_id, str(number))


def _asked(report: Report, filters: Filters) -> str:
    return f"{report.code} {filters.code()}".strip()
