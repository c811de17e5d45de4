"""The steps of tasks; each answers with the task as it is afterwards."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import INPUT, Id, Key, plain
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    answered,
    write,
)
from backend.api.request import Info
from backend.api.task_types import Task, TaskFigures, fetch_tasks, figures
from backend.casework.tasks import service

TaskResult = Annotated[
    Task | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("TaskResult"),
]
Act = Callable[[Context], Awaitable[Any]]


@strawberry.input(description="What is left out comes from the template, and else from the department.")
class TaskInput:
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
    points: list[str] = strawberry.field(default_factory=list)


async def _task(info: Info, act: Act, key: str | None, *given: Any, id_of: str = "id") -> TaskResult:
    told = [plain(each) for each in given]
    outcome = await write(info, act, lambda row: getattr(row, id_of), key=key, given=told, four_eyes=True)
    return await answered(info, outcome, fetch_tasks)


@strawberry.type
class TaskMutation:
    @changes("Sets a task, for oneself, a colleague or a department, about any record or none.")
    async def create_task(
        self, info: Info, given: Annotated[TaskInput, INPUT], idempotency_key: Key = None
    ) -> TaskResult:
        wanted = service.TaskInput(**{**plain(given), "due_at": given.due_at})
        return await _task(info, lambda ctx: service.create(ctx, wanted), idempotency_key, given)

    @changes("Takes a task of the own department, or begins the own.")
    async def take_task(self, info: Info, record_id: Id, idempotency_key: Key = None) -> TaskResult:
        return await _task(info, lambda ctx: service.take(ctx, record_id), idempotency_key, record_id)

    @changes("Lets a task wait, and says for what.")
    async def wait_task(self, info: Info, record_id: Id, words: str, idempotency_key: Key = None) -> TaskResult:
        return await _task(info, lambda ctx: service.wait(ctx, record_id, words), idempotency_key, record_id, words)

    @changes("Goes on with a task that waited.")
    async def resume_task(self, info: Info, record_id: Id, idempotency_key: Key = None) -> TaskResult:
        return await _task(info, lambda ctx: service.resume(ctx, record_id), idempotency_key, record_id)

    @changes("Puts a task back into its department, and says why.")
    async def put_task_back(self, info: Info, record_id: Id, words: str, idempotency_key: Key = None) -> TaskResult:
        return await _task(info, lambda ctx: service.put_back(ctx, record_id, words), idempotency_key, record_id, words)

    @changes("Adds a comment; whoever is named after an @ is told.")
    async def comment_task(self, info: Info, record_id: Id, words: str, idempotency_key: Key = None) -> TaskResult:
        return await _task(info, lambda ctx: service.comment(ctx, record_id, words), idempotency_key, record_id, words)

    @changes("Ticks a point of the checklist, or opens it again.")
    async def check_task_point(
        self, info: Info, point_id: Id, done: bool = True, idempotency_key: Key = None
    ) -> TaskResult:
        return await _task(
            info,
            lambda ctx: service.check(ctx, point_id, done=done),
            idempotency_key,
            point_id,
            done,
            id_of="task_id",
        )

    @changes("Changes the due time or the priority of a task.")
    async def change_task(
        self,
        info: Info,
        record_id: Id,
        due_at: datetime | None = None,
        priority: int | None = None,
        idempotency_key: Key = None,
    ) -> TaskResult:
        return await _task(
            info,
            lambda ctx: service.change(ctx, record_id, due_at=due_at, priority=priority),
            idempotency_key,
            record_id,
            None if due_at is None else due_at.isoformat(),
            priority,
        )

    @changes("Ends a task that is done.")
    async def complete_task(
        self, info: Info, record_id: Id, words: str | None = None, idempotency_key: Key = None
    ) -> TaskResult:
        return await _task(info, lambda ctx: service.complete(ctx, record_id, words), idempotency_key, record_id, words)

    @changes("Cancels a task, and says why.")
    async def cancel_task(self, info: Info, record_id: Id, words: str, idempotency_key: Key = None) -> TaskResult:
        return await _task(info, lambda ctx: service.cancel(ctx, record_id, words), idempotency_key, record_id, words)

    @changes("Opens a task again, and says why.")
    async def reopen_task(self, info: Info, record_id: Id, words: str, idempotency_key: Key = None) -> TaskResult:
        return await _task(info, lambda ctx: service.reopen(ctx, record_id, words), idempotency_key, record_id, words)

    @changes("Offers a task to a colleague or a department; it stays where it is until they answer.")
    async def hand_task_over(
        self,
        info: Info,
        record_id: Id,
        words: str,
        to: UUID | None = None,
        department: str | None = None,
        idempotency_key: Key = None,
    ) -> TaskResult:
        return await _task(
            info,
            lambda ctx: service.hand_over(ctx, record_id, words, to=to, department=department),
            idempotency_key,
            record_id,
            words,
            to,
            department,
        )

    @changes("Accepts a task that was offered.")
    async def accept_task(self, info: Info, record_id: Id, idempotency_key: Key = None) -> TaskResult:
        return await _task(info, lambda ctx: service.accept(ctx, record_id), idempotency_key, record_id)

    @changes("Declines a task that was offered, and says why.")
    async def decline_task(self, info: Info, record_id: Id, words: str, idempotency_key: Key = None) -> TaskResult:
        return await _task(info, lambda ctx: service.decline(ctx, record_id, words), idempotency_key, record_id, words)

    @changes("Watches a task, or no longer.")
    async def watch_task(
        self, info: Info, record_id: Id, watching: bool = True, idempotency_key: Key = None
    ) -> TaskResult:
        verb = service.watch if watching else service.unwatch
        return await _task(info, lambda ctx: verb(ctx, record_id), idempotency_key, record_id, watching)

    @changes("Marks the viewer's notices as read, of one task or all of them.")
    async def read_task_notices(
        self, info: Info, task_id: UUID | None = None, idempotency_key: Key = None
    ) -> TaskFigures:
        async def read(ctx: Context) -> UUID:
            await service.mark_read(ctx, task_id)
            return ctx.actor.id

        await info.context.write(read, field=info.field_name, key=idempotency_key, given=[plain(task_id)])
        return await figures(info)
