"""Tasks across departments: the shelves, one task, notices, and what a new task is made of."""

from typing import Annotated, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, instant_place, page_size, place, read_instant_place
from backend.api.request import Info
from backend.api.staff import Agent, AgentKind
from backend.api.task_codes import TaskShelf
from backend.api.task_types import (
    Task,
    TaskDepartment,
    TaskFigures,
    TaskNotice,
    TaskTemplate,
    figures,
    shown,
)
from backend.casework.tasks import queries

_LISTED: Final = "tasks"


@strawberry.type
class TaskQuery:
    @resolved("Tasks of a shelf, open or over; what is due first comes first.", weight=5, sliced_by="first")
    async def tasks(
        self,
        info: Info,
        shelf: TaskShelf = TaskShelf.MINE,
        department: str | None = None,
        is_open: Annotated[bool, strawberry.argument(name="open")] = True,
        first: First = 20,
        after: After = None,
    ) -> Connection[Task]:
        listed, limit = f"{_LISTED} {shelf.value} {department or ''} {is_open}", page_size(first)
        at = place(info, listed, after)
        start = None if at is None else queries.After(*read_instant_place(at))

        async def page(ctx: Context) -> list[Task]:
            wanted = queries.Shelf(shelf.value)
            found = await queries.listed(
                ctx, wanted, department=department, is_open=is_open, after=start, limit=limit + 1
            )
            return await shown(ctx, found)

        rows = await info.context.read(page)
        more = instant_place(rows[limit - 1].due_at, rows[limit - 1].id) if len(rows) > limit else None
        return Connection.of(info, listed, rows[:limit], more)

    @resolved("A task that may be seen.", weight=3)
    async def task(self, info: Info, record_id: Id) -> Task:
        async def found(ctx: Context) -> Task:
            return (await shown(ctx, [await queries.task(ctx, record_id)]))[0]

        return await info.context.read(found)

    @resolved("Tasks about a customer, or about another record; the open ones first.", weight=3, size=10)
    async def tasks_about(self, info: Info, party_id: UUID | None = None, subject_id: UUID | None = None) -> list[Task]:
        async def found(ctx: Context) -> list[Task]:
            return await shown(ctx, await queries.about(ctx, party_id=party_id, subject_id=subject_id))

        return await info.context.read(found)

    @resolved("What the viewer is told of, the newest first.", weight=3, size=20)
    async def task_notices(self, info: Info, unread: bool = True) -> list[TaskNotice]:
        rows = await info.context.read(lambda ctx: queries.notices(ctx, unread=unread))
        return [TaskNotice(id=row.id, kind=row.kind, at=row.at, read_at=row.read_at, row=row) for row in rows]

    @resolved(weight=3)
    async def task_figures(self, info: Info) -> TaskFigures:
        return await figures(info)

    @resolved("Departments that tasks are set for.", weight=2, size=8)
    async def task_departments(self, info: Info) -> list[TaskDepartment]:
        async def found(ctx: Context) -> list[TaskDepartment]:
            under, served = queries.in_force(ctx), queries.in_force(ctx).served_by(ctx.actor.roles)
            return [
                TaskDepartment(code=code, words=each.wording.text(ctx.actor.locale), mine=code in served)
                for code, each in under.departments.items()
            ]

        return await info.context.read(found)

    @resolved("Tasks that come again and again.", weight=2, size=6)
    async def task_templates(self, info: Info) -> list[TaskTemplate]:
        async def found(ctx: Context) -> list[TaskTemplate]:
            locale = ctx.actor.locale
            return [
                TaskTemplate(
                    code=each.code,
                    words=each.text(locale),
                    department=each.department,
                    priority=each.priority,
                    points=[point.text(locale) for point in each.points],
                )
                for each in queries.in_force(ctx).templates
            ]

        return await info.context.read(found)

    @resolved("Colleagues by name, for whoever gives a task to one.", weight=2, size=50)
    async def task_colleagues(self, info: Info) -> list[Agent]:
        rows = await info.context.read(queries.at_work)
        return [Agent(id=row.id, kind=AgentKind.STAFF, name=row.display_name) for row in rows]
