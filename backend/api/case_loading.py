"""The parts of cases, each relation in one query for all the cases that ask; each judged by its own right."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.fields import Visibility, show
from backend.access.scopes import Facts
from backend.api.personal import PersonalText
from backend.core.errors import TenureError
from backend.customers import queries as customers
from backend.onboarding import queries
from backend.onboarding.models import (
    CaseApproval,
    CaseCheck,
    CaseCondition,
    CaseRequirement,
    InformationRequest,
    OnboardingCase,
)

Row = TypeVar("Row")
Shown = tuple[CaseApproval, PersonalText | None]
Asked = tuple[InformationRequest, PersonalText | None]
Answered = tuple[CaseCheck, bool]
"""A check, and whether the actor may be told what it found."""
NOTE = "compliance_note"
SCREENING = "screening"
MESSAGE = "note"


async def fetch_cases_of_parties(ctx: Context, ids: Collection[UUID]) -> Mapping[UUID, list[OnboardingCase]]:
    return await queries.cases_by_parties(ctx, ids)


async def fetch_children(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[OnboardingCase]]:
    return {each: list(await queries.children(ctx, each)) for each in ids}


async def fetch_requirements(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[CaseRequirement] | TenureError]:
    return await _allowed(ctx, "requirement", ids, queries.requirements_of)


async def fetch_checks(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[Answered] | TenureError]:
    """What screening found is for those who work on alerts; to others its answer is there, or is not there yet."""
    found = await _allowed(ctx, "check", ids, queries.checks_of)
    in_full = ctx.may("view", "screening_alert", Facts(tenant_id=ctx.actor.tenant_id))
    return {
        case_id: rows if isinstance(rows, TenureError) else [(row, in_full or row.kind != SCREENING) for row in rows]
        for case_id, rows in found.items()
    }


async def fetch_conditions(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[CaseCondition] | TenureError]:
    return await _allowed(ctx, "condition", ids, queries.conditions_of)


async def fetch_approvals(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[Shown]]:
    grouped = await queries.approvals_of(ctx, ids)
    seen = await _sight(ctx, NOTE, [row for rows in grouped.values() for row in rows])
    return {
        case_id: [(row, _opened(ctx, NOTE, ("case_approval", "note"), row, row.note, seen)) for row in rows]
        for case_id, rows in grouped.items()
    }


async def fetch_requests(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[Asked]]:
    grouped = await queries.requests_of(ctx, ids)
    seen = await _sight(ctx, MESSAGE, [row for rows in grouped.values() for row in rows])
    place = ("information_request", "message")
    return {
        case_id: [(row, _opened(ctx, MESSAGE, place, row, row.message, seen)) for row in rows]
        for case_id, rows in grouped.items()
    }


async def _allowed(
    ctx: Context,
    obj: str,
    ids: Collection[UUID],
    query: Callable[[Context, Collection[UUID]], Awaitable[Mapping[UUID, Sequence[Row]]]],
) -> dict[UUID, Any]:
    """For a case whose parts of this kind the actor may not see, the refusal."""
    cases = await queries.cases_by_ids(ctx, ids)
    facts = await customers.facts_of(ctx, {case.party_id for case in cases.values()})
    found: dict[UUID, Any] = {}
    for case in cases.values():
        known = facts.get(case.party_id, Facts(tenant_id=case.tenant_id))
        if not ctx.may("view", obj, known):
            found[case.id] = NotAllowed(ctx.policy.explain(ctx.actor, "view", obj, known))
    rows = await query(ctx, [each for each in ids if each not in found])
    return {**{each: list(several) for each, several in rows.items()}, **found}


async def _sight(
    ctx: Context, field: str, rows: Sequence[CaseApproval] | Sequence[InformationRequest]
) -> Mapping[UUID, Visibility]:
    """How the actor sees the field of each party; the keys of those that are seen are open afterwards."""
    facts = await customers.facts_of(ctx, {row.party_id for row in rows})
    seen = {each: ctx.policy.visibility(ctx.actor, f"customer.{field}", known) for each, known in facts.items()}
    await ctx.vault.load([each for each, how in seen.items() if how is not Visibility.HIDDEN])
    return seen


def _opened(
    ctx: Context,
    field: str,
    place: tuple[str, str],
    row: CaseApproval | InformationRequest,
    sealed: bytes | None,
    seen: Mapping[UUID, Visibility],
) -> PersonalText | None:
    if sealed is None:
        return None
    name, how = f"customer.{field}", seen.get(row.party_id, Visibility.HIDDEN)
    if how is Visibility.HIDDEN:
        return PersonalText.of(name, None, how)
    ctx.saw(("party", row.party_id), field)
    return PersonalText.of(name, show(name, ctx.vault.open(*place, row.id, row.party_id, sealed), how), how)
