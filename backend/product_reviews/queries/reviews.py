"""Reviews of products as people see them: one, a worklist in the order in which they are due, what belongs to each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, literal, or_, text, tuple_
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import StaffUser
from backend.access.scopes import Facts, ScopeColumns
from backend.product_reviews.errors import ActionNotFound, FindingNotFound, ProductReviewNotFound
from backend.product_reviews.models import (
    ACTIVE,
    REVIEWED,
    ActionState,
    ProductReview,
    ProductReviewAction,
    ProductReviewFinding,
    ProductReviewState,
    ProductReviewTrigger,
)
from backend.products.models import Product

OBJECT: Final = "product_review"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended."""

    due_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class ProductReviewFilter:
    """Conditions that all hold; of each set any. Without states those that are not over."""

    states: frozenset[ProductReviewState] = frozenset()
    triggers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    product_id: UUID | None = None
    assignee_id: UUID | None = None
    overdue: bool = False

    def conditions(self, now: datetime) -> list[ColumnElement[bool]]:
        states = [state.value for state in self.states] or list(ACTIVE)
        found: list[ColumnElement[bool]] = [col(ProductReview.state).in_(states)]
        if self.triggers:
            asked = select(ProductReviewTrigger.review_id).where(col(ProductReviewTrigger.kind).in_(self.triggers))
            found.append(col(ProductReview.id).in_(asked))
        if self.kinds:
            found.append(col(ProductReview.product_id).in_(select(Product.id).where(col(Product.kind).in_(self.kinds))))
        if self.product_id is not None:
            found.append(col(ProductReview.product_id) == self.product_id)
        if self.assignee_id is not None:
            found.append(col(ProductReview.assignee_id) == self.assignee_id)
        if self.overdue:
            found += [col(ProductReview.due_at) < now, col(ProductReview.state).in_(ACTIVE)]
        return found


@dataclass(frozen=True, slots=True)
class Figure:
    state: ProductReviewState
    reviews: int
    overdue: int


def _visible(ctx: Context) -> Any:
    table: Any = ProductReview
    columns = ScopeColumns(tenant_id=table.tenant_id, owner_id=table.assignee_id, maker_id=table.proposed_by)
    return select(ProductReview).where(ctx.clause("view", OBJECT, columns))


def facts(ctx: Context, row: ProductReview | None = None) -> Facts:
    """The maker of what is to be signed is whoever signed first."""
    if row is None:
        return Facts(tenant_id=ctx.actor.tenant_id)
    makers = frozenset() if row.proposed_by is None else frozenset({row.proposed_by})
    return Facts(tenant_id=row.tenant_id, owner_id=row.assignee_id, maker_id=row.proposed_by, deciders=makers)


async def review(ctx: Context, review_id: UUID, *, lock: bool = False) -> ProductReview:
    """Raises ProductReviewNotFound, also for what the actor may not see."""
    query = _visible(ctx).where(col(ProductReview.id) == review_id)
    query = query.with_for_update().execution_options(populate_existing=True) if lock else query
    found: ProductReview | None = await ctx.session.scalar(query)
    if found is None:
        raise ProductReviewNotFound()
    return found


async def reviews(
    ctx: Context, wanted: ProductReviewFilter, *, after: After | None = None, limit: int = 50
) -> Sequence[ProductReview]:
    """What is due first comes first."""
    query = _visible(ctx).where(*wanted.conditions(ctx.now))
    place = tuple_(col(ProductReview.due_at), col(ProductReview.id))
    if after is not None:
        query = query.where(place > tuple_(literal(after.due_at), literal(after.id)))
    ordered = query.order_by(col(ProductReview.due_at), col(ProductReview.id))
    found: Sequence[ProductReview] = (await ctx.session.scalars(ordered.limit(limit))).all()
    return found


async def count(ctx: Context, wanted: ProductReviewFilter) -> int:
    counted = sql_select(func.count()).select_from(_visible(ctx).where(*wanted.conditions(ctx.now)).subquery())
    return await ctx.session.scalar(counted) or 0


async def figures(ctx: Context) -> list[Figure]:
    """Reviews that are not over, by state."""
    late = func.count().filter(col(ProductReview.due_at) < ctx.now)
    seen = _visible(ctx).where(col(ProductReview.state).in_(ACTIVE)).subquery()
    query = sql_select(col(ProductReview.state), func.count(), late).where(
        col(ProductReview.id).in_(sql_select(seen.c.id))
    )
    rows = await ctx.session.execute(query.group_by(col(ProductReview.state)))
    return [Figure(ProductReviewState(state), number, overdue) for state, number, overdue in rows]


async def by_ids(ctx: Context, ids: Collection[UUID]) -> dict[UUID, ProductReview]:
    rows = await ctx.session.scalars(_visible(ctx).where(col(ProductReview.id).in_(ids)))
    return {row.id: row for row in rows}


async def triggers_of(ctx: Context, review_ids: Collection[UUID]) -> Mapping[UUID, list[ProductReviewTrigger]]:
    """In the order in which they came up."""
    wanted = select(ProductReviewTrigger).where(col(ProductReviewTrigger.review_id).in_(review_ids))
    return _grouped(await ctx.session.scalars(wanted.order_by(col(ProductReviewTrigger.id))), "review_id")


async def findings_of(ctx: Context, review_ids: Collection[UUID]) -> Mapping[UUID, list[ProductReviewFinding]]:
    wanted = select(ProductReviewFinding).where(col(ProductReviewFinding.review_id).in_(review_ids))
    return _grouped(await ctx.session.scalars(wanted.order_by(col(ProductReviewFinding.number))), "review_id")


