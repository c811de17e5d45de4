"""A task is set: for oneself, a colleague or a department, about any record or about none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.casework.queries import queues
from backend.casework.tasks import queries, rules
from backend.casework.tasks.errors import DueInPast, TitleMissing
from backend.casework.tasks.models import Task, TaskPoint
from backend.casework.tasks.ruleset import Template
from backend.casework.tasks.service import people, telling
from backend.casework.tasks.service.loading import add_watchers, step, tell
from backend.core.ids import new_id
from backend.customers.service.loading import party_for

LONGEST_TITLE: Final = 200
URGENT: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskInput:
    """What is left out comes from the template: title, department, priority, period, points."""

    title: str | None = None
    details: str | None = None
    department: str | None = None
    assignee_id: UUID | None = None
    due_at: datetime | None = None
    priority: int | None = None
    template: str | None = None
    party_id: UUID | None = None
    subject_type: str | None = None
    subject_id: UUID | None = None
    points: Sequence[str] = field(default=())


async def create(ctx: Context, given: TaskInput) -> Task:
    """Raises TitleMissing, DepartmentUnknown, TemplateUnknown, DueInPast, PersonUnknown, PersonUnfit,
    DepartmentUnfit."""
    ctx.require("create", queries.OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    if given.party_id is not None:
        await party_for(ctx, given.party_id, "view")
    template = queries.in_force(ctx).template(given.template) if given.template else None
    row = await _row(ctx, given, template)
    told = await people.mentioned(ctx, row, given.details)
    if row.assignee_id is None:
        await people.require_department(ctx, row, row.department)
    else:
        await people.holder(ctx, row, row.assignee_id, "assignee_id")
    async with ctx.audit("task.create", (queries.OBJECT, row.id), reason=row.department):
        ctx.session.add(row)
        await ctx.session.flush()
        step(ctx, row, "created", mentions=told)
        for position, words in enumerate(_points(ctx, given, template)):
            ctx.session.add(_point(ctx, row, position, words))
        await add_watchers(ctx, row, [ctx.actor.id, *told] if ctx.actor.type == "staff" else told)
    telling.tell(ctx, row, "assigned", [row.assignee_id])
    telling.tell(ctx, row, "mentioned", told)
    await tell(ctx, row, "created")
    return row


async def _row(ctx: Context, given: TaskInput, template: Template | None) -> Task:
    """Under a key of its own where it is about nobody on record."""
    code = given.department or (template.department if template else "")
    department = queries.in_force(ctx).department(code)
    if given.due_at is not None and given.due_at <= ctx.now:
        raise DueInPast(field="due_at")
    within = None if template is None else template.due
    times = rules.deadlines(department, within, queues(ctx).calendar, ctx.now, given.due_at)
    row_id = new_id()
    key_id = given.party_id or row_id
    if given.party_id is None:
        await ctx.vault.create([key_id])
    await ctx.vault.load([key_id])
    details = (given.details or "").strip() or None
    return Task(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        party_id=given.party_id,
        key_id=key_id,
        title=ctx.vault.seal("task", "title", row_id, key_id, _title(ctx, given, template)),
        details=ctx.vault.seal_optional("task", "details", row_id, key_id, details),
        subject_type=given.subject_type,
        subject_id=given.subject_id,
        template=None if template is None else template.code,
        department=code,
        assignee_id=given.assignee_id,
        priority=_priority(given, template),
        created_by=ctx.actor.id,
        created_at=ctx.now,
        touched_at=ctx.now,
        due_at=times.due_at,
        escalate_at=times.escalate_at,
    )


def _title(ctx: Context, given: TaskInput, template: Template | None) -> str:
    title = (given.title or "").strip() or ("" if template is None else template.text(ctx.actor.locale))
    if not title or len(title) > LONGEST_TITLE:
        raise TitleMissing(field="title", most=LONGEST_TITLE)
    return title


def _priority(given: TaskInput, template: Template | None) -> int:
    usual = 0 if template is None else template.priority
    return max(0, min(URGENT, usual if given.priority is None else given.priority))


def _points(ctx: Context, given: TaskInput, template: Template | None) -> list[str]:
    ready = () if template is None else template.points
    return [each.text(ctx.actor.locale) for each in ready] + [each.strip() for each in given.points if each.strip()]


def _point(ctx: Context, row: Task, position: int, words: str) -> TaskPoint:
    point_id = new_id()
    sealed = ctx.vault.seal("task_point", "words", point_id, row.key_id, words)
    return TaskPoint(
        id=point_id, tenant_id=row.tenant_id, task_id=row.id, key_id=row.key_id, position=position, words=sealed
    )
