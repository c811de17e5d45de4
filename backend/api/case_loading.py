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
Asked = tuple[InformationRequest, str | None]
NOTE = "customer.compliance_note"


async def fetch_cases_of_parties(ctx: Context, ids: Collection[UUID]) -> Mapping[UUID, list[OnboardingCase]]:
    return await queries.cases_by_parties(ctx, ids)


async def fetch_children(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[OnboardingCase]]:
    return {each: list(await queries.children(ctx, each)) for each in ids}


async def fetch_requirements(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[CaseRequirement] | TenureError]:
    return await _allowed(ctx, "requirement", ids, queries.requirements_of)


async def fetch_checks(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[CaseCheck] | TenureError]:
    return await _allowed(ctx, "check", ids, queries.checks_of)


async def fetch_conditions(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[CaseCondition] | TenureError]:
    return await _allowed(ctx, "condition", ids, queries.conditions_of)


async def fetch_approvals(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[Shown]]:
    grouped = await queries.approvals_of(ctx, ids)
    rows = [row for found in grouped.values() for row in found]
    facts = await customers.facts_of(ctx, {row.party_id for row in rows})
    visible = {each: ctx.policy.visibility(ctx.actor, NOTE, facts[each]) for each in facts}
    await ctx.vault.load({row.party_id for row in rows if row.note is not None and _seen(visible, row.party_id)})
    return {case_id: [(row, _note(ctx, row, visible)) for row in found] for case_id, found in grouped.items()}


async def fetch_requests(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[Asked]]:
    """The message went to the customer; whoever may see the case may read it."""
    grouped = await queries.requests_of(ctx, ids)
    rows = [row for found in grouped.values() for row in found]
    await ctx.vault.load({row.party_id for row in rows if row.message is not None})
    return {case_id: [(row, _message(ctx, row)) for row in found] for case_id, found in grouped.items()}


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


def _seen(visible: Mapping[UUID, Visibility], party_id: UUID) -> bool:
    return visible.get(party_id, Visibility.HIDDEN) is not Visibility.HIDDEN


def _note(ctx: Context, row: CaseApproval, visible: Mapping[UUID, Visibility]) -> PersonalText | None:
    if row.note is None:
        return None
    if not _seen(visible, row.party_id):
        return PersonalText.of(NOTE, None, Visibility.HIDDEN)
    ctx.saw(("party", row.party_id), "compliance_note")
    text = ctx.vault.open("case_approval", "note", row.id, row.party_id, row.note)
    return PersonalText.of(NOTE, show(NOTE, text, visible[row.party_id]), visible[row.party_id])


def _message(ctx: Context, row: InformationRequest) -> str | None:
    return ctx.vault.open_optional("information_request", "message", row.id, row.party_id, row.message)
