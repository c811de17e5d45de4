"""Requests of data subjects against the clock of their law: what was asked, by when, and how it ended."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlmodel import select

from backend.access.context import Context
from backend.reporting.customers import CUSTOMER, named
from backend.reporting.people import instant, names_of
from backend.reporting.records import STAND, among, during, page
from backend.reporting.report import Column, Inquiry, Line, Page, Report
from backend.rights.models import PrivacyRequest

_COLUMNS: Final = (
    Column("number", "Number", "Number of the request.", 16),
    Column("kind", "Kind", "Access, correction, restriction, portability, objection or erasure.", 14),
    Column("received_at", "Received at (UTC)", "The clock of the law starts with this day.", 28),
    Column("due_on", "Due on", "The last day by the law, extensions included.", 12),
    Column("closed_at", "Closed at (UTC)", "When it was answered or came to an end.", 28),
    Column("timely", "In time", "In time, late, open, or overdue: open beyond its day.", 10),
    Column("state", "State", "Where it stands.", 16),
    Column("outcome", "Outcome", "How it ended, or the ground of a refusal, by its code.", 18),
    Column("extended", "Extended", "The reason for which the law's clock was extended.", 16, printed=False),
    Column("deferred_until", "Put off until", "The day until which something keeps the data.", 12, printed=False),
    Column("channel", "Channel", "How it came in.", 10, printed=False),
    Column("jurisdiction", "Jurisdiction", "Whose law sets the clock.", 8, printed=False),
    Column("identified", "Identified by", "How the person was identified.", 18, printed=False),
    Column("received_by", "Received by", "Who took it in.", 18, printed=False),
    Column("closed_by", "Closed by", "Who ended it.", 18),
    Column("package", "Package", "SHA-256 of the package that was handed out.", 66, printed=False),
    Column("ruleset", "Rule-set", "SHA-256 of the rule-set of the request.", 66, printed=False),
    Column("request", "Request: id", "Id of the request.", 38, printed=False),
)


async def _page(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
    filters = inquiry.filters
    conditions = [*during(PrivacyRequest.received_at, filters), *among(PrivacyRequest.party_id, filters.subjects)]
    return await page(ctx, inquiry, place, PrivacyRequest, select(PrivacyRequest).where(*conditions), _described)


async def _described(ctx: Context, inquiry: Inquiry, rows: Sequence[Any]) -> Sequence[Line]:
    found: list[PrivacyRequest] = [row[0] for row in rows]
    who = await named(ctx, [row.party_id for row in found], inquiry)
    people = await names_of(ctx, [person for row in found for person in (row.received_by, row.closed_by)])
    return [
        {
            **who[row.party_id].line(row.party_id),
            "number": row.number,
            "kind": row.kind,
            "received_at": instant(row.received_at),
            "due_on": row.due_on.isoformat(),
            "closed_at": instant(row.closed_at),
            "timely": inquiry.say(
                timely(row.due_on, None if row.closed_at is None else row.closed_at.date(), inquiry.at.date())
            ),
            "state": row.state,
            "outcome": row.outcome,
            "extended": row.extension_reason,
            "deferred_until": None if row.deferred_until is None else row.deferred_until.isoformat(),
            "channel": row.channel,
            "jurisdiction": row.jurisdiction,
            "identified": row.identity_method,
            "received_by": people.get(row.received_by),
            "closed_by": None if row.closed_by is None else people.get(row.closed_by),
            "package": None if row.package_sha256 is None else row.package_sha256.hex(),
            "ruleset": row.ruleset,
            "request": str(row.id),
        }
        for row in found
    ]


def timely(due: date, closed: date | None, today: date) -> str:
    """A request that ends on its last day is in time."""
    if closed is not None:
        return "in time" if closed <= due else "late"
    return "open" if today <= due else "overdue"


PRIVACY_REQUESTS: Final = Report(
    code="privacy-requests",
    title="Requests of data subjects",
    about="What people asked about their data in a period, and whether it was answered in the time of the law.",
    right=("view", "privacy_request"),
    export=(("view", "privacy_request"), ("export", "report")),
    columns=(*STAND, *CUSTOMER, *_COLUMNS),
    page=_page,
    filters=frozenset({"since", "until", "subjects"}),
    notes=(
        "The period is that of the receipt. The log entry of a line is the last that changed the request. What people"
        " wrote in their own words is not in this report.",
    ),
)
