"""Every SELECT of onboarding cases, scoped to the actor; what a page or a list loads is loaded in batches by case."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal, tuple_
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import StaffUser
from backend.access.scopes import Facts, ScopeColumns
from backend.customers.models import Customer, Document, Party
from backend.onboarding.errors import CaseNotFound
from backend.onboarding.models import (
    CaseApproval,
    CaseCheck,
    CaseCondition,
    CaseRequirement,
    CaseState,
    ConditionStatus,
    InformationRequest,
    OnboardingCase,
)

FINAL = (
    CaseState.APPROVED,
    CaseState.APPROVED_WITH_CONDITIONS,
    CaseState.REJECTED,
    CaseState.WITHDRAWN,
    CaseState.EXPIRED,
)
OfCase = TypeVar("OfCase", CaseRequirement, CaseCheck, CaseApproval, CaseCondition, InformationRequest)


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended; the newest cases come first."""

    opened_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    states: frozenset[CaseState] = frozenset()
    purposes: frozenset[str] = frozenset()
    risk_levels: frozenset[str] = frozenset()
    reviewer_id: UUID | None = None
    customer_id: UUID | None = None
    parent_id: UUID | None = None
    opened_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class StateFigure:
    state: CaseState
    risk_level: str | None
    cases: int


@dataclass(frozen=True, slots=True)
class Found:
    """A case with what decides who may act on it.

    Without a relationship of its own, a party stands in the book and team of whoever recorded it.
    """

    case: OnboardingCase
    party: Party
    customer: Customer | None
    creators_team: UUID | None = None

    def facts(self, maker_id: UUID | None = None, deciders: frozenset[UUID] = frozenset()) -> Facts:
        """The maker is who submitted it (who opened it, before that), unless the step at hand has another."""
        case, customer = self.case, self.customer
        return Facts(
            tenant_id=case.tenant_id,
            manager_id=self.party.created_by if customer is None else customer.manager_id,
            team_id=self.creators_team if customer is None else customer.team_id,
            referred_by=self.party.referred_by,
            owner_id=case.reviewer_id or case.opened_by,
            maker_id=maker_id or case.submitted_by or case.opened_by,
            deciders=deciders,
        )


def columns() -> ScopeColumns:
    return ScopeColumns(
        tenant_id=_column(OnboardingCase.tenant_id),
        manager_id=case((col(Customer.id).is_(None), col(Party.created_by)), else_=col(Customer.manager_id)),
        team_id=case((col(Customer.id).is_(None), col(StaffUser.team_id)), else_=col(Customer.team_id)),
        referred_by=_column(Party.referred_by),
        owner_id=func.coalesce(OnboardingCase.reviewer_id, OnboardingCase.opened_by),
        maker_id=func.coalesce(OnboardingCase.submitted_by, OnboardingCase.opened_by),
    )


def _column(attribute: Any) -> ColumnElement[Any]:
    return cast("ColumnElement[Any]", col(attribute))


def _joined(query: Any) -> Any:
    joined = query.select_from(OnboardingCase).join(Party, col(Party.id) == col(OnboardingCase.party_id))
    joined = joined.outerjoin(Customer, col(Customer.id) == col(OnboardingCase.customer_id))
    return joined.outerjoin(StaffUser, col(StaffUser.id) == col(Party.created_by))


def _visible(ctx: Context) -> Any:
    return _joined(select(OnboardingCase)).where(ctx.clause("view", "onboarding_case", columns()))


async def found(ctx: Context, case_id: UUID, *, lock: bool = False) -> Found:
    """Raises CaseNotFound, also for a case that the actor may not see."""
    query = _joined(select(OnboardingCase, Party, Customer, StaffUser.team_id)).where(
        col(OnboardingCase.id) == case_id, ctx.clause("view", "onboarding_case", columns())
    )
    if lock:
        query = query.with_for_update(of=OnboardingCase).execution_options(populate_existing=True)
    row = (await ctx.session.execute(query)).first()
    if row is None:
        raise CaseNotFound(case_id=case_id)
    return Found(*row)


async def pending_approval(ctx: Context, limit: int) -> list[Found]:
    """What waits for a signature and may be seen, the oldest first."""
    query = _joined(select(OnboardingCase, Party, Customer, StaffUser.team_id)).where(
        col(OnboardingCase.state) == CaseState.PENDING_APPROVAL, ctx.clause("view", "onboarding_case", columns())
    )
    rows = await ctx.session.execute(query.order_by(col(OnboardingCase.submitted_at)).limit(limit))
    return [Found(*row) for row in rows]


async def of_process(ctx: Context, case_id: UUID) -> Found:
    """For a step that belongs to a use case on another case of the same family, already allowed there."""
    query = _joined(select(OnboardingCase, Party, Customer, StaffUser.team_id)).where(col(OnboardingCase.id) == case_id)
    row = (await ctx.session.execute(query.with_for_update(of=OnboardingCase))).one()
    return Found(*row)


async def cases(
    ctx: Context, wanted: CaseFilter, *, after: After | None = None, limit: int = 50
) -> Sequence[OnboardingCase]:
    query = _filtered(_visible(ctx), wanted)
    place = tuple_(col(OnboardingCase.opened_at), col(OnboardingCase.id))
    if after is not None:
        query = query.where(place < tuple_(literal(after.opened_at), literal(after.id)))
    query = query.order_by(col(OnboardingCase.opened_at).desc(), col(OnboardingCase.id).desc()).limit(limit)
    return (await ctx.session.scalars(query)).all()


