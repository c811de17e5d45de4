"""The verbs of onboarding, from opening a case to its decision; each answers with the case, or with why not."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.case_enums import CheckStatus, Decision, Signature
from backend.api.cases import Case
from backend.api.costs import changes
from backend.api.inputs import INPUT, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    unseen,
    write,
)
from backend.api.request import Info
from backend.onboarding import models, service

CaseResult = Annotated[
    Case | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("CaseResult"),
]
_Act = Callable[[Context], Awaitable[Any]]


@strawberry.input
class CaseInput:
    party_id: UUID
    customer_id: UUID | None = None
    purpose: str
    jurisdiction: str
    products: list[str]
    channel: str


@strawberry.input(description="A condition of an approval and the day it is due.")
class ConditionInput:
    code: str
    due_on: date


async def _case(info: Info, act: _Act, key: str | None, given: Any, four_eyes: bool = False) -> CaseResult:
    """The use case answers with the case or with a part of it."""
    outcome = await write(info, act, _case_id, key=key, given=given, four_eyes=four_eyes)
    if isinstance(outcome, Problem):
        return outcome
    return await graph.case(info, outcome) or unseen(info)


def _case_id(row: Any) -> UUID:
    case_id: UUID = row.id if isinstance(row, models.OnboardingCase) else row.case_id
    return case_id


@strawberry.type
class CaseMutation:
    @changes("Opens a draft for a party.")
    async def open_case(
        self, info: Info, given: Annotated[CaseInput, INPUT], idempotency_key: Key = None
    ) -> CaseResult:
        async def opened(ctx: Context) -> Any:
            return await service.open_case(
                ctx,
                party_id=given.party_id,
                customer_id=given.customer_id,
                purpose=given.purpose,
                jurisdiction=given.jurisdiction,
                products=given.products,
                channel=given.channel,
            )

        return await _case(info, opened, idempotency_key, given)

    @changes("Changes what was applied for; `version` is that of the case the editor saw.")
    async def edit_case(
        self,
        info: Info,
        case_id: UUID,
        version: int,
        products: list[str] | None = None,
        channel: str | None = None,
        idempotency_key: Key = None,
    ) -> CaseResult:
        async def edited(ctx: Context) -> Any:
            return await service.edit_case(ctx, case_id, ver=version, products=products, channel=channel)

        return await _case(info, edited, idempotency_key, [case_id, version, products, channel])

    @changes("Computes anew what the case needs, after facts changed.")
    async def recompute_case(self, info: Info, case_id: UUID, idempotency_key: Key = None) -> CaseResult:
        return await _case(info, lambda ctx: service.recompute(ctx, case_id), idempotency_key, case_id)

    @changes("Submits a case; from here on it runs on this version of the rule-set.")
    async def submit_case(self, info: Info, case_id: UUID, idempotency_key: Key = None) -> CaseResult:
        return await _case(info, lambda ctx: service.submit(ctx, case_id), idempotency_key, case_id)

    @changes("Takes a case into review.")
    async def start_review(self, info: Info, case_id: UUID, idempotency_key: Key = None) -> CaseResult:
        return await _case(info, lambda ctx: service.start_review(ctx, case_id), idempotency_key, case_id, True)

    @changes("Runs every check that the case asks for and that a program can answer.")
    async def run_checks(self, info: Info, case_id: UUID, idempotency_key: Key = None) -> CaseResult:
        async def ran(ctx: Context) -> Any:
            await service.run_checks(ctx, case_id)
            return await service.recompute(ctx, case_id)

        return await _case(info, ran, idempotency_key, case_id)

    @changes("Records the outcome of a check that a person made.")
    async def record_check(
        self,
        info: Info,
        case_id: UUID,
        kind: str,
        status: CheckStatus,
        codes: list[str] | None = None,
        idempotency_key: Key = None,
    ) -> CaseResult:
        async def recorded(ctx: Context) -> Any:
            return await service.record_check(ctx, case_id, kind, models.CheckStatus(status.value), codes or [])

        return await _case(info, recorded, idempotency_key, [case_id, kind, status, codes], True)

    @changes("Waives a check, where the rule-set lets it be waived.")
    async def waive_check(
        self, info: Info, case_id: UUID, kind: str, reason: str, idempotency_key: Key = None
    ) -> CaseResult:
        async def waived(ctx: Context) -> Any:
            return await service.waive_check(ctx, case_id, kind, reason)

        return await _case(info, waived, idempotency_key, [case_id, kind, reason], True)

    @changes("Waives a requirement, where the rule-set lets it be waived.")
    async def waive_requirement(
        self, info: Info, case_id: UUID, code: str, reason: str, idempotency_key: Key = None
    ) -> CaseResult:
        async def waived(ctx: Context) -> Any:
            return await service.waive_requirement(ctx, case_id, code, reason)

        return await _case(info, waived, idempotency_key, [case_id, code, reason], True)

    @changes("Asks the customer for what is missing.")
    async def request_information(
        self,
        info: Info,
        case_id: UUID,
        requirements: list[str],
        message: str | None = None,
        due_at: datetime | None = None,
        idempotency_key: Key = None,
    ) -> CaseResult:
        async def asked(ctx: Context) -> Any:
            return await service.request_information(
                ctx, case_id, requirements=requirements, message=message, due_at=due_at
            )

        return await _case(info, asked, idempotency_key, [case_id, requirements, message, due_at])

    @changes("What was asked for has arrived; review goes on.")
    async def resume_case(self, info: Info, case_id: UUID, idempotency_key: Key = None) -> CaseResult:
        return await _case(info, lambda ctx: service.receive_information(ctx, case_id), idempotency_key, case_id)

    @changes("Proposes a decision; it takes effect at once where the rule-set asks for no further person.")
    async def propose_decision(
        self,
        info: Info,
        case_id: UUID,
        decision: Decision,
        reasons: list[str],
        conditions: list[ConditionInput] | None = None,
        idempotency_key: Key = None,
    ) -> CaseResult:
        async def proposed(ctx: Context) -> Any:
            terms = [service.ConditionInput(each.code, each.due_on) for each in conditions or []]
            return await service.propose_decision(ctx, case_id, models.Decision(decision.value), reasons, terms)

        return await _case(info, proposed, idempotency_key, [case_id, decision, reasons, conditions], True)

    @changes("A further person's answer to a proposal.")
    async def sign_decision(
        self,
        info: Info,
        case_id: UUID,
        signature: Signature,
        reasons: list[str] | None = None,
        note: str | None = None,
        idempotency_key: Key = None,
    ) -> CaseResult:
        async def signed(ctx: Context) -> Any:
            return await service.sign(ctx, case_id, models.Signature(signature.value), reasons or [], note)

        return await _case(info, signed, idempotency_key, [case_id, signature, reasons, note], True)

    @changes("Withdraws a case.")
    async def withdraw_case(self, info: Info, case_id: UUID, reason: str, idempotency_key: Key = None) -> CaseResult:
        return await _case(info, lambda ctx: service.withdraw(ctx, case_id, reason), idempotency_key, [case_id, reason])

    @changes("Moves a case to the version of the rule-set that is effective today.")
    async def rebase_case(self, info: Info, case_id: UUID, idempotency_key: Key = None) -> CaseResult:
        return await _case(info, lambda ctx: service.rebase(ctx, case_id), idempotency_key, case_id)

    @changes("Confirms that a condition is met.")
    async def meet_condition(self, info: Info, condition_id: UUID, idempotency_key: Key = None) -> CaseResult:
        return await _case(
            info, lambda ctx: service.meet_condition(ctx, condition_id), idempotency_key, condition_id, True
        )

    @changes("Gives a condition more time.")
    async def extend_condition(
        self, info: Info, condition_id: UUID, due_on: date, idempotency_key: Key = None
    ) -> CaseResult:
        return await _case(
            info,
            lambda ctx: service.extend_condition(ctx, condition_id, due_on),
            idempotency_key,
            [condition_id, due_on],
            True,
        )
