"""The clocks of reviews: late ones are escalated and then restrict what may be sold; waiting ones are reminded of."""

from backend.access.context import Context
from backend.casework import queries as work
from backend.casework import service as casework
from backend.reviews import rules
from backend.reviews.models import Review
from backend.reviews.queries import reviews
from backend.reviews.service.ending import restrict
from backend.reviews.service.noting import in_force, require_run, tell
from backend.reviews.service.work import subject


async def watch(ctx: Context, limit: int) -> int:
    """For the schedule: for how many reviews the clock said something; call again while it does."""
    require_run(ctx)
    late = await reviews.late(ctx, in_force(ctx).rules, limit)
    for row in late:
        await _act(ctx, row)
    return len(late) + await _remind(ctx, limit)


async def _act(ctx: Context, row: Review) -> None:
    loaded = in_force(ctx)
    said = rules.clock(loaded.rules, row.level, row.due_at, ctx.now)
    if said.escalate and row.escalated_at is None:
        async with ctx.audit("review.escalate", subject(row), reason="overdue", ruleset=loaded.sha256):
            row.escalated_at = ctx.now
        item = await work.open_of(ctx, row.id)
        if item is not None and item.escalation_level == 0:
            await casework.escalate(ctx, item.id)
        await tell(ctx, row, "overdue")
    measure = loaded.rules.level(row.level).measure
    if said.restrict and row.restricted_at is None and measure is not None:
        async with ctx.audit("review.restrict", subject(row), reason="overdue", ruleset=loaded.sha256):
            row.restricted_at = ctx.now
        await restrict(ctx, row, "overdue", measure)


async def _remind(ctx: Context, limit: int) -> int:
    loaded = in_force(ctx)
    waiting = await reviews.to_remind(ctx, loaded.rules, limit)
    for row in waiting:
        due = row.information_due_at
        async with ctx.audit("review.remind", subject(row), ruleset=loaded.sha256):
            row.reminders = row.reminders if due is None else rules.reminders_due(loaded.rules, due, ctx.now)
        await tell(ctx, row, "reminded")
    return len(waiting)