def _filtered(query: Any, wanted: CaseFilter) -> Any:
    chosen: dict[Any, Any] = {
        OnboardingCase.state: sorted(wanted.states),
        OnboardingCase.purpose: sorted(wanted.purposes),
        OnboardingCase.risk_level: sorted(wanted.risk_levels),
    }
    equal: dict[Any, Any] = {
        OnboardingCase.reviewer_id: wanted.reviewer_id,
        OnboardingCase.customer_id: wanted.customer_id,
        OnboardingCase.parent_id: wanted.parent_id,
    }
    query = query.where(*(col(column).in_(values) for column, values in chosen.items() if values))
    query = query.where(*(col(column) == value for column, value in equal.items() if value is not None))
    return query if wanted.opened_from is None else query.where(col(OnboardingCase.opened_at) >= wanted.opened_from)


async def cases_by_ids(ctx: Context, ids: Iterable[UUID]) -> dict[UUID, OnboardingCase]:
    rows = await ctx.session.scalars(_visible(ctx).where(col(OnboardingCase.id).in_(set(ids))))
    return {case.id: case for case in rows}


async def cases_by_parties(ctx: Context, party_ids: Iterable[UUID]) -> dict[UUID, list[OnboardingCase]]:
    """All cases of each party that the actor may see, the newest first."""
    query = _visible(ctx).where(col(OnboardingCase.party_id).in_(set(party_ids)))
    grouped: dict[UUID, list[OnboardingCase]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(OnboardingCase.id).desc())):
        grouped[row.party_id].append(row)
    return grouped


async def figures(ctx: Context) -> list[StateFigure]:
    query = _joined(select(OnboardingCase.state, OnboardingCase.risk_level, func.count()))
    query = query.where(ctx.clause("view", "onboarding_case", columns()))
    rows = await ctx.session.execute(query.group_by(col(OnboardingCase.state), col(OnboardingCase.risk_level)))
    order = list(CaseState)
    counted = [StateFigure(CaseState(state), level, number) for state, level, number in rows]
    return sorted(counted, key=lambda figure: (order.index(figure.state), figure.risk_level or ""))


async def requirements_of(ctx: Context, case_ids: Iterable[UUID]) -> dict[UUID, list[CaseRequirement]]:
    return await _of_cases(ctx, CaseRequirement, case_ids)


async def checks_of(ctx: Context, case_ids: Iterable[UUID]) -> dict[UUID, list[CaseCheck]]:
    """Every answer in the order it was given; the last of a kind counts."""
    return await _of_cases(ctx, CaseCheck, case_ids)


async def approvals_of(ctx: Context, case_ids: Iterable[UUID]) -> dict[UUID, list[CaseApproval]]:
    return await _of_cases(ctx, CaseApproval, case_ids)


async def conditions_of(ctx: Context, case_ids: Iterable[UUID]) -> dict[UUID, list[CaseCondition]]:
    return await _of_cases(ctx, CaseCondition, case_ids)


async def requests_of(ctx: Context, case_ids: Iterable[UUID]) -> dict[UUID, list[InformationRequest]]:
    return await _of_cases(ctx, InformationRequest, case_ids)


async def _of_cases(ctx: Context, model: type[OfCase], case_ids: Iterable[UUID]) -> dict[UUID, list[OfCase]]:
    """Whoever may see the case may see its parts; the caller has loaded the cases through this module."""
    query = select(model).where(col(model.case_id).in_(set(case_ids))).order_by(col(model.id))
    grouped: dict[UUID, list[OfCase]] = defaultdict(list)
    for row in await ctx.session.scalars(query):
        grouped[row.case_id].append(row)
    return grouped


async def signers(ctx: Context, case: OnboardingCase) -> frozenset[UUID]:
    """Who has answered the proposal of the current round."""
    rows = (await approvals_of(ctx, [case.id])).get(case.id, [])
    return frozenset(row.approver_id for row in rows if row.round == case.round)


async def documents_of(ctx: Context, case: OnboardingCase) -> Sequence[Document]:
    """Papers of the party, the newest first; their content and numbers stay sealed."""
    query = select(Document).where(col(Document.party_id) == case.party_id).order_by(col(Document.id).desc())
    return (await ctx.session.scalars(query)).all()


async def children(ctx: Context, case_id: UUID) -> Sequence[OnboardingCase]:
    """The cases of the beneficial owners, for the case that waits for them."""
    query = select(OnboardingCase).where(col(OnboardingCase.parent_id) == case_id).order_by(col(OnboardingCase.id))
    return (await ctx.session.scalars(query)).all()


async def open_cases_of(ctx: Context, party_id: UUID) -> Sequence[OnboardingCase]:
    query = select(OnboardingCase).where(
        col(OnboardingCase.party_id) == party_id, col(OnboardingCase.state).not_in([s.value for s in FINAL])
    )
    return (await ctx.session.scalars(query)).all()


async def out_of_time(ctx: Context, limit: int) -> Sequence[UUID]:
    open_ = col(OnboardingCase.state).not_in([s.value for s in FINAL])
    query = select(OnboardingCase.id).where(open_, col(OnboardingCase.expires_at) <= ctx.now)
    return (await ctx.session.scalars(query.order_by(col(OnboardingCase.expires_at)).limit(limit))).all()


async def condition(ctx: Context, condition_id: UUID) -> CaseCondition | None:
    query = select(CaseCondition).where(col(CaseCondition.id) == condition_id)
    return (await ctx.session.scalars(query.with_for_update())).first()


async def conditions_late(ctx: Context, limit: int) -> Sequence[CaseCondition]:
    query = select(CaseCondition).where(
        col(CaseCondition.status) == ConditionStatus.OPEN.value, col(CaseCondition.due_on) < ctx.now.date()
    )
    ordered = query.order_by(col(CaseCondition.due_on), col(CaseCondition.id)).limit(limit)
    return (await ctx.session.scalars(ordered.with_for_update(skip_locked=True))).all()
