"""The decision: proposed by one person, signed by as many others as the rule-set asks, or taken by the rule-set alone.

Whoever submitted the case, waived something in it or proposed the decision signs nothing; the policy, the state
machine and the tables each refuse it on their own. Doors run `propose_decision` and `sign` SERIALIZABLE.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers.models import Stage
from backend.onboarding import conditions as terms
from backend.onboarding import demands, queries
from backend.onboarding.acting import Step, announce, begin, enter, hand_over, within
from backend.onboarding.errors import (
    AlreadySigned,
    ReasonMissing,
    RequirementsOpen,
    RuleMayNotDecide,
)
from backend.onboarding.models import (
    CaseApproval,
    CaseState,
    CheckStatus,
    Decision,
    OnboardingCase,
    Signature,
)
from backend.onboarding.reviewing import known_reason
from backend.onboarding.rules import Assessment
from backend.onboarding.ruleset import Use
from backend.onboarding.states import Verb
from backend.risk import queries as ratings

_STATES: Final = {
    Decision.APPROVE: CaseState.APPROVED,
    Decision.APPROVE_WITH_CONDITIONS: CaseState.APPROVED_WITH_CONDITIONS,
    Decision.REJECT: CaseState.REJECTED,
}
_REFUSALS: Final[dict[Signature, Use]] = {Signature.REJECT: "reject", Signature.RETURN: "return"}
_EVENTS: Final = {
    CaseState.APPROVED: "onboarding.approved",
    CaseState.APPROVED_WITH_CONDITIONS: "onboarding.approved",
    CaseState.REJECTED: "onboarding.rejected",
}
_ACTIONS: Final = {
    CaseState.APPROVED: "customer.kyc.approve",
    CaseState.APPROVED_WITH_CONDITIONS: "customer.kyc.approve",
    CaseState.REJECTED: "customer.kyc.reject",
}


@dataclass(frozen=True, slots=True)
class ConditionInput:
    code: str
    due_on: date


async def propose_decision(
    ctx: Context,
    case_id: UUID,
    decision: Decision,
    reasons: Sequence[str],
    conditions: Sequence[ConditionInput] = (),
) -> OnboardingCase:
    """Takes effect at once where the rule-set asks for no further person; otherwise it waits for signatures.

    Raises RequirementsOpen, ConditionsMissing, NoConditions, UnknownReason, ReasonMissing.
    """
    step = await begin(ctx, case_id, Verb.PROPOSE_DECISION, deciders=await waivers(ctx, case_id))
    _check_reasons(step, reasons, _use(decision))
    assessment = await demands.settle(step)
    if decision is not Decision.REJECT:
        _refuse_open(assessment)
    due = terms.agreed(step, decision, assessment, {c.code: c.due_on for c in conditions})
    await _propose(step, decision, reasons, due)
    if assessment.signatures == 0:
        await _conclude(step, _STATES[decision], reasons)
    else:
        async with ctx.audit("customer.kyc.propose", step.subject, reason=decision.value, ruleset=step.loaded.sha256):
            enter(step, CaseState.PENDING_APPROVAL)
        await hand_over(step, excluded_id=ctx.actor.id)
        await announce(step)
    return step.case


async def sign(
    ctx: Context, case_id: UUID, signature: Signature, reasons: Sequence[str] = (), note: str | None = None
) -> OnboardingCase:
    """One further person's answer; the last signature that is needed makes the proposal take effect."""
    found = await queries.found(ctx, case_id, lock=True)
    signed = await queries.signers(ctx, found.case)
    if ctx.actor.id in signed:
        raise AlreadySigned(case_id=case_id)
    deciders = signed | await waivers(ctx, case_id) | _people(found.case.submitted_by)
    step = await begin(ctx, case_id, Verb.SIGN, maker_id=found.case.proposed_by, deciders=deciders)
    if signature is not Signature.APPROVE or reasons:
        decided = Decision(step.case.proposal or Decision.APPROVE)
        _check_reasons(step, reasons, _use(decided) if signature is Signature.APPROVE else _REFUSALS[signature])
    await _sign(step, signature, reasons, note)
    match signature:
        case Signature.APPROVE:
            await _agree(step)
        case Signature.REJECT:
            await _conclude(step, CaseState.REJECTED, reasons)
        case Signature.RETURN:
            await _return(step, reasons)
    return step.case


