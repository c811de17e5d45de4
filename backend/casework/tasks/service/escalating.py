"""Late tasks are told to whoever leads the department, and become more urgent; they stay where they are."""

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.casework.queries import queues
from backend.casework.rules import add_office_time
from backend.casework.tasks import queries
from backend.casework.tasks.models import Task
from backend.casework.tasks.queries import OBJECT, ages
from backend.casework.tasks.service import people, telling
from backend.casework.tasks.service.loading import step, tell
from backend.casework.tasks.service.setting import URGENT


async def escalate_due(ctx: Context, limit: int = 100) -> int:
    """For the schedule: how many were escalated; call again while it answers `limit`."""
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    rows = await ages.late(ctx, limit)
    for row in rows:
        await _escalate(ctx, row)
    return len(rows)


async def _escalate(ctx: Context, row: Task) -> None:
    """Again after the same period while it goes on being late. A department that is gone has nobody to be told."""
    department = queries.in_force(ctx).departments.get(row.department)
    async with ctx.audit("task.escalate", (OBJECT, row.id), reason="overdue"):
        row.escalation_level += 1
        row.priority = min(URGENT, row.priority + 1)
        later = None if department is None else department.escalate_after
        row.escalate_at = None if later is None else add_office_time(ctx.now, later, queues(ctx).calendar)
        step(ctx, row, "escalated")
    leaders = [] if department is None else await people.leaders(ctx, department.lead)
    telling.tell(ctx, row, "escalated", [*await telling.concerned(ctx, row), *leaders])
    await tell(ctx, row, "escalated")
