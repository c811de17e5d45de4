"""Second factors of colleagues that are to be taken away: proposed by one person, done by another."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access import factor_resets
from backend.access.context import Context
from backend.access.factor_resets import ResetView
from backend.access.proof_models import FactorReset as ResetRow
from backend.api.costs import changes, resolved
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
from backend.api.staff import Agent, agent


@strawberry.enum
class FactorResetState(Enum):
    PROPOSED = "proposed"
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@strawberry.type(description="A colleague's second factor that somebody proposes to take away, for a lost device.")
class FactorReset:
    id: UUID
    reason: str
    state: FactorResetState
    proposed_at: datetime
    may_decide: bool
    may_withdraw: bool
    row: strawberry.Private[ResetRow]

    @strawberry.field
    def colleague(self, info: Info) -> Agent | None:
        return agent(info, self.row.user_id)

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @classmethod
    def of(cls, view: ResetView) -> "FactorReset":
        row = view.row
        return cls(
            id=row.id,
            reason=row.reason,
            state=FactorResetState(row.state),
            proposed_at=row.proposed_at,
            may_decide=view.may_decide,
            may_withdraw=view.may_withdraw,
            row=row,
        )


FactorResetResult = Annotated[
    FactorReset | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("FactorResetResult"),
]


async def _changed(
    info: Info, act: Callable[[Context], Awaitable[ResetRow]], key: str | None, given: Any
) -> FactorResetResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=True)
    if isinstance(outcome, Problem):
        return outcome
    return FactorReset.of(await info.context.read(lambda ctx: factor_resets.find(ctx, outcome)))


@strawberry.type
class FactorResetQuery:
    @resolved("Second factors that wait to be taken away, the newest first.", weight=5, size=10)
    async def factor_resets(self, info: Info) -> list[FactorReset]:
        return [FactorReset.of(view) for view in await info.context.read(factor_resets.listed)]


@strawberry.type
class FactorResetMutation:
    @changes("Proposes to take a colleague's second factor away, for a device that is lost.")
    async def propose_factor_reset(
        self, info: Info, staff_id: Id, reason: str, idempotency_key: Key = None
    ) -> FactorResetResult:
        return await _changed(
            info, lambda ctx: factor_resets.propose(ctx, staff_id, reason), idempotency_key, [staff_id, reason]
        )

    @changes("Takes a colleague's second factor away as second person, and ends all their sessions.")
    async def approve_factor_reset(self, info: Info, record_id: Id, idempotency_key: Key = None) -> FactorResetResult:
        return await _changed(info, lambda ctx: factor_resets.approve(ctx, record_id), idempotency_key, record_id)

    @changes("Keeps a colleague's second factor as second person.")
    async def reject_factor_reset(self, info: Info, record_id: Id, idempotency_key: Key = None) -> FactorResetResult:
        return await _changed(info, lambda ctx: factor_resets.reject(ctx, record_id), idempotency_key, record_id)

    @changes("Withdraws what one has proposed.")
    async def withdraw_factor_reset(self, info: Info, record_id: Id, idempotency_key: Key = None) -> FactorResetResult:
        return await _changed(info, lambda ctx: factor_resets.withdraw(ctx, record_id), idempotency_key, record_id)
