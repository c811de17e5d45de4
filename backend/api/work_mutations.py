"""Taking work, giving it, putting it back, finishing it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    problem,
    unseen,
    write,
)
from backend.api.request import Info
from backend.api.work import WorkItem
from backend.casework import queries, service
from backend.core.errors import NotFound

WorkItemResult = Annotated[
    WorkItem | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("WorkItemResult"),
]


async def _item(info: Info, act: Callable[[Context], Awaitable[Any]], key: str | None, given: Any) -> WorkItemResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given)
    if isinstance(outcome, Problem):
        return outcome
    try:
        row = await info.context.read(lambda ctx: queries.item(ctx, outcome))
    except NotFound as error:
        return problem(error, info.context.actor) or unseen(info)
    return WorkItem.of(row, info.context.platform.clock())


@strawberry.type
class WorkMutation:
    @changes("Takes a piece of work that nobody has taken.")
    async def claim_work(self, info: Info, item_id: Id, idempotency_key: Key = None) -> WorkItemResult:
        return await _item(info, lambda ctx: service.claim(ctx, item_id), idempotency_key, item_id)

    @changes("Gives a piece of work to somebody.")
    async def assign_work(self, info: Info, item_id: Id, owner_id: UUID, idempotency_key: Key = None) -> WorkItemResult:
        return await _item(
            info, lambda ctx: service.assign(ctx, item_id, owner_id), idempotency_key, [item_id, owner_id]
        )

    @changes("Puts a piece of work back into its queue.")
    async def release_work(self, info: Info, item_id: Id, idempotency_key: Key = None) -> WorkItemResult:
        return await _item(info, lambda ctx: service.release(ctx, item_id), idempotency_key, item_id)

    @changes("Hands a piece of work up.")
    async def escalate_work(self, info: Info, item_id: Id, idempotency_key: Key = None) -> WorkItemResult:
        return await _item(info, lambda ctx: service.escalate(ctx, item_id), idempotency_key, item_id)

    @changes("Finishes a piece of work that does not end with its case.")
    async def complete_work(self, info: Info, item_id: Id, idempotency_key: Key = None) -> WorkItemResult:
        return await _item(info, lambda ctx: service.complete(ctx, item_id), idempotency_key, item_id)
