"""Emergency access: who took which rights, why, for how long, and what the review found."""

from collections.abc import Sequence
from typing import Any, Final

from sqlmodel import select

from backend.access.context import Context
from backend.access.proof_models import EmergencyAccess
from backend.reporting.people import instant, names_of
from backend.reporting.records import STAND, among, during, page
from backend.reporting.report import Column, Inquiry, Line, Page, Report

_COLUMNS: Final = (
    Column("opened_at", "Taken at (UTC)", "When the rights were taken.", 28),
    Column("person", "Person", "Who took them.", 22),
    Column("role", "Role", "The role that was taken.", 20),
    Column("reason", "Reason", "The reason by its code.", 22),
    Column("ticket", "Ticket", "Number of the case it was for.", 16),
    Column("until", "Until (UTC)", "When the rights were to end.", 28, printed=False),
    Column("ended_at", "Ended at (UTC)", "When they ended.", 28),
    Column("state", "State", "What became of it.", 14),
    Column("reviewed_by", "Reviewed by", "Who judged it afterwards.", 22),
    Column("reviewed_at", "Reviewed at (UTC)", "When it was judged.", 28, printed=False),
)


async def _page(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
    filters = inquiry.filters
    conditions = [*during(EmergencyAccess.opened_at, filters), *among(EmergencyAccess.user_id, filters.actors)]
    return await page(ctx, inquiry, place, EmergencyAccess, select(EmergencyAccess).where(*conditions), _described)


async def _described(ctx: Context, inquiry: Inquiry, rows: Sequence[Any]) -> Sequence[Line]:
    found = [row[0] for row in rows]
    people = await names_of(ctx, [person for row in found for person in (row.user_id, row.reviewed_by)])
    return [
        {
            "opened_at": instant(row.opened_at),
            "person": people.get(row.user_id),
            "role": row.role,
            "reason": row.reason,
            "ticket": row.ticket,
            "until": instant(row.until),
            "ended_at": instant(row.ended_at),
            "state": row.state,
            "reviewed_by": people.get(row.reviewed_by),
            "reviewed_at": instant(row.reviewed_at),
        }
        for row in found
    ]


EMERGENCIES: Final = Report(
    code="emergency-access",
    title="Emergency access",
    about="Who took emergency access in a period, why, for how long, and what the review found.",
    right=("view", "emergency_access"),
    export=(("view", "emergency_access"), ("export", "report")),
    columns=(*STAND, *_COLUMNS),
    page=_page,
    filters=frozenset({"since", "until", "actors"}),
    notes=("The log entry of a line is the last that changed the record; its reasons in words are not in a report.",),
)