async def actions_of(ctx: Context, review_ids: Collection[UUID]) -> Mapping[UUID, list[ProductReviewAction]]:
    """By finding."""
    wanted = select(ProductReviewAction).where(col(ProductReviewAction.review_id).in_(review_ids))
    return _grouped(await ctx.session.scalars(wanted.order_by(col(ProductReviewAction.due_on))), "finding_id")


async def finding(ctx: Context, review_id: UUID, finding_id: UUID) -> ProductReviewFinding:
    """Raises FindingNotFound."""
    found = await ctx.session.get(ProductReviewFinding, finding_id)
    if found is None or found.review_id != review_id:
        raise FindingNotFound()
    return found


async def action(ctx: Context, action_id: UUID) -> tuple[ProductReviewAction, ProductReview]:
    """With its review, held until the transaction ends. Raises ActionNotFound."""
    wanted = select(ProductReviewAction).where(ProductReviewAction.id == action_id).with_for_update()
    row = (await ctx.session.scalars(wanted)).first()
    if row is None:
        raise ActionNotFound()
    return row, await review(ctx, row.review_id)


async def open_actions(ctx: Context, owner_id: UUID | None = None) -> Sequence[ProductReviewAction]:
    """What is due first comes first; of one colleague, or of all whose reviews the actor may see."""
    seen = _visible(ctx).subquery()
    query = select(ProductReviewAction).where(
        ProductReviewAction.state == ActionState.OPEN, col(ProductReviewAction.review_id).in_(sql_select(seen.c.id))
    )
    if owner_id is not None:
        query = query.where(ProductReviewAction.owner_id == owner_id)
    return (await ctx.session.scalars(query.order_by(col(ProductReviewAction.due_on)).limit(200))).all()


async def active_of(ctx: Context, product_id: UUID) -> ProductReview | None:
    """For the platform itself; the row is held until the transaction ends."""
    wanted = select(ProductReview).where(ProductReview.product_id == product_id, col(ProductReview.state).in_(ACTIVE))
    return (await ctx.session.scalars(wanted.with_for_update())).first()


async def hold(ctx: Context, product_id: UUID) -> None:
    """One transaction at a time notes what comes up about a product."""
    await ctx.session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('product review ' || :product, 0))"),
        {"product": str(product_id)},
    )


async def noted(ctx: Context, product_id: UUID) -> set[tuple[str, str]]:
    """Triggers that have their review already, as kind and source."""
    query = sql_select(col(ProductReviewTrigger.kind), col(ProductReviewTrigger.source))
    rows = await ctx.session.execute(query.where(col(ProductReviewTrigger.product_id) == product_id))
    return {(kind, source) for kind, source in rows}


async def reviewed_products(ctx: Context) -> Sequence[Product]:
    """Every product that customers have or may get."""
    states = [state.value for state in REVIEWED]
    return (await ctx.session.scalars(select(Product).where(col(Product.state).in_(states)).order_by("code"))).all()


async def next_days(ctx: Context, product_ids: Collection[UUID]) -> Mapping[UUID, date]:
    """The day of the next review that the last decision of each set."""
    query = sql_select(col(ProductReview.product_id), func.max(col(ProductReview.next_review_on)))
    decided = query.where(col(ProductReview.product_id).in_(product_ids), col(ProductReview.state) == "decided")
    rows = await ctx.session.execute(decided.group_by(col(ProductReview.product_id)))
    return {product_id: day for product_id, day in rows if day is not None}


async def closed_channels(ctx: Context, product_ids: Collection[UUID]) -> Mapping[UUID, frozenset[str]]:
    """What the last decision on each product closed; products of which it closed nothing are left out."""
    decided = sql_select(col(ProductReview.product_id), col(ProductReview.channels)).where(
        col(ProductReview.product_id).in_(product_ids), col(ProductReview.state) == "decided"
    )
    rows = await ctx.session.execute(decided.order_by(col(ProductReview.decided_at), col(ProductReview.id)))
    last = {product_id: frozenset(channels) for product_id, channels in rows}
    return {product_id: channels for product_id, channels in last.items() if channels}


async def late(ctx: Context, limit: int) -> Sequence[ProductReview]:
    """Overdue reviews of which nobody was told yet."""
    wanted = select(ProductReview).where(
        col(ProductReview.state).in_(ACTIVE),
        col(ProductReview.due_at) < ctx.now,
        col(ProductReview.escalated_at).is_(None),
    )
    rows = await ctx.session.scalars(wanted.limit(limit).with_for_update(skip_locked=True))
    return rows.all()


async def actions_to_tell(
    ctx: Context, days_before: Sequence[int], today: date, limit: int
) -> Sequence[ProductReviewAction]:
    """Open actions of which another reminder has come due, or that are late and nobody was told."""
    due = [
        (col(ProductReviewAction.reminders) == told) & (col(ProductReviewAction.due_on) <= today + timedelta(days=days))
        for told, days in enumerate(days_before)
    ]
    over = (col(ProductReviewAction.due_on) < today) & col(ProductReviewAction.escalated_at).is_(None)
    wanted = select(ProductReviewAction).where(ProductReviewAction.state == ActionState.OPEN, or_(over, false(), *due))
    rows = await ctx.session.scalars(wanted.limit(limit).with_for_update(skip_locked=True))
    return rows.all()


async def active_colleague(ctx: Context, person_id: UUID) -> bool:
    found = await ctx.session.get(StaffUser, person_id)
    return found is not None and found.active


async def colleagues(ctx: Context) -> Sequence[StaffUser]:
    """Who may be given an action, by name."""
    query = select(StaffUser).where(col(StaffUser.active)).order_by(col(StaffUser.display_name))
    return (await ctx.session.scalars(query)).all()


def _grouped(rows: Any, name: str) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
