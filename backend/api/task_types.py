"""A task as the contract shows it, with its course and checklist, and what each colleague is told of."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.request import Info
from backend.api.staff import Agent, AgentKind, agent, fetch_agents
from backend.api.task_codes import TaskState
from backend.casework.tasks import models, queries, service, states

_STRANGER: Final = Agent(id=UUID(int=0), kind=AgentKind.OTHER, name=None)


@strawberry.type(description="A department of the rule-set in the reader's language; `mine`: the viewer serves it.")
class TaskDepartment:
    code: str
    words: str
    mine: bool


@strawberry.type(description="A task that comes again and again, with its checklist.")
class TaskTemplate:
    code: str
    words: str
    department: str
    priority: int
    points: list[str] = strawberry.field(directives=[Cost(weight=0, size=5)])


@strawberry.type(description="One point of a checklist.")
class TaskPoint:
    id: UUID
    words: str | None
    done_at: datetime | None
    row: strawberry.Private[models.TaskPoint]

    @strawberry.field
    def done_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.done_by)


@strawberry.type(description="One line of a task's course, the oldest first; `toWords` is a department or a day.")
class TaskStep:
    kind: str
    at: datetime
    words: str | None
    to_words: str | None
    row: strawberry.Private[models.TaskStep]

    @strawberry.field
    def by(self, info: Info) -> Agent | None:
        return agent(info, self.row.by)

    @resolved("The colleague it was handed to.")
    def to(self, info: Info) -> Agent | None:
        return agent(info, _uuid(self.row.to))


@strawberry.type(description="`title` and `details` are null where the key was destroyed. Read with a note in the log.")
class Task:
    id: UUID
    title: str | None
    details: str | None
    state: TaskState
    department: str
    department_words: str
    offered_department_words: str | None
    priority: int
    due_at: datetime
    overdue: bool
    created_at: datetime
    touched_at: datetime
    closed_at: datetime | None
    escalation_level: int
    subject_type: str | None
    subject_id: UUID | None
    template: str | None
    row: strawberry.Private[models.Task]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @strawberry.field
    def assignee(self, info: Info) -> Agent | None:
        return agent(info, self.row.assignee_id)

    @strawberry.field
    def created_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.created_by)

    @strawberry.field
    def offered_to(self, info: Info) -> Agent | None:
        return agent(info, self.row.offered_to)

    @strawberry.field
    def offered_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.offered_by)

    @resolved("Everything that happened, the oldest first. Noted in the log.", weight=3, size=20)
    async def course(self, info: Info) -> list[TaskStep]:
        return await info.context.read(lambda ctx: _course(ctx, self.row))

    @resolved("In their order.", weight=3, size=6)
    async def points(self, info: Info) -> list[TaskPoint]:
        return await info.context.read(lambda ctx: _points(ctx, self.row))

    @resolved("Who is told of what happens to it.", weight=2, size=4)
    async def watchers(self, info: Info) -> list[Agent]:
        found = await info.context.read(lambda ctx: queries.watchers_of(ctx, [self.id]))
        known = info.context.loader(fetch_agents, _STRANGER)
        return [await known.get(each) for each in found.get(self.id, [])]

    @resolved("What the viewer may do to it now.", weight=2, size=8)
    async def actions(self, info: Info) -> list[str]:
        return list(await info.context.read(lambda ctx: service.actions(ctx, self.row)))


@strawberry.type(description="Something that the viewer is told of; the task is null where it may no longer be seen.")
class TaskNotice:
    id: UUID
    kind: str
    at: datetime
    read_at: datetime | None
    row: strawberry.Private[models.TaskNotice]

    @strawberry.field
    def by(self, info: Info) -> Agent | None:
        return agent(info, self.row.by)

    @resolved(weight=2)
    async def task(self, info: Info) -> Task | None:
        return await info.context.loader(fetch_tasks, None).get(self.row.task_id)


@strawberry.type(description="Open tasks of the viewer, and notices that were not read.")
class TaskFigures:
    mine: int
    overdue: int
    waiting: int
    offered: int
    notices: int


def _uuid(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        return None


def task_shown(ctx: Context, row: models.Task) -> Task:
    """Its key is open."""
    under, locale = queries.in_force(ctx), ctx.actor.locale
    offered = row.offered_department
    return Task(
        id=row.id,
        title=service.words(ctx, row, row, "title"),
        details=service.words(ctx, row, row, "details"),
        state=TaskState(row.state),
        department=row.department,
        department_words=under.said(row.department, locale),
        offered_department_words=None if offered is None else under.said(offered, locale),
        priority=row.priority,
        due_at=row.due_at,
        overdue=models.TaskState(row.state) in states.OPEN and row.due_at < ctx.now,
        created_at=row.created_at,
        touched_at=row.touched_at,
        closed_at=row.closed_at,
        escalation_level=row.escalation_level,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        template=row.template,
        row=row,
    )


async def shown(ctx: Context, rows: Sequence[models.Task]) -> list[Task]:
    await service.open_keys(ctx, rows)
    return [task_shown(ctx, row) for row in rows]


async def fetch_tasks(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Task | None]:
    return {each.id: each for each in await shown(ctx, list((await queries.tasks(ctx, ids)).values()))}


async def figures(info: Info) -> TaskFigures:
    found = await info.context.read(queries.figures)
    return TaskFigures(
        mine=found.mine, overdue=found.overdue, waiting=found.waiting, offered=found.offered, notices=found.notices
    )


async def _course(ctx: Context, row: models.Task) -> list[TaskStep]:
    await service.open_keys(ctx, [row])
    under = queries.in_force(ctx)
    return [
        TaskStep(
            kind=each.kind,
            at=each.at,
            words=service.words(ctx, row, each, "words"),
            to_words=None if each.to is None or _uuid(each.to) else under.said(each.to, ctx.actor.locale),
            row=each,
        )
        for each in (await queries.steps(ctx, [row.id])).get(row.id, [])
    ]


async def _points(ctx: Context, row: models.Task) -> list[TaskPoint]:
    await service.open_keys(ctx, [row])
    return [
        TaskPoint(id=each.id, words=service.words(ctx, row, each, "words"), done_at=each.done_at, row=each)
        for each in (await queries.points(ctx, [row.id])).get(row.id, [])
    ]
