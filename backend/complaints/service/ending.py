"""How a complaint ends, goes to the ombudsman, comes back, or is taken back."""

from uuid import UUID

from backend.access.context import Context
from backend.complaints import queries, rules
from backend.complaints.errors import RedressOpen, StateForbids
from backend.complaints.models import Complaint, RedressState, State
from backend.complaints.queries import OBJECT
from backend.complaints.service.loading import clock_of, complaint_for, law, move, step, tell

_OWED = frozenset({RedressState.PROPOSED, RedressState.APPROVED})


async def close(ctx: Context, complaint_id: UUID) -> Complaint:
    """Only after an answer, and after whatever was promised is paid."""
    row = await complaint_for(ctx, complaint_id, "handle")
    target = rules.reached(row.state, State.CLOSED)
    if row.response_at is None:
        raise StateForbids(state=row.state)
    if any(each.state in _OWED for each in (await queries.redress(ctx, [row.id])).get(row.id, [])):
        raise RedressOpen()
    async with ctx.audit("complaint.close", (OBJECT, row.id), reason=row.outcome):
        row.state, row.closed_at, row.paused_on = target, ctx.now, None
        step(ctx, row, "closed")
    await tell(ctx, row, "closed", outcome=row.outcome, cause=row.cause)
    return row


async def refer(ctx: Context, complaint_id: UUID, reference: str | None = None) -> Complaint:
    """The ombudsman, or whoever decides there, has taken it up; `reference` is theirs."""
    row = await complaint_for(ctx, complaint_id, "handle")
    async with ctx.audit("complaint.refer", (OBJECT, row.id)):
        move(row, State.REFERRED)
        row.referred_at, row.closed_at = ctx.now, None
        step(ctx, row, "referred", words=(reference or "").strip() or None)
    await tell(ctx, row, "referred")
    return row


async def reopen(ctx: Context, complaint_id: UUID, words: str) -> Complaint:
    """The clock begins anew on this day; what was decided before stays on its course."""
    row = await complaint_for(ctx, complaint_id, "handle")
    under = law(ctx, row)
    last = rules.deadlines(clock_of(ctx, row), ctx.now.date(), under.calendar)
    async with ctx.audit("complaint.reopen", (OBJECT, row.id), ruleset=row.ruleset):
        move(row, State.REOPENED)
        row.reopened += 1
        row.due_on, row.summary_by = last.due_on, None
        row.response_at = row.response_kind = row.closed_at = row.extended_at = row.paused_on = None
        row.outcome = row.cause = row.decided_by = row.decided_at = None
        row.warned_at = row.breached_at = None
        step(ctx, row, "reopened", words=words.strip() or None)
    await tell(ctx, row, "reopened")
    return row


async def withdraw(ctx: Context, complaint_id: UUID, words: str) -> Complaint:
    """At the wish of whoever complained, in their words."""
    row = await complaint_for(ctx, complaint_id, "handle")
    async with ctx.audit("complaint.withdraw", (OBJECT, row.id)):
        move(row, State.WITHDRAWN)
        row.closed_at, row.paused_on = ctx.now, None
        step(ctx, row, "withdrawn", words=words.strip() or None)
    await tell(ctx, row, "withdrawn")
    return row