async def decide_by_rule(ctx: Context, case_id: UUID) -> OnboardingCase:
    """What the rule-set alone decides; whatever weighs on a person goes to people. Raises RuleMayNotDecide."""
    step = await begin(ctx, case_id, Verb.DECIDE_BY_RULE)
    if not step.rules.decides_by_rule:
        raise RuleMayNotDecide(ruleset=step.rules.id)
    assessment = await demands.settle(step)
    match assessment.outcome:
        case CaseState.AWAITING_INFORMATION:
            async with ctx.audit(
                "customer.kyc.request_information", step.subject, reason="by_rule", ruleset=step.loaded.sha256
            ):
                enter(step, CaseState.AWAITING_INFORMATION)
                step.case.decision_reasons = list(assessment.reasons)
            await hand_over(step)
            await announce(step, "onboarding.information_requested")
        case CaseState.PENDING_APPROVAL:
            await _refer(step, assessment)
        case outcome:
            await _propose(step, assessment.proposal, assessment.reasons, assessment.due)
            await _conclude(step, outcome, assessment.reasons)
    return step.case


async def _refer(step: Step, assessment: Assessment) -> None:
    ctx = step.ctx
    await _propose(step, assessment.proposal, assessment.reasons, assessment.due)
    async with ctx.audit("customer.kyc.propose", step.subject, reason="by_rule", ruleset=step.loaded.sha256):
        enter(step, CaseState.PENDING_APPROVAL)
    await hand_over(step)
    await announce(step, "onboarding.decision_proposed")


async def _propose(step: Step, decision: Decision, reasons: Sequence[str], due: dict[str, date]) -> None:
    case = step.case
    async with step.ctx.audit("customer.kyc.propose", step.subject, reason=decision.value, ruleset=step.loaded.sha256):
        case.proposal, case.proposed_by, case.proposal_reasons = decision, step.ctx.actor.id, list(reasons)
        terms.propose(step, due)


async def _agree(step: Step) -> None:
    """Facts may have moved since the proposal: what blocks approval is looked at again before it takes effect."""
    decision = Decision(step.case.proposal or Decision.REJECT)
    assessment = await demands.settle(step)
    if decision is not Decision.REJECT:
        _refuse_open(assessment)
    if len(await queries.signers(step.ctx, step.case)) >= max(1, assessment.signatures):
        await _conclude(step, _STATES[decision], step.case.proposal_reasons or [])
    else:
        await hand_over(step, excluded_id=step.case.proposed_by)


async def _return(step: Step, reasons: Sequence[str]) -> None:
    """A new round begins: earlier signatures count no more, and the reviewer proposes again."""
    case = step.case
    async with step.ctx.audit("customer.kyc.return", step.subject, reason=_joined(reasons), ruleset=step.loaded.sha256):
        enter(step, CaseState.IN_REVIEW)
        case.round += 1
        case.proposal, case.proposed_by, case.proposal_reasons = None, None, None
        await terms.drop(step)
    await demands.settle(step)
    await hand_over(step, owner_id=case.reviewer_id)
    await announce(step, "onboarding.returned")


async def _conclude(step: Step, state: CaseState, reasons: Sequence[str]) -> None:
    ctx, case = step.ctx, step.case
    async with ctx.audit(_ACTIONS[state], step.subject, reason=_joined(reasons), ruleset=step.loaded.sha256):
        enter(step, state)
        case.decided_at, case.decision_reasons = ctx.now, list(reasons)
        if state is CaseState.REJECTED:
            await terms.drop(step)
        else:
            await terms.take_effect(step)
    await hand_over(step)
    await announce(step, _EVENTS[state])
    if case.parent_id is not None:
        await _tell_parent(step, case.parent_id)
    elif state is CaseState.REJECTED:
        await close_children(step)
    else:
        await _activate(step)


