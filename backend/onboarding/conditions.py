"""Conditions of an approval: proposed with it, in force from it, then met, extended or missed."""

from datetime import date
from uuid import UUID

from backend.access.context import Context
from backend.casework import service as casework
from backend.casework.service import Placement
from backend.onboarding import queries
from backend.onboarding.acting import Step, subject
from backend.onboarding.errors import (
    ConditionClosed,
    ConditionDateInvalid,
    ConditionNotFound,
    ConditionsMissing,
    NoConditions,
    UnknownCondition,
)
from backend.onboarding.models import CaseCondition, CaseState, ConditionStatus, Decision
from backend.onboarding.queries import Found
from backend.onboarding.rules import Assessment

FOLLOW_UP = "onboarding.conditions"


def agreed(step: Step, decision: Decision, assessment: Assessment, given: dict[str, date]) -> dict[str, date]:
    """What the rule-set demands must be among the conditions, due no later than it says; people may add others."""
    if (decision is Decision.APPROVE_WITH_CONDITIONS) != bool(given):
        if decision is Decision.APPROVE and assessment.due:
            raise ConditionsMissing(conditions=", ".join(assessment.due))
        raise NoConditions(field="conditions")
    if decision is Decision.REJECT:
        return {}
    missing = [code for code in assessment.due if code not in given]
    if missing:
        raise ConditionsMissing(conditions=", ".join(missing))
    for code, due_on in given.items():
        if code not in step.rules.conditions:
            raise UnknownCondition(condition=code, field="conditions")
        if not step.ctx.now.date() <= due_on <= assessment.due.get(code, due_on):
            raise ConditionDateInvalid(condition=code, due_on=due_on.isoformat(), field="conditions")
    return given


def propose(step: Step, due: dict[str, date]) -> None:
    """Inside an audit entry."""
    for code, due_on in due.items():
        step.ctx.session.add(
            CaseCondition(
                tenant_id=step.case.tenant_id,
                case_id=step.case.id,
                code=code,
                due_on=due_on,
                status=ConditionStatus.PROPOSED,
            )
        )


async def take_effect(step: Step) -> None:
    for row in await _proposed(step):
        row.status = ConditionStatus.OPEN


async def drop(step: Step) -> None:
    for row in await _proposed(step):
        row.status, row.closed_at, row.closed_by = ConditionStatus.DROPPED, step.ctx.now, step.ctx.actor.id


async def _proposed(step: Step) -> list[CaseCondition]:
    rows = (await queries.conditions_of(step.ctx, [step.case.id])).get(step.case.id, [])
    return [row for row in rows if row.status == ConditionStatus.PROPOSED]


async def meet_condition(ctx: Context, condition_id: UUID) -> CaseCondition:
    """Confirmed by somebody who neither submitted the case nor proposed its decision; also after it was missed."""
    row, found = await _of(ctx, condition_id, "complete", ConditionStatus.OPEN, ConditionStatus.MISSED)
    async with ctx.audit("customer.kyc.condition", subject(row.case_id), reason="met"):
        row.status, row.closed_at, row.closed_by = ConditionStatus.MET, ctx.now, ctx.actor.id
    await casework.move(ctx, ("case_condition", row.id), None)
    await _announce(ctx, row, found, "onboarding.condition_met")
    return row


async def extend_condition(ctx: Context, condition_id: UUID, due_on: date) -> CaseCondition:
    row, _ = await _of(ctx, condition_id, "extend", ConditionStatus.OPEN, ConditionStatus.MISSED)
    if due_on <= max(row.due_on, ctx.now.date()):
        raise ConditionDateInvalid(condition=row.code, due_on=due_on.isoformat(), field="due_on")
    async with ctx.audit("customer.kyc.condition", subject(row.case_id), reason="extended"):
        row.due_on, row.status, row.closed_at, row.closed_by = due_on, ConditionStatus.OPEN, None, None
    await casework.move(ctx, ("case_condition", row.id), None)
    return row


async def miss_conditions(ctx: Context, limit: int = 100) -> int:
    """For the schedule: conditions past their day are missed, and somebody has to follow each up."""
    late = await queries.conditions_late(ctx, limit)
    for row in late:
        found = await queries.of_process(ctx, row.case_id)
        ctx.require("expire", "onboarding_case", found.facts())
        async with ctx.audit("customer.kyc.condition", subject(row.case_id), reason="missed"):
            row.status, row.closed_at, row.closed_by = ConditionStatus.MISSED, ctx.now, ctx.actor.id
        team = None if found.customer is None else found.customer.team_id
        follow = Placement(queue=FOLLOW_UP, kind="onboarding.condition_missed", team_id=team)
        await casework.move(ctx, ("case_condition", row.id), follow, found.case.party_id)
        await _announce(ctx, row, found, "onboarding.condition_missed")
    return len(late)


async def _of(ctx: Context, condition_id: UUID, action: str, *states: ConditionStatus) -> tuple[CaseCondition, Found]:
    row = await queries.condition(ctx, condition_id)
    if row is None:
        raise ConditionNotFound(condition_id=condition_id)
    found = await queries.found(ctx, row.case_id)
    proposers = frozenset(id_ for id_ in (found.case.proposed_by,) if id_ is not None)
    ctx.require(action, "condition", found.facts(deciders=proposers))
    if row.status not in states or found.case.state != CaseState.APPROVED_WITH_CONDITIONS:
        raise ConditionClosed(status=row.status)
    return row, found


async def _announce(ctx: Context, row: CaseCondition, found: Found, name: str) -> None:
    payload = {"case": str(row.case_id), "party": str(found.case.party_id), "condition": row.code}
    await ctx.emit(name, row.id, payload)
