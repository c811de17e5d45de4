"""Consents given, withdrawn and expired: for what, over which channel, under which text, with which evidence."""

from collections.abc import Sequence
from typing import Any, Final

from sqlmodel import select

from backend.access.context import Context
from backend.consent.models import ConsentEvent
from backend.reporting.customers import CUSTOMER, named
from backend.reporting.people import instant, names_of
from backend.reporting.records import STAND, among, during, page
from backend.reporting.report import Column, Inquiry, Line, Page, Report

_COLUMNS: Final = (
    Column("effective_at", "In force from (UTC)", "From when the act counts.", 28),
    Column("purpose", "Purpose", "Code of the purpose.", 18),
    Column("channel", "Channel", "The channel it holds for.", 10),
    Column("act", "Act", "Given, withdrawn or expired.", 10),
    Column("text_version", "Text", "Version of the text that was read.", 6),
    Column("text_locale", "Language", "Language of that text.", 8, printed=False),
    Column("evidence", "Evidence", "What shows the act, by its code.", 18),
    Column("document", "Document: id", "Id of the document that shows it.", 38, printed=False),
    Column("expires_on", "Last day", "The last day of a consent; none for one without end.", 12),
    Column("recorded_by", "Recorded by", "Who recorded it.", 18),
    Column("recorded_at", "Recorded at (UTC)", "When it was recorded.", 28, printed=False),
    Column("ruleset", "Rule-set", "SHA-256 of the rule-set with purpose and text.", 66, printed=False),
    Column("consent", "Consent: id", "Id of the act.", 38, printed=False),
)


async def _page(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
    filters = inquiry.filters
    conditions = [
        *during(ConsentEvent.effective_at, filters),
        *among(ConsentEvent.party_id, filters.subjects),
        *among(ConsentEvent.recorded_by, filters.actors),
    ]
    return await page(ctx, inquiry, place, ConsentEvent, select(ConsentEvent).where(*conditions), _described)


async def _described(ctx: Context, inquiry: Inquiry, rows: Sequence[Any]) -> Sequence[Line]:
    found: list[ConsentEvent] = [row[0] for row in rows]
    who = await named(ctx, [row.party_id for row in found], inquiry)
    people = await names_of(ctx, [row.recorded_by for row in found])
    return [
        {
            **who[row.party_id].line(row.party_id),
            "effective_at": instant(row.effective_at),
            "purpose": row.purpose,
            "channel": row.channel,
            "act": row.act,
            "text_version": row.text_version,
            "text_locale": row.text_locale,
            "evidence": row.evidence,
            "document": None if row.document_id is None else str(row.document_id),
            "expires_on": None if row.expires_on is None else row.expires_on.isoformat(),
            "recorded_by": people.get(row.recorded_by),
            "recorded_at": instant(row.recorded_at),
            "ruleset": row.ruleset,
            "consent": str(row.id),
        }
        for row in found
    ]


CONSENTS: Final = Report(
    code="consents",
    title="Consents",
    about="Which consents were given, withdrawn or ran out in a period, and what shows it.",
    right=("view", "consent"),
    export=(("view", "consent"), ("export", "report")),
    columns=(*STAND, *CUSTOMER, *_COLUMNS),
    page=_page,
    filters=frozenset({"since", "until", "subjects", "actors"}),
    notes=("The history is only added to: of the acts on one purpose and channel the newest counts.",),
)