async def _activate(step: Step) -> None:
    """The relationship begins with the approval of its case; one that has begun stays as it is."""
    ctx, case, customer = step.ctx, step.case, step.found.customer
    if customer is None:
        return
    rated = (await ratings.current(ctx, [customer.party_id])).get(customer.party_id)
    async with ctx.audit("customer.activate", ("customer", customer.id), ruleset=step.loaded.sha256):
        customer.risk_level = case.risk_level if rated is None else rated.level
        if customer.activated_at is None or customer.exited_at is not None:
            customer.stage, customer.stage_since, customer.activated_at = Stage.ACTIVE, ctx.now, ctx.now
            customer.exited_at = None
    await ctx.emit("customer.activated", customer.id, {"customer": str(customer.id), "case": str(case.id)})


async def _tell_parent(step: Step, parent_id: UUID) -> None:
    """The organisation's case waits for its owners' cases: its requirements move with them."""
    parent = await queries.of_process(step.ctx, parent_id)
    if parent.case.state not in queries.FINAL:
        await demands.settle(within(step.ctx, parent, Verb.EDIT))


async def close_children(step: Step) -> None:
    """Owners' cases end with the case that asked for them."""
    for child in await queries.children(step.ctx, step.case.id):
        if child.state not in queries.FINAL:
            inner = within(step.ctx, await queries.of_process(step.ctx, child.id), Verb.WITHDRAW)
            async with step.ctx.audit("customer.kyc.withdraw", inner.subject, reason="parent_closed"):
                enter(inner, CaseState.WITHDRAWN)
            await hand_over(inner)
            await announce(inner)


async def _sign(step: Step, signature: Signature, reasons: Sequence[str], note: str | None) -> None:
    ctx, case, id_ = step.ctx, step.case, new_id()
    await ctx.vault.load([case.party_id])
    row = CaseApproval(
        id=id_,
        tenant_id=case.tenant_id,
        case_id=case.id,
        round=case.round,
        decision=signature,
        submitted_by=case.submitted_by or case.opened_by,
        proposed_by=case.proposed_by or case.opened_by,
        approver_id=ctx.actor.id,
        reasons=list(reasons),
        note=ctx.vault.seal_optional("case_approval", "note", id_, case.party_id, note),
        party_id=case.party_id,
        decided_at=ctx.now,
    )
    async with ctx.audit("customer.kyc.sign", step.subject, reason=signature.value, ruleset=step.loaded.sha256):
        ctx.session.add(row)


async def waivers(ctx: Context, case_id: UUID) -> frozenset[UUID]:
    """Who waived a requirement or a check has decided an earlier step."""
    requirements = (await queries.requirements_of(ctx, [case_id])).get(case_id, [])
    checks = (await queries.checks_of(ctx, [case_id])).get(case_id, [])
    waived = {check.performed_by for check in checks if check.status == CheckStatus.WAIVED}
    return frozenset(waived | {row.waived_by for row in requirements if row.waived_by is not None})


def _people(*ids: UUID | None) -> frozenset[UUID]:
    return frozenset(id_ for id_ in ids if id_ is not None)


def _refuse_open(assessment: Assessment) -> None:
    blocking = assessment.blocking
    if blocking:
        raise RequirementsOpen(requirements=", ".join(need.code for need in blocking))


def _use(decision: Decision) -> Use:
    match decision:
        case Decision.APPROVE:
            return "approve"
        case Decision.APPROVE_WITH_CONDITIONS:
            return "approve_with_conditions"
        case Decision.REJECT:
            return "reject"


def _check_reasons(step: Step, reasons: Sequence[str], use: Use) -> None:
    if not reasons:
        raise ReasonMissing(field="reasons")
    for reason in reasons:
        known_reason(step.rules, reason, use)


def _joined(reasons: Iterable[str]) -> str:
    return "+".join(reasons)
