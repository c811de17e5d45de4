"""Reviews of customers against their clocks: ended in time, ended late, still open, and open beyond their time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlmodel import select

from backend.access.context import Context
from backend.reporting.customers import CUSTOMER, named
from backend.reporting.people import instant, names_of
from backend.reporting.records import STAND, among, during, page
from backend.reporting.report import Column, Inquiry, Line, Page, Report
from backend.reviews.models import Review, ReviewState

_COLUMNS: Final = (
    Column("opened_at", "Opened at (UTC)", "When the review was opened.", 28),
    Column("due_at", "Due at (UTC)", "The earliest that its reasons allow.", 28),
    Column("ended_at", "Ended at (UTC)", "When it was decided.", 28),
    Column("timely", "In time", "In time, late, open, or overdue: open beyond its time.", 10),
    Column("days", "Days", "Whole days from its time to its end, or to now; negative when early.", 7),
    Column("level", "Level", "The customer's risk level in the review.", 12),
    Column("depth", "Depth", "Simplified, standard or enhanced.", 12, printed=False),
    Column("cause", "Cause", "What first asked for it.", 16),
    Column("outcome", "Decision", "How it ended.", 14),
    Column("decided_by", "Decided by", "Who decided, or signed as second person.", 18, printed=False),
    Column("automatic", "By rule", "Whether the rule-set alone ended it.", 8, printed=False),
    Column("ruleset", "Rule-set", "SHA-256 of the rule-set of the review.", 66, printed=False),
    Column("review", "Review: id", "Id of the review.", 38, printed=False),
)


async def _page(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
    filters = inquiry.filters
    conditions = [*during(Review.due_at, filters), *among(Review.party_id, filters.subjects)]
    wanted = select(Review).where(Review.state != ReviewState.CANCELLED, *conditions)
    return await page(ctx, inquiry, place, Review, wanted, _described)


async def _described(ctx: Context, inquiry: Inquiry, rows: Sequence[Any]) -> Sequence[Line]:
    found = [row[0] for row in rows]
    who = await named(ctx, [row.party_id for row in found], inquiry)
    people = await names_of(ctx, [row.decided_by for row in found])
    return [
        {
            **who[row.party_id].line(row.party_id),
            "opened_at": instant(row.opened_at),
            "due_at": instant(row.due_at),
            "ended_at": instant(row.decided_at),
            "timely": inquiry.say(timely(row.due_at, row.decided_at, inquiry.at)),
            "days": ((row.decided_at or inquiry.at) - row.due_at).days,
            "level": row.level,
            "depth": row.depth,
            "cause": row.cause,
            "outcome": row.outcome,
            "decided_by": people.get(row.decided_by),
            "automatic": inquiry.say("yes") if row.automatic else inquiry.say("no"),
            "ruleset": row.ruleset,
            "review": str(row.id),
        }
        for row in found
    ]


def timely(due: datetime, ended: datetime | None, now: datetime) -> str:
    """A review that ends on the instant is in time."""
    if ended is not None:
        return "in time" if ended <= due else "late"
    return "open" if now <= due else "overdue"


REVIEW_TIMES: Final = Report(
    code="review-times",
    title="Reviews in time",
    about="Which reviews of customers fell due in a period, and whether they were ended in time.",
    right=("view_portfolio", "review"),
    export=(("view_portfolio", "review"), ("export", "report")),
    columns=(*STAND, *CUSTOMER, *_COLUMNS),
    page=_page,
    filters=frozenset({"since", "until", "subjects"}),
    notes=(
        "The period is that of the due time. Cancelled reviews are left out. The log entry of a line is the last that"
        " changed the review.",
    ),
)
