"""Complaints against the clock of their law: from where, about what, how they ended, what was paid."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlmodel import select

from backend.access.context import Context
from backend.complaints import queries
from backend.complaints.models import Complaint, ComplaintRedress, RedressState
from backend.reporting.people import instant, names_of
from backend.reporting.privacy_requests import timely
from backend.reporting.records import STAND, during, page
from backend.reporting.report import Column, Inquiry, Line, Page, Report

_COLUMNS: Final = (
    Column("number", "Number", "Number of the complaint.", 16),
    Column("received_on", "Received on", "The clock of the law starts with this day.", 12),
    Column("category", "Category", "What it is about, by its code.", 18),
    Column("product", "Product", "Code of the product.", 14),
    Column("channel", "Channel", "How it came in.", 10),
    Column("state", "State", "Where it stands.", 16),
    Column("due_on", "Due on", "The last day by the law, extensions and pauses included.", 12),
    Column("answered_at", "Answered at (UTC)", "When a summary or the final response went out.", 28),
    Column("timely", "In time", "In time, late, open, or overdue: open beyond its day.", 10),
    Column("answer", "Answer", "Summary or final response.", 14),
    Column("outcome", "Outcome", "Upheld, in part, or not.", 14),
    Column("cause", "Root cause", "By its code.", 16),
    Column("redress", "Redress", "What was approved or paid, exactly, by currency.", 18),
    Column("referred_at", "Ombudsman (UTC)", "When it went there.", 28, printed=False),
    Column("closed_at", "Closed at (UTC)", "When it came to an end.", 28, printed=False),
    Column("reopened", "Opened again", "How often.", 6, printed=False),
    Column("vulnerable", "Vulnerable", "Whether the person may need more time or help.", 6, printed=False),
    Column("jurisdiction", "Jurisdiction", "Whose law sets the clock.", 8, printed=False),
    Column("clock", "Clock", "Which clock of that law.", 12, printed=False),
    Column("handler", "Handled by", "Who handles it.", 18, printed=False),
    Column("ruleset", "Rule-set", "SHA-256 of the rule-set with the clock.", 66, printed=False),
    Column("complaint", "Complaint: id", "Id of the complaint.", 38, printed=False),
)


async def _page(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
    wanted = select(Complaint).where(*during(Complaint.recorded_at, inquiry.filters))
    return await page(ctx, inquiry, place, Complaint, wanted, _described)


async def _described(ctx: Context, inquiry: Inquiry, rows: Sequence[Any]) -> Sequence[Line]:
    found: list[Complaint] = [row[0] for row in rows]
    given = await queries.redress(ctx, [row.id for row in found])
    people = await names_of(ctx, [row.handler_id for row in found])
    return [_line(row, inquiry, given, people) for row in found]


def _line(
    row: Complaint,
    inquiry: Inquiry,
    given: Mapping[UUID, Sequence[ComplaintRedress]],
    people: Mapping[UUID, str],
) -> Line:
    answered = None if row.response_at is None else row.response_at.date()
    ended = answered or (None if row.closed_at is None else row.closed_at.date())
    return {
        "number": row.number,
        "received_on": row.received_on.isoformat(),
        "category": row.category,
        "product": row.product_code,
        "channel": row.channel,
        "state": row.state,
        "due_on": row.due_on.isoformat(),
        "answered_at": instant(row.response_at),
        "timely": inquiry.say(timely(row.due_on, ended, inquiry.at.date())),
        "answer": row.response_kind,
        "outcome": row.outcome,
        "cause": row.cause,
        "redress": _sums(given.get(row.id, ())),
        "referred_at": instant(row.referred_at),
        "closed_at": instant(row.closed_at),
        "reopened": row.reopened,
        "vulnerable": int(bool(row.vulnerable)),
        "jurisdiction": row.jurisdiction,
        "clock": row.clock,
        "handler": None if row.handler_id is None else people.get(row.handler_id),
        "ruleset": row.ruleset,
        "complaint": str(row.id),
    }


def _sums(given: Sequence[ComplaintRedress]) -> str | None:
    sums: dict[str, Decimal] = {}
    for each in given:
        if each.state in {RedressState.APPROVED, RedressState.PAID}:
            sums[each.currency] = sums.get(each.currency, Decimal()) + each.amount
    return ", ".join(f"{amount.normalize():f} {currency}" for currency, amount in sorted(sums.items())) or None


COMPLAINTS: Final = Report(
    code="complaints",
    title="Complaints",
    about="Which complaints came in during a period, how and by when they were answered, and what was paid.",
    right=("statistics", "complaint"),
    export=(("statistics", "complaint"), ("export", "report")),
    columns=(*STAND, *_COLUMNS),
    page=_page,
    filters=frozenset({"since", "until"}),
    notes=(
        "The period is that of the entry. Names, and what people wrote in their own words, are not in this report.",
    ),
)
