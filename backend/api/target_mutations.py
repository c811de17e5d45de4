"""Goals set and ended, and figures computed at once."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
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
    write,
)
from backend.api.request import Info
from backend.api.targets import TargetDimension, TargetGoal, target_goal
from backend.engagement.targets import queries, service


@strawberry.type(description="A month whose figures were computed.")
class TargetSnapshot:
    id: UUID
    month: date
    as_of: date
    figures: int
    digest: str


Act = Callable[[Context], Awaitable[Any]]
TargetGoalResult = Annotated[
    TargetGoal | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("TargetGoalResult"),
]
TargetSnapshotResult = Annotated[
    TargetSnapshot | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("TargetSnapshotResult"),
]


@strawberry.type
class TargetMutation:
    @changes("Sets a goal from a month on; the one before ends there.")
    async def set_target(
        self,
        info: Info,
        measure: str,
        value: Decimal,
        starts_on: date,
        dimension: TargetDimension = TargetDimension.ALL,
        key: str = "",
        idempotency_key: Key = None,
    ) -> TargetGoalResult:
        given = [measure, dimension.value, key, str(value), starts_on.isoformat()]
        return await _goal(
            info,
            lambda ctx: service.set_goal(ctx, measure, dimension.value, key, value, starts_on),
            idempotency_key,
            given,
        )

    @changes("Ends a goal with the month.")
    async def end_target(self, info: Info, goal_id: Id, idempotency_key: Key = None) -> TargetGoalResult:
        return await _goal(info, lambda ctx: service.end_goal(ctx, goal_id), idempotency_key, [str(goal_id)])

    @changes("Computes the figures of a month now.")
    async def compute_targets(self, info: Info, month: date, idempotency_key: Key = None) -> TargetSnapshotResult:
        first = month.replace(day=1)
        outcome = await write(
            info,
            lambda ctx: service.compute(ctx, first),
            lambda row: row.id,
            key=idempotency_key,
            given=first.isoformat(),
        )
        if isinstance(outcome, Problem):
            return outcome

        async def found(ctx: Context) -> TargetSnapshot:
            row = await queries.kept(ctx, first)
            return TargetSnapshot(id=row.id, month=row.month, as_of=row.as_of, figures=row.figures, digest=row.digest)

        return await info.context.read(found)


async def _goal(info: Info, act: Act, key: str | None, given: list[str]) -> TargetGoalResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given)
    if isinstance(outcome, Problem):
        return outcome

    async def found(ctx: Context) -> TargetGoal:
        return target_goal(await queries.goal(ctx, outcome))

    return await info.context.read(found)
