"""Stages corrected by people for a time, and the portfolio computed anew."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import Id, Key
from backend.api.party_enums import Stage
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    write,
)
from backend.api.request import Info
from backend.api.stages import StageRun, StageTransition, transitions_shown
from backend.customers import models
from backend.edge import stage_runs
from backend.engagement import portfolio
from backend.engagement.stages import queries, service

_WAIT: Final = 1.0
StageTransitionResult = Annotated[
    StageTransition | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("StageTransitionResult"),
]
StageRunResult = Annotated[
    StageRun | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("StageRunResult"),
]


async def _transition(info: Info, transition_id: UUID) -> StageTransition:
    async def found(ctx: Context) -> list[StageTransition]:
        return await transitions_shown(ctx, [await queries.transition(ctx, transition_id)])

    return (await info.context.read(found))[0]


@strawberry.type
class StageMutation:
    @changes("Puts a customer into another stage, or keeps them in theirs, until a day; then the facts decide again.")
    async def correct_stage(
        self,
        info: Info,
        customer_id: UUID,
        stage: Stage,
        reason: str,
        until: date | None = None,
        note: str | None = None,
        idempotency_key: Key = None,
    ) -> StageTransitionResult:
        async def corrected(ctx: Context) -> Any:
            customer = await service.correct(
                ctx, customer_id, models.Stage(stage.value), reason, until=until, note=note
            )
            return await queries.standing_correction(ctx, customer.party_id)

        given = [str(customer_id), stage.value, reason, None if until is None else until.isoformat(), note]
        outcome = await write(info, corrected, lambda row: row.id, key=idempotency_key, given=given)
        return outcome if isinstance(outcome, Problem) else await _transition(info, outcome)

    @changes("Ends a correction; the next computation decides again.")
    async def end_stage_correction(
        self, info: Info, record_id: Id, idempotency_key: Key = None
    ) -> StageTransitionResult:
        outcome = await write(
            info,
            lambda ctx: service.release(ctx, record_id),
            lambda row: row.id,
            key=idempotency_key,
            given=str(record_id),
        )
        return outcome if isinstance(outcome, Problem) else await _transition(info, outcome)

    @changes("Computes stages and warnings of the portfolio, beginning at once; a run that is under way goes on.")
    async def start_stage_run(self, info: Info, idempotency_key: Key = None) -> StageRunResult:
        outcome = await write(info, portfolio.start, lambda row: row.id, key=idempotency_key, given=None)
        if isinstance(outcome, Problem):
            return outcome
        context = info.context
        await stage_runs.start(context.platform, context.actor.tenant_id, context.actor.request_id, wait_seconds=_WAIT)
        return StageRun.of(await context.read(lambda ctx: queries.run(ctx, outcome)))
