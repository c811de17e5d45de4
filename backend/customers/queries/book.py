"""Lists that are worked through: the book of customers, and pairs of records that may be one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import Customer, MergeCase, MergeStatus, Party, PartyStatus
from backend.customers.queries.sight import SCOPE, allowed_ids, column, standing
from backend.customers.queries.summaries import many
from backend.customers.views import MergeView, Page, PartySummary

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFilters:
    """None is no condition. `review_due_by`: customers whose next review is due on that day or before."""

    manager_id: UUID | None = None
    team_id: UUID | None = None
    stage: str | None = None
    risk_level: str | None = None
    kind: str | None = None
    country: str | None = None
    review_due_by: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        equal: tuple[tuple[ColumnElement[Any], Any], ...] = (
            (column(Customer.manager_id), self.manager_id),
            (column(Customer.team_id), self.team_id),
            (column(Customer.stage), self.stage),
            (column(Customer.risk_level), self.risk_level),
            (column(Party.kind), self.kind),
            (column(Party.country), self.country),
        )
        due = [] if self.review_due_by is None else [col(Customer.next_review_on) <= self.review_due_by]
        return [column == value for column, value in equal if value is not None] + due


async def book(ctx: Context, filters: BookFilters, after: UUID | None = None, limit: int = 50) -> Page[PartySummary]:
    """Customers in the order in which their relationships were opened."""
    limit = min(max(limit, 1), _MOST)
    wanted = _customers(ctx, filters, select(Customer.id, Customer.party_id))
    if after is not None:
        wanted = wanted.where(col(Customer.id) > after)
    rows = (await ctx.session.execute(wanted.order_by(col(Customer.id)).limit(limit + 1))).all()
    shown = rows[:limit]
    known = await many(ctx, [row.party_id for row in shown])
    return Page(tuple(known[row.party_id] for row in shown), shown[-1].id if len(rows) > limit else None)


async def book_count(ctx: Context, filters: BookFilters) -> int:
    return await ctx.session.scalar(_customers(ctx, filters, select(func.count(col(Customer.id))))) or 0


def _customers(ctx: Context, filters: BookFilters, statement: Any) -> Any:
    active = col(Party.status) == PartyStatus.ACTIVE
    return standing(statement).where(
        col(Customer.id).is_not(None), active, ctx.clause("view", "customer", SCOPE), *filters.conditions()
    )


async def duplicates(
    ctx: Context, status: str | None = MergeStatus.OPEN, after: UUID | None = None, limit: int = 50
) -> Page[MergeView]:
    """Pairs of which the actor may see both; newest first."""
    limit = min(max(limit, 1), _MOST)
    allowed = allowed_ids(ctx, "view")
    wanted = select(MergeCase).where(col(MergeCase.first_id).in_(allowed), col(MergeCase.second_id).in_(allowed))
    if status is not None:
        wanted = wanted.where(MergeCase.status == status)
    if after is not None:
        wanted = wanted.where(col(MergeCase.id) < after)
    rows = (await ctx.session.scalars(wanted.order_by(col(MergeCase.id).desc()).limit(limit + 1))).all()
    shown = rows[:limit]
    return Page(await _merges(ctx, shown), shown[-1].id if len(rows) > limit else None)


async def merges_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, tuple[MergeView, ...]]:
    """The pairs that each party is part of and of which the actor may see both, the newest first."""
    ends, allowed = (col(MergeCase.first_id), col(MergeCase.second_id)), allowed_ids(ctx, "view")
    pairs = select(MergeCase).where(or_(*(end.in_(party_ids) for end in ends)), *(end.in_(allowed) for end in ends))
    merges = await _merges(ctx, (await ctx.session.scalars(pairs.order_by(col(MergeCase.id).desc()))).all())
    return {each: tuple(m for m in merges if each in {m.first.id, m.second.id}) for each in party_ids}


async def _merges(ctx: Context, rows: Sequence[MergeCase]) -> tuple[MergeView, ...]:
    known = await many(ctx, {party for row in rows for party in (row.first_id, row.second_id)})
    return tuple(_merge(row, known[row.first_id], known[row.second_id]) for row in rows)


def _merge(row: MergeCase, first: PartySummary, second: PartySummary) -> MergeView:
    return MergeView(
        id=row.id,
        first=first,
        second=second,
        score=row.score,
        evidence=tuple(row.evidence),
        status=row.status,
        survivor_id=row.survivor_id,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
