"""Decisions on cases that wait for a further person."""

from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.onboarding import queries
from backend.onboarding.models import CaseApproval, CaseCheck, CaseRequirement, CheckStatus, OnboardingCase


async def _cases(ctx: Context) -> list[Waiting]:
    found = await queries.pending_approval(ctx, MOST)
    ids = [each.case.id for each in found]
    signed = await queries.approvals_of(ctx, ids)
    requirements, checks = await queries.requirements_of(ctx, ids), await queries.checks_of(ctx, ids)
    return [
        Waiting(
            id=each.case.id,
            words=each.case.number,
            page=f"/cases/{each.case.id}",
            made_at=each.case.submitted_at or each.case.opened_at,
            made_by=each.case.proposed_by,
            mine=ctx.may(
                "approve",
                "onboarding_case",
                each.facts(
                    each.case.proposed_by,
                    _signers(each.case, signed.get(each.case.id, []))
                    | _waivers(requirements.get(each.case.id, []), checks.get(each.case.id, [])),
                ),
            ),
            party_id=each.case.party_id,
        )
        for each in found
    ]


def _signers(case: OnboardingCase, rows: list[CaseApproval]) -> frozenset[UUID]:
    """Who answered in this round, and who submitted it."""
    submitter = set() if case.submitted_by is None else {case.submitted_by}
    return frozenset(submitter | {row.approver_id for row in rows if row.round == case.round})


def _waivers(requirements: list[CaseRequirement], checks: list[CaseCheck]) -> frozenset[UUID]:
    waived = {row.waived_by for row in requirements if row.waived_by is not None}
    return frozenset(waived | {row.performed_by for row in checks if row.status == CheckStatus.WAIVED})


CASES: Final = SignatureKind("case", "Decision on a case", (("onboarding_case", "approve"),), _cases)
