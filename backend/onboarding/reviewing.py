"""The second half of a case, made by the second line: reviewed, checked, asked about, put back on its way."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.onboarding import demands, queries
from backend.onboarding.acting import Step, announce, begin, enter, hand_over, rules_of, within
from backend.onboarding.checks import registry
from backend.onboarding.checks.protocol import CheckResult
from backend.onboarding.dossier import Dossier
from backend.onboarding.errors import (
    CheckNotByHand,
    CheckNotWaivable,
    DueDateInvalid,
    NotWaivable,
    UnknownCheck,
    UnknownReason,
    UnknownRequirement,
)
from backend.onboarding.models import (
    CaseCheck,
    CaseRequirement,
    CaseState,
    CheckStatus,
    InformationRequest,
    OnboardingCase,
    RequirementKind,
    RequirementStatus,
)
from backend.onboarding.ruleset import OnboardingRules, RequirementType, Use, choose
from backend.onboarding.states import Verb


async def start_review(ctx: Context, case_id: UUID) -> OnboardingCase:
    step = await begin(ctx, case_id, Verb.START_REVIEW)
    async with ctx.audit("customer.kyc.review", step.subject, ruleset=step.loaded.sha256):
        enter(step, CaseState.IN_REVIEW)
        step.case.reviewer_id = ctx.actor.id
    await hand_over(step, owner_id=ctx.actor.id)
    await demands.settle(step)
    await announce(step)
    return step.case


async def run_checks(ctx: Context, case_id: UUID) -> Sequence[CaseCheck]:
    """Every check that the case asks for and that somebody has registered; a waived one is not run again.

    Answers with those whose outcome is new.
    """
    step = await begin(ctx, case_id, Verb.RUN_CHECKS)
    await demands.settle(step)
    dossier = await step.dossier()
    written = []
    for kind in asked_checks(step.rules, dossier):
        check, last = registry.find(kind), dossier.checks.get(kind)
        if check is not None and (last is None or last.status != CheckStatus.WAIVED):
            result = await check.run(ctx, dossier, step.rules)
            if last is None or not _says_the_same(last, result):
                written.append(await _record(step, kind, result))
    if written:
        await demands.settle(step)
    return written


async def answer_again(ctx: Context, party_id: UUID, kind: str) -> None:
    """For whoever answers a check and has news of a party: its open cases that were answered before hear of it."""
    for case in await queries.open_cases_of(ctx, party_id):
        step = within(ctx, await queries.found(ctx, case.id, lock=True), Verb.RUN_CHECKS)
        dossier, check = await step.dossier(), registry.find(kind)
        last = dossier.checks.get(kind)
        if check is not None and last is not None and last.status != CheckStatus.WAIVED:
            result = await check.run(ctx, dossier, step.rules)
            if not _says_the_same(last, result):
                await _record(step, kind, result)
                await demands.settle(step)


def _says_the_same(last: CaseCheck, result: CheckResult) -> bool:
    """A person's answer stands as long as the program finds what it found when the person answered."""
    if "answers" in last.result:
        return bool(last.result["answers"] == list(result.codes))
    return (last.status, last.result) == (result.status.value, result.as_json())


def asked_checks(rules: OnboardingRules, dossier: Dossier) -> list[str]:
    """The kinds of check among the requirements that stand, and those whose outcome a rule may read."""
    standing = [code for code, row in dossier.requirements.items() if row.status != RequirementStatus.DROPPED]
    kinds = [rules.requirements[code].check for code in standing if code in rules.requirements]
    return [kind for kind in kinds if kind is not None]


async def record_check(
    ctx: Context, case_id: UUID, kind: str, status: CheckStatus, codes: Iterable[str] = ()
) -> CaseCheck:
    """The outcome of a check that a person made, for what no program can answer or has referred."""
    step = await begin(ctx, case_id, Verb.RECORD_CHECK)
    asked = await _asked_check(step, kind)
    if not asked.by_hand:
        raise CheckNotByHand(kind=kind)
    last = (await step.dossier()).checks.get(kind)
    found = [] if last is None else last.result.get("answers", last.result["codes"])
    row = await _record(step, kind, CheckResult(status, tuple(codes), {"answers": found}))
    await demands.settle(step)
    return row


async def waive_check(ctx: Context, case_id: UUID, kind: str, reason: str) -> CaseCheck:
    """Raises CheckNotWaivable unless the rule-set lets the check be waived; the reason stands in its result."""
    step = await begin(ctx, case_id, Verb.WAIVE_CHECK)
    asked = await _asked_check(step, kind)
    if not asked.waivable:
        raise CheckNotWaivable(kind=kind)
    known_reason(step.rules, reason, "waive")
    row = await _record(step, kind, CheckResult(CheckStatus.WAIVED, (reason,)))
    await demands.settle(step)
    return row


