"""What may be done to a complaint now, by its state, its clock and the actor's rights; and what can be read of it."""

from typing import Final

from backend.access.context import Context
from backend.complaints import queries, stages
from backend.complaints.models import Complaint, LetterKind, State
from backend.complaints.service.answering import complainant_name
from backend.complaints.service.loading import clock_of, law
from backend.privacy.errors import DataKeyDestroyed

_BY_STATE: Final[dict[State, tuple[str, ...]]] = {
    State.RECEIVED: ("acknowledge", "investigate", "decide"),
    State.ACKNOWLEDGED: ("investigate", "decide"),
    State.INVESTIGATING: ("decide", "acknowledge"),
    State.RESOLVED: ("respond", "investigate"),
    State.FINAL_RESPONSE: ("close", "refer", "reopen"),
    State.REFERRED: ("close", "reopen"),
    State.CLOSED: ("refer", "reopen"),
    State.REOPENED: ("investigate", "decide"),
    State.WITHDRAWN: ("reopen",),
}


async def actions(ctx: Context, row: Complaint) -> tuple[str, ...]:
    """Verbs in the order in which a page offers them; empty for whoever may not handle it."""
    if not ctx.may("handle", queries.OBJECT, await queries.access(ctx, row)):
        return ()
    state = State(row.state)
    verbs = list(_BY_STATE[state])
    if state is State.RESOLVED:
        verbs = _answers(ctx, row)
    if row.acknowledged_at is not None and "acknowledge" in verbs:
        verbs.remove("acknowledge")
    verbs += _clock(ctx, row)
    if state in stages.OPEN:
        verbs += ["assign", "redress"]
    verbs += ["reclassify", "withdraw"] if state in stages.RUNNING else []
    return (*verbs, "note")


def _answers(ctx: Context, row: Complaint) -> list[str]:
    if row.response_kind == LetterKind.SUMMARY:
        return ["close", "respond", "investigate"]
    today = ctx.now.astimezone(law(ctx, row).calendar.zone).date()
    summary = row.summary_by is not None and not row.reopened and today <= row.summary_by
    return ["summarise", "respond", "investigate"] if summary else ["respond", "investigate"]


def _clock(ctx: Context, row: Complaint) -> list[str]:
    if row.state not in stages.RUNNING:
        return []
    if row.paused_on is not None:
        return ["resume"]
    if ctx.now.date() > row.due_on:
        return []
    verbs = []
    if clock_of(ctx, row).extended is not None and row.extended_at is None and not row.reopened:
        verbs.append("extend")
    return [*verbs, "pause"] if law(ctx, row).pauses else verbs


async def read(ctx: Context, row: Complaint, column: str) -> str | None:
    """A sealed field in clear, noted as read; None where there is none, or its key was destroyed."""
    value: bytes | None = getattr(row, column)
    if value is None:
        return None
    await ctx.vault.load([row.owner_id])
    try:
        text = ctx.vault.open("complaint", column, row.id, row.owner_id, value)
    except DataKeyDestroyed:
        return None
    saw(ctx, row, f"complaint_{column}")
    return text


async def complainant(ctx: Context, row: Complaint) -> str | None:
    """Who complains, where nobody on record does; a customer's name is read from the customer's record."""
    if row.party_id is not None:
        return None
    await ctx.vault.load([row.owner_id])
    try:
        name = await complainant_name(ctx, row)
    except DataKeyDestroyed:
        return None
    saw(ctx, row, "complaint_complainant")
    return name


def saw(ctx: Context, row: Complaint, field: str) -> None:
    subject = (queries.OBJECT, row.id) if row.party_id is None else ("party", row.party_id)
    ctx.saw(subject, field)
