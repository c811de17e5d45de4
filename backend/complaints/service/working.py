"""Who handles a complaint, what is found, and how its clock is stopped, extended and started again."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from backend.access import queries as directory
from backend.access.context import Context
from backend.complaints import rules, stages
from backend.complaints.errors import (
    ExtensionNotAllowed,
    FindingMissing,
    HandlerInvolved,
    HandlerUnfit,
    NoteMissing,
    PauseNotAllowed,
)
from backend.complaints.models import Complaint, Outcome, State
from backend.complaints.queries import OBJECT
from backend.complaints.ruleset import known
from backend.complaints.service.loading import clock_of, complaint_for, handling, law, move, step, tell
from backend.complaints.service.receiving import checked_staff

_WORKED = frozenset({State.RECEIVED, State.ACKNOWLEDGED, State.INVESTIGATING, State.REOPENED})


async def assign(ctx: Context, complaint_id: UUID, handler_id: UUID) -> Complaint:
    """To oneself or to a colleague who may handle complaints and is not complained of."""
    row = await complaint_for(ctx, complaint_id, "handle")
    rules.standing(row.state, stages.OPEN)
    if rules.involved(row.staff, handler_id):
        raise HandlerInvolved()
    if not await _may_handle(ctx, handler_id):
        raise HandlerUnfit(field="handler_id")
    async with ctx.audit("complaint.assign", (OBJECT, row.id)):
        row.handler_id = handler_id
        step(ctx, row, "assigned", str(handler_id))
    await tell(ctx, row, "assigned")
    return row


async def _may_handle(ctx: Context, handler_id: UUID) -> bool:
    granted = await directory.roles_of(ctx.session, handler_id, ctx.now)
    colleague = replace(ctx.actor, id=handler_id, type="staff", roles=granted)
    return bool(ctx.policy.scopes(colleague, "handle", OBJECT))


async def investigate(ctx: Context, complaint_id: UUID) -> Complaint:
    """Whoever begins handles it from here on, unless somebody does already; one that was decided is decided anew."""
    row = await complaint_for(ctx, complaint_id, "handle")
    async with ctx.audit("complaint.investigate", (OBJECT, row.id)):
        move(row, State.INVESTIGATING)
        row.handler_id = row.handler_id or ctx.actor.id
        row.outcome = row.cause = row.decided_by = row.decided_at = None
        step(ctx, row, "investigating")
    await tell(ctx, row, "investigating")
    return row


async def note(ctx: Context, complaint_id: UUID, words: str) -> Complaint:
    row = await complaint_for(ctx, complaint_id, "handle")
    if not words.strip():
        raise NoteMissing(field="words")
    async with ctx.audit("complaint.note", (OBJECT, row.id)):
        step(ctx, row, "note", words=words.strip())
    return row


async def reclassify(
    ctx: Context,
    complaint_id: UUID,
    *,
    category: str,
    product_code: str | None,
    staff: Collection[UUID],
    vulnerable: bool,
) -> Complaint:
    """Under other words or about other colleagues; the law's clock stays that of the day of receipt."""
    row = await complaint_for(ctx, complaint_id, "handle")
    rules.standing(row.state, stages.RUNNING)
    known(category, handling(ctx).rules.categories, "category")
    named = await checked_staff(ctx, staff)
    async with ctx.audit("complaint.reclassify", (OBJECT, row.id), reason=category):
        row.category, row.product_code, row.vulnerable, row.staff = category, product_code, vulnerable, named
        if row.handler_id is not None and rules.involved(named, row.handler_id):
            row.handler_id = None
        step(ctx, row, "reclassified", category)
    await tell(ctx, row, "reclassified")
    return row


async def extend(ctx: Context, complaint_id: UUID, reason: str) -> Complaint:
    """Once, before the time has run out, for a reason that the law knows."""
    row = await complaint_for(ctx, complaint_id, "handle")
    rules.standing(row.state, stages.RUNNING)
    clock = clock_of(ctx, row)
    longer = rules.extended(clock, row.received_on, law(ctx, row).calendar)
    if longer is None or row.reopened or row.extended_at is not None or ctx.now.date() > row.due_on or row.paused_on:
        raise ExtensionNotAllowed()
    known(reason, clock.extension_reasons, "reason")
    async with ctx.audit("complaint.extend", (OBJECT, row.id), reason=reason, ruleset=row.ruleset):
        row.due_on, row.extended_at, row.warned_at = max(longer, row.due_on), ctx.now, None
        step(ctx, row, "extended", reason)
    await tell(ctx, row, "extended")
    return row


async def pause(ctx: Context, complaint_id: UUID, reason: str) -> Complaint:
    """Only for what the law of the place lets stop the clock."""
    row = await complaint_for(ctx, complaint_id, "handle")
    rules.standing(row.state, stages.RUNNING)
    under = law(ctx, row)
    if not under.pauses or row.paused_on is not None or ctx.now.date() > row.due_on:
        raise PauseNotAllowed()
    known(reason, under.pauses, "reason")
    async with ctx.audit("complaint.pause", (OBJECT, row.id), reason=reason, ruleset=row.ruleset):
        row.paused_on = ctx.now.date()
        step(ctx, row, "paused", reason)
    await tell(ctx, row, "paused")
    return row


async def resume(ctx: Context, complaint_id: UUID) -> Complaint:
    """What was left when the clock stopped is left now."""
    row = await complaint_for(ctx, complaint_id, "handle")
    if row.paused_on is None:
        raise PauseNotAllowed()
    under = law(ctx, row)
    due_on = rules.resumed(under.named(row.clock), row.due_on, row.paused_on, ctx.now.date(), under.calendar)
    async with ctx.audit("complaint.resume", (OBJECT, row.id), ruleset=row.ruleset):
        row.due_on, row.paused_on, row.warned_at = due_on, None, None
        step(ctx, row, "resumed")
    await tell(ctx, row, "resumed")
    return row


async def decide(ctx: Context, complaint_id: UUID, outcome: Outcome, cause: str, finding: str) -> Complaint:
    """Upheld or not, by what cause, and what was found; the answer is still owed."""
    row = await complaint_for(ctx, complaint_id, "handle")
    rules.standing(row.state, _WORKED)
    known(cause, handling(ctx).rules.causes, "cause")
    if not finding.strip():
        raise FindingMissing(field="finding")
    async with ctx.audit("complaint.decide", (OBJECT, row.id), reason=outcome.value, ruleset=handling(ctx).sha256):
        move(row, State.RESOLVED)
        row.outcome, row.cause, row.decided_by, row.decided_at = outcome, cause, ctx.actor.id, ctx.now
        row.handler_id = row.handler_id or ctx.actor.id
        row.finding = ctx.vault.seal("complaint", "finding", row.id, row.owner_id, finding.strip())
        step(ctx, row, "decided", outcome)
    await tell(ctx, row, "decided", outcome=outcome.value, cause=cause)
    return row