async def waive_requirement(ctx: Context, case_id: UUID, code: str, reason: str) -> CaseRequirement:
    step = await begin(ctx, case_id, Verb.WAIVE_REQUIREMENT)
    row = await _open_requirement(step, code)
    if code not in step.rules.requirements or not step.rules.requirements[code].waivable:
        raise NotWaivable(requirement=code)
    known_reason(step.rules, reason, "waive")
    async with ctx.audit("customer.kyc.waive", step.subject, reason=reason, ruleset=step.loaded.sha256):
        row.status, row.waived_by, row.waiver_reason = RequirementStatus.WAIVED, ctx.actor.id, reason
        row.changed_at = ctx.now
    await demands.settle(step)
    return row


async def request_information(
    ctx: Context,
    case_id: UUID,
    *,
    requirements: Sequence[str],
    message: str | None = None,
    due_at: datetime | None = None,
) -> InformationRequest:
    """The case waits for the customer; the person who looks after the customer gets the work."""
    step = await begin(ctx, case_id, Verb.REQUEST_INFORMATION)
    for code in requirements:
        await _open_requirement(step, code)
    due = due_at or ctx.now + timedelta(days=step.rules.information_days)
    if due <= ctx.now:
        raise DueDateInvalid(field="due_at")
    request = await _request(step, list(dict.fromkeys(requirements)), message, due)
    async with ctx.audit("customer.kyc.request_information", step.subject):
        ctx.session.add(request)
        enter(step, CaseState.AWAITING_INFORMATION)
    customer = step.found.customer
    await hand_over(step, owner_id=None if customer is None else customer.manager_id, due_at=due)
    await announce(step)
    return request


async def receive_information(ctx: Context, case_id: UUID) -> OnboardingCase:
    """Back to the reviewer; what is still open may be asked again."""
    step = await begin(ctx, case_id, Verb.RECEIVE_INFORMATION)
    requests = (await queries.requests_of(ctx, [case_id])).get(case_id, [])
    async with ctx.audit("customer.kyc.resume", step.subject):
        enter(step, CaseState.IN_REVIEW)
        for request in requests:
            if request.answered_at is None:
                request.answered_at = ctx.now
    await demands.settle(step)
    await hand_over(step, owner_id=step.case.reviewer_id)
    await announce(step)
    return step.case


async def rebase(ctx: Context, case_id: UUID) -> OnboardingCase:
    """Onto the version that is effective today, by a person's choice; requirements follow."""
    step = await begin(ctx, case_id, Verb.REBASE)
    current = choose(ctx.policies, step.case.jurisdiction, step.case.purpose, ctx.now.date())
    if current.sha256 == step.case.ruleset:
        return step.case
    async with ctx.audit("customer.kyc.rebase", step.subject, ruleset=current.sha256):
        step.case.ruleset = current.sha256
    await demands.settle(step.under(rules_of(ctx, step.case)))
    return step.case


def known_reason(rules: OnboardingRules, reason: str, use: Use) -> None:
    if reason not in rules.reasons or use not in rules.reasons[reason].use:
        raise UnknownReason(reason=reason, use=use, field="reason")


async def _record(step: Step, kind: str, result: CheckResult) -> CaseCheck:
    ctx, case = step.ctx, step.case
    row = CaseCheck(
        tenant_id=case.tenant_id,
        case_id=case.id,
        kind=kind,
        status=result.status,
        result=result.as_json(),
        performed_by=ctx.actor.id,
        performed_at=ctx.now,
    )
    reason = f"{kind}_{result.status.value}"
    async with ctx.audit("customer.kyc.check", step.subject, reason=reason, ruleset=step.loaded.sha256):
        ctx.session.add(row)
    return row


async def _asked_check(step: Step, kind: str) -> RequirementType:
    rows = (await queries.requirements_of(step.ctx, [step.case.id])).get(step.case.id, [])
    for row in rows:
        type_ = step.rules.requirements.get(row.code)
        if type_ is not None and type_.check == kind and row.status != RequirementStatus.DROPPED:
            return type_
    raise UnknownCheck(kind=kind, field="kind")


async def _open_requirement(step: Step, code: str) -> CaseRequirement:
    rows = (await queries.requirements_of(step.ctx, [step.case.id])).get(step.case.id, [])
    for row in rows:
        if row.code == code and row.status == RequirementStatus.OPEN and row.kind != RequirementKind.APPROVAL:
            return row
    raise UnknownRequirement(requirement=code, field="requirements")


async def _request(step: Step, codes: list[str], message: str | None, due: datetime) -> InformationRequest:
    ctx, case, id_ = step.ctx, step.case, new_id()
    await ctx.vault.load([case.party_id])
    return InformationRequest(
        id=id_,
        tenant_id=case.tenant_id,
        case_id=case.id,
        party_id=case.party_id,
        requirements=codes,
        message=ctx.vault.seal_optional("information_request", "message", id_, case.party_id, message),
        asked_by=ctx.actor.id,
        asked_at=ctx.now,
        due_at=due,
    )
