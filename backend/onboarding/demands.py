"""A case's requirements as rows: what the rules now ask is opened, what they no longer ask is dropped, each audited."""

from typing import Any
from uuid import UUID

from backend.access.context import Context
from backend.onboarding.acting import Step
from backend.onboarding.models import CaseRequirement, OnboardingCase, RequirementStatus
from backend.onboarding.rules import Assessment, Requirement


async def settle(step: Step) -> Assessment:
    """Compute anew and write only what differs; nothing new leaves no entry."""
    dossier = await step.dossier()
    assessment = step.judge(dossier)
    rows = dict(dossier.requirements)
    changed = [
        need
        for need in assessment.requirements
        if need.status is not RequirementStatus.DEFERRED and _differs(rows.get(need.code), need)
    ]
    dropped = _no_longer_asked(assessment, rows)
    if changed or dropped or not _graded(step.case, assessment):
        async with step.ctx.audit("customer.kyc.recompute", step.subject, ruleset=step.loaded.sha256):
            _grade(step.case, assessment)
            _drop(step.ctx, dropped)
            for need in changed:
                _write(step.ctx, step.case, rows.get(need.code), need)
    await _defer(step, assessment, rows)
    return assessment


def _graded(case: OnboardingCase, assessment: Assessment) -> bool:
    graded = (assessment.due_diligence.value, assessment.risk_points, assessment.risk_level)
    return (case.due_diligence, case.risk_points, case.risk_level) == graded


def _grade(case: OnboardingCase, assessment: Assessment) -> None:
    if not _graded(case, assessment):
        case.due_diligence, case.risk_points = assessment.due_diligence.value, assessment.risk_points
        case.risk_level = assessment.risk_level


def _no_longer_asked(assessment: Assessment, rows: dict[str, CaseRequirement]) -> list[CaseRequirement]:
    asked = {need.code for need in assessment.requirements}
    return [row for code, row in rows.items() if code not in asked and row.status != RequirementStatus.DROPPED]


def _drop(ctx: Context, rows: list[CaseRequirement]) -> None:
    for row in rows:
        row.status, row.satisfied_by, row.changed_at = RequirementStatus.DROPPED, None, ctx.now


async def _defer(step: Step, assessment: Assessment, rows: dict[str, CaseRequirement]) -> None:
    """Each in an entry of its own, which names the rule-set's reason."""
    for need in assessment.requirements:
        if need.status is RequirementStatus.DEFERRED and _differs(rows.get(need.code), need):
            entry = step.ctx.audit(
                "customer.kyc.defer", step.subject, reason=need.deferred_for, ruleset=step.loaded.sha256
            )
            async with entry:
                _write(step.ctx, step.case, rows.get(need.code), need)


def _write(ctx: Context, case: OnboardingCase, row: CaseRequirement | None, need: Requirement) -> None:
    if row is None:
        ctx.session.add(_row(ctx, case, need))
    elif _differs(row, need):
        row.status, row.because, row.satisfied_by = need.status, _because(need), need.satisfied_by
        row.changed_at = ctx.now


def _row(ctx: Context, case: OnboardingCase, need: Requirement) -> CaseRequirement:
    return CaseRequirement(
        tenant_id=case.tenant_id,
        case_id=case.id,
        code=need.code,
        kind=need.kind,
        status=need.status,
        because=_because(need),
        satisfied_by=need.satisfied_by,
        changed_at=ctx.now,
    )


def _differs(row: CaseRequirement | None, need: Requirement) -> bool:
    if row is None:
        return True
    stored: tuple[str, list[dict[str, Any]], UUID | None] = (row.status, row.because, row.satisfied_by)
    return stored != (need.status.value, _because(need), need.satisfied_by)


def _because(need: Requirement) -> list[dict[str, Any]]:
    return [because.as_json() for because in need.because]
