"""Changing rule-sets: drafting, simulating, putting forward, signing, withdrawing, and going back."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any, Final
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
from backend.api.rule_sets import RuleSetProposal, proposal
from backend.core.errors import NotFound, Refused
from backend.edge import simulating
from backend.governance import service
from backend.governance import simulating as runs
from backend.governance.models import Proposal

RuleSetProposalResult = Annotated[
    RuleSetProposal | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("RuleSetProposalResult"),
]
_WAIT_SECONDS: Final = 2.0


async def _changed(
    info: Info, act: Callable[[Context], Awaitable[Proposal]], key: str | None, given: Any
) -> RuleSetProposalResult:
    """Every step runs SERIALIZABLE: what it builds on may not move while it is taken."""
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=True)
    if isinstance(outcome, Problem):
        return outcome
    try:
        return await proposal(info, outcome)
    except (NotFound, Refused) as error:
        return problem(error, info.context.actor) or unseen(info)


@strawberry.type
class GovernanceMutation:
    @changes("Drafts a change of a rule-set.")
    async def propose_rule_set(
        self,
        info: Info,
        kind: str,
        name: str,
        content: str,
        reason: str,
        effective_on: date | None = None,
        idempotency_key: Key = None,
    ) -> RuleSetProposalResult:
        given = [kind, name, content, reason, effective_on]
        return await _changed(
            info,
            lambda ctx: service.propose(
                ctx, kind=kind, name=name, content=content.encode(), reason=reason, effective_on=effective_on
            ),
            idempotency_key,
            given,
        )

    @changes("Drafts the way back: an earlier text of a rule-set, or that of the files, proposed anew.")
    async def restore_rule_set(
        self,
        info: Info,
        kind: str,
        name: str,
        reason: str,
        period_id: UUID | None = None,
        idempotency_key: Key = None,
    ) -> RuleSetProposalResult:
        async def restore(ctx: Context) -> Proposal:
            if period_id is None:
                return await service.restore_files(ctx, kind, name, reason=reason)
            return await service.restore(ctx, period_id, reason=reason)

        return await _changed(info, restore, idempotency_key, [kind, name, reason, period_id])

    @changes("Changes a draft; it has to be simulated and put forward again.")
    async def edit_rule_set_proposal(
        self,
        info: Info,
        record_id: Id,
        content: str,
        reason: str,
        effective_on: date | None = None,
        idempotency_key: Key = None,
    ) -> RuleSetProposalResult:
        return await _changed(
            info,
            lambda ctx: service.edit(
                ctx, record_id, content=content.encode(), reason=reason, effective_on=effective_on
            ),
            idempotency_key,
            [record_id, content, reason, effective_on],
        )

    @changes("Begins a simulation over the institution's records; a long one goes on, and its progress can be read.")
    async def simulate_rule_set_proposal(self, info: Info, record_id: Id) -> RuleSetProposalResult:
        request = info.context
        outcome = await write(
            info, lambda ctx: runs.begin(ctx, record_id), lambda run: run.id, key=None, given=record_id
        )
        if isinstance(outcome, Problem):
            return outcome
        await simulating.start(request.platform, request.actor, outcome, wait_seconds=_WAIT_SECONDS)
        await request.reading.renew()
        return await proposal(info, record_id)

    @changes("Puts a simulated draft forward for approval.")
    async def submit_rule_set_proposal(
        self, info: Info, record_id: Id, idempotency_key: Key = None
    ) -> RuleSetProposalResult:
        return await _changed(info, lambda ctx: service.submit(ctx, record_id), idempotency_key, record_id)

    @changes("Puts a draft on the rules that are in force now.")
    async def rebase_rule_set_proposal(
        self, info: Info, record_id: Id, idempotency_key: Key = None
    ) -> RuleSetProposalResult:
        return await _changed(info, lambda ctx: service.rebase(ctx, record_id), idempotency_key, record_id)

    @changes("Approves a change as second person.")
    async def approve_rule_set_proposal(
        self, info: Info, record_id: Id, note: str | None = None, idempotency_key: Key = None
    ) -> RuleSetProposalResult:
        return await _changed(
            info, lambda ctx: service.approve(ctx, record_id, note=note), idempotency_key, [record_id, note]
        )

    @changes("Rejects a change as second person.")
    async def reject_rule_set_proposal(
        self, info: Info, record_id: Id, note: str | None = None, idempotency_key: Key = None
    ) -> RuleSetProposalResult:
        return await _changed(
            info, lambda ctx: service.reject(ctx, record_id, note=note), idempotency_key, [record_id, note]
        )

    @changes("Withdraws a change that is not in force yet.")
    async def withdraw_rule_set_proposal(
        self, info: Info, record_id: Id, idempotency_key: Key = None
    ) -> RuleSetProposalResult:
        return await _changed(info, lambda ctx: service.withdraw(ctx, record_id), idempotency_key, record_id)
