"""What the schedule looks after: times about to end and ended, and products whose complaints rise."""

from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.complaints import queries, rules
from backend.complaints.models import Complaint
from backend.complaints.queries import OBJECT
from backend.complaints.rules import Spiked
from backend.complaints.service.loading import handling, step, tell


async def watch(ctx: Context, limit: int = 100) -> int:
    """How many were warned of or found late; call again while it answers `limit`."""
    _require_run(ctx)
    today = ctx.now.date()
    rows = await queries.ending(ctx, today + timedelta(days=handling(ctx).rules.warn_days), limit)
    for row in rows:
        await (_breach(ctx, row) if row.due_on < today else _warn(ctx, row))
    return len(rows)


async def _warn(ctx: Context, row: Complaint) -> None:
    async with ctx.audit("complaint.warn", (OBJECT, row.id), ruleset=row.ruleset):
        row.warned_at = ctx.now
        step(ctx, row, "warned")
    await tell(ctx, row, "due_soon", due_on=row.due_on.isoformat())


async def _breach(ctx: Context, row: Complaint) -> None:
    async with ctx.audit("complaint.breach", (OBJECT, row.id), ruleset=row.ruleset):
        row.warned_at, row.breached_at = row.warned_at or ctx.now, ctx.now
        step(ctx, row, "breached")
    await tell(ctx, row, "breached", due_on=row.due_on.isoformat())


async def look_for_spikes(ctx: Context) -> list[Spiked]:
    """Each is told as `complaint.spiked`, with the product's code; who acts on it hears of the same one once a day."""
    _require_run(ctx)
    rule, today = handling(ctx).rules.spike, ctx.now.date()
    since = today - timedelta(days=rule.days * (rule.before + 1))
    found = rules.spikes(rule, await queries.received_days(ctx, since), today)
    for each in found:
        subject = uuid5(NAMESPACE_OID, f"{ctx.actor.tenant_id}:{each.product_code}")
        payload = {"product": each.product_code, "recent": each.recent, "usual": str(each.usual)}
        await ctx.emit("complaint.spiked", subject, payload)
    return found


def _require_run(ctx: Context) -> None:
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
