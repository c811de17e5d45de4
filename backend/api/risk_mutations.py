"""Another level than the computed one: proposed, agreed to, refused, taken back; and the portfolio rated anew."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any, Final
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
    Problem,
    problem,
    unseen,
    write,
)
from backend.api.request import Info
from backend.api.risk import RiskOverride
from backend.api.risk_queries import RatingRun
from backend.core.errors import NotFound
from backend.edge import rating_runs
from backend.risk import queries, service

_WAIT: Final = 1.0
RiskOverrideResult = Annotated[
    RiskOverride | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("RiskOverrideResult"),
]
RatingRunResult = Annotated[
    RatingRun | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("RatingRunResult"),
]


@strawberry.input
class RiskOverrideInput:
    party_id: UUID
    level: str
    reason: str
    note: str
    expires_on: date


async def _override(
    info: Info, act: Callable[[Context], Awaitable[Any]], key: str | None, given: Any
) -> RiskOverrideResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=True)
    if isinstance(outcome, Problem):
        return outcome
    try:
        row = await info.context.read(lambda ctx: queries.override(ctx, outcome, lock=False))
    except NotFound as error:
        return problem(error, info.context.actor) or unseen(info)
    return RiskOverride.of(row)


@strawberry.type
class RiskMutation:
    @changes("Proposes another level than the computed one; a second person has to agree.")
    async def propose_risk_override(
        self, info: Info, given: Annotated[RiskOverrideInput, INPUT], idempotency_key: Key = None
    ) -> RiskOverrideResult:
        wanted = plain(given)
        party_id = wanted.pop("party_id")
        return await _override(
            info, lambda ctx: service.propose(ctx, party_id, **wanted), idempotency_key, _jsonable(given)
        )

    @changes("Agrees, as second person, with a proposed level; it holds at once.")
    async def approve_risk_override(
        self, info: Info, override_id: Id, idempotency_key: Key = None
    ) -> RiskOverrideResult:
        return await _override(info, lambda ctx: service.approve(ctx, override_id), idempotency_key, str(override_id))

    @changes("Refuses, as second person, a proposed level.")
    async def reject_risk_override(
        self, info: Info, override_id: Id, idempotency_key: Key = None
    ) -> RiskOverrideResult:
        return await _override(info, lambda ctx: service.reject(ctx, override_id), idempotency_key, str(override_id))

    @changes("Takes a proposed or agreed level back; the computed level counts.")
    async def withdraw_risk_override(
        self, info: Info, override_id: Id, idempotency_key: Key = None
    ) -> RiskOverrideResult:
        return await _override(info, lambda ctx: service.withdraw(ctx, override_id), idempotency_key, str(override_id))

    @changes("Rates the whole portfolio, beginning at once; a run that is under way goes on.")
    async def start_rating_run(self, info: Info, idempotency_key: Key = None) -> RatingRunResult:
        outcome = await write(info, service.start, lambda row: row.id, key=idempotency_key, given=None)
        if isinstance(outcome, Problem):
            return outcome
        context = info.context
        await rating_runs.start(context.platform, context.actor.tenant_id, context.actor.request_id, wait_seconds=_WAIT)
        return RatingRun.of(await info.context.read(lambda ctx: queries.run(ctx, outcome)))


def _jsonable(given: RiskOverrideInput) -> dict[str, str]:
    return {name: str(value) for name, value in plain(given).items()}
