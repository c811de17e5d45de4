"""Reviews as people see them: one, a worklist in the order in which they are due, what belongs to each."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, Uuid, case, cast, false, func, literal, null, or_, tuple_
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.fields import Visibility
from backend.access.scopes import Facts
from backend.customers.models import Party
from backend.customers.queries import allowed_ids, facts
from backend.reviews.errors import ReviewNotFound
from backend.reviews.models import (
    ACTIVE,
    BehaviourFlag,
    Outcome,
    Review,
    ReviewAnswer,
    ReviewRestriction,
    ReviewState,
    ReviewTrigger,
)
from backend.reviews.ruleset import ReviewRules

OBJECT: Final = "review"
CONFIDENTIAL: Final = "customer.compliance_fact"


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended."""

    due_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """Conditions that all hold; of each set any. Without states those that are not over."""

    states: frozenset[ReviewState] = frozenset()
    levels: frozenset[str] = frozenset()
    triggers: frozenset[str] = frozenset()
    party_id: UUID | None = None
    assignee_id: UUID | None = None
    unassigned: bool = False
    overdue: bool = False

    def conditions(self, now: datetime) -> list[ColumnElement[bool]]:
        states = [state.value for state in self.states] or list(ACTIVE)
        found: list[ColumnElement[bool]] = [col(Review.state).in_(states)]
        if self.levels:
            found.append(col(Review.level).in_(self.levels))
        if self.triggers:
            asked = select(ReviewTrigger.review_id).where(col(ReviewTrigger.kind).in_(self.triggers))
            found.append(col(Review.id).in_(asked))
        if self.party_id is not None:
            found.append(col(Review.party_id) == self.party_id)
        if self.assignee_id is not None:
            found.append(col(Review.assignee_id) == self.assignee_id)
        if self.unassigned:
            found.append(col(Review.assignee_id).is_(None))
        if self.overdue:
            found += [col(Review.due_at) < now, col(Review.state).in_(ACTIVE)]
        return found


@dataclass(frozen=True, slots=True)
class Figure:
    state: ReviewState
    level: str
    reviews: int
    overdue: int


def _visible(ctx: Context) -> Any:
    return select(Review).where(col(Review.party_id).in_(allowed_ids(ctx, "view", OBJECT)))


async def review(ctx: Context, review_id: UUID, *, lock: bool = False) -> Review:
    """Raises ReviewNotFound, also for what the actor may not see."""
    query = _visible(ctx).where(col(Review.id) == review_id)
    found: Review | None = await ctx.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise ReviewNotFound()
    return found


async def access(ctx: Context, row: Review) -> Facts:
    """Where the review stands; its maker is whoever proposed how it ends."""
    return replace(await facts(ctx, row.party_id), owner_id=row.assignee_id, maker_id=row.proposed_by)


async def customer_facts(ctx: Context, party_id: UUID) -> Facts:
    """What access decisions know of the customer. Raises PartyNotFound."""
    return await facts(ctx, party_id)


def told(ctx: Context, known: Facts) -> bool:
    """Whether the actor may know what compliance knows of the customer."""
    return ctx.policy.visibility(ctx.actor, CONFIDENTIAL, known) is Visibility.CLEAR


async def reviews(
    ctx: Context, wanted: ReviewFilter, *, after: After | None = None, limit: int = 50
) -> Sequence[Review]:
    """What is due first comes first."""
    query = _visible(ctx).where(*wanted.conditions(ctx.now))
    if after is not None:
        query = query.where(
            tuple_(col(Review.due_at), col(Review.id)) > tuple_(literal(after.due_at), literal(after.id))
        )
    found: Sequence[Review] = (
        await ctx.session.scalars(query.order_by(col(Review.due_at), col(Review.id)).limit(limit))
    ).all()
    return found


async def reviews_count(ctx: Context, wanted: ReviewFilter) -> int:
    counted = sql_select(func.count()).select_from(_visible(ctx).where(*wanted.conditions(ctx.now)).subquery())
    return await ctx.session.scalar(counted) or 0


async def by_ids(ctx: Context, review_ids: Collection[UUID]) -> dict[UUID, Review]:
    return {row.id: row for row in await ctx.session.scalars(_visible(ctx).where(col(Review.id).in_(review_ids)))}


async def of_parties(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[Review]]:
    """All reviews of each that the actor may see, the newest first."""
    rows = await ctx.session.scalars(
        _visible(ctx).where(col(Review.party_id).in_(set(party_ids))).order_by(col(Review.id).desc())
    )
    return _grouped(rows, "party_id")


async def figures(ctx: Context) -> list[Figure]:
    late = func.count().filter(col(Review.due_at) < ctx.now)
    query = sql_select(col(Review.state), col(Review.level), func.count(), late).where(
        col(Review.party_id).in_(allowed_ids(ctx, "view", OBJECT)), col(Review.state).in_(ACTIVE)
    )
    rows = await ctx.session.execute(query.group_by(col(Review.state), col(Review.level)))
    return [Figure(ReviewState(state), level, count, overdue) for state, level, count, overdue in rows]


async def triggers_of(ctx: Context, review_ids: Collection[UUID]) -> dict[UUID, list[ReviewTrigger]]:
    """For reviews that the actor was shown, in the order in which they came up."""
    wanted = col(ReviewTrigger.review_id).in_(set(review_ids))
    rows = await ctx.session.scalars(select(ReviewTrigger).where(wanted).order_by(col(ReviewTrigger.id)))
    return _grouped(rows, "review_id")


async def answers_of(ctx: Context, review_ids: Collection[UUID]) -> dict[UUID, list[ReviewAnswer]]:
    """For reviews that the actor was shown."""
    rows = await ctx.session.scalars(select(ReviewAnswer).where(col(ReviewAnswer.review_id).in_(set(review_ids))))
    return _grouped(rows, "review_id")


async def restrictions_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[ReviewRestriction]]:
    """What is in force; for who may see the customer, and for whatever sells something."""
    wanted = (col(ReviewRestriction.party_id).in_(set(party_ids)), col(ReviewRestriction.lifted_at).is_(None))
    rows = await ctx.session.scalars(select(ReviewRestriction).where(*wanted).order_by(col(ReviewRestriction.id)))
    return _grouped(rows, "party_id")


def _grouped(rows: Any, name: str) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


async def party_kind(ctx: Context, party_id: UUID) -> str:
    return (await ctx.session.scalars(select(Party.kind).where(Party.id == party_id))).one()


async def active_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Review]:
    """For the platform itself; the row is held until the transaction ends."""
    wanted = select(Review).where(col(Review.party_id).in_(set(party_ids)), col(Review.state).in_(ACTIVE))
    return {row.party_id: row for row in await ctx.session.scalars(wanted.order_by(col(Review.id)).with_for_update())}


async def hold(ctx: Context, party_ids: Collection[UUID]) -> None:
    """One transaction at a time notes what comes up about a customer; in one order, so that no two deadlock."""
    wanted = func.unnest(literal(sorted(party_ids), ARRAY(Uuid))).column_valued("party_id")
    named = func.hashtextextended(func.concat("review ", wanted), 0)
    await ctx.session.execute(sql_select(func.pg_advisory_xact_lock(named)))


async def noted(ctx: Context, party_ids: Collection[UUID]) -> set[tuple[UUID, str, str]]:
    """Triggers that have their review already."""
    query = sql_select(col(ReviewTrigger.party_id), col(ReviewTrigger.kind), col(ReviewTrigger.source))
    rows = await ctx.session.execute(query.where(col(ReviewTrigger.party_id).in_(set(party_ids))))
    return {(row[0], row[1], row[2]) for row in rows}


async def late(ctx: Context, rules: ReviewRules, limit: int) -> Sequence[Review]:
    """Active reviews whose clock has something new to say; what another worker holds is left to it."""
    after = {code: level.restrict_after_days for code, level in rules.levels.items()}
    days = case(
        *((col(Review.level) == code, value) for code, value in after.items() if value is not None),
        else_=null(),
    )
    restrict = col(Review.due_at) + func.make_interval(0, 0, 0, cast(days, Integer)) <= ctx.now
    wanted = select(Review).where(
        col(Review.state).in_(ACTIVE),
        col(Review.due_at) < ctx.now,
        or_(col(Review.escalated_at).is_(None), col(Review.restricted_at).is_(None) & restrict),
    )
    rows = await ctx.session.scalars(wanted.order_by(col(Review.due_at)).limit(limit).with_for_update(skip_locked=True))
    return rows.all()


async def overdue(ctx: Context) -> list[tuple[str, datetime]]:
    """Level and due time of every active review that is late; for the platform itself."""
    query = sql_select(col(Review.level), col(Review.due_at))
    rows = await ctx.session.execute(query.where(col(Review.state).in_(ACTIVE), col(Review.due_at) < ctx.now))
    return [(row[0], row[1]) for row in rows]


async def to_remind(ctx: Context, rules: ReviewRules, limit: int) -> Sequence[Review]:
    """Reviews that wait for the customer and of which another reminder has come due."""
    due = [
        (col(Review.reminders) == told) & (col(Review.information_due_at) <= ctx.now + timedelta(days=days))
        for told, days in enumerate(rules.information.remind_days_before)
    ]
    wanted = select(Review).where(Review.state == ReviewState.AWAITING_INFORMATION, or_(false(), *due))
    rows = await ctx.session.scalars(wanted.order_by(col(Review.id)).limit(limit).with_for_update(skip_locked=True))
    return rows.all()


async def latest_flags(ctx: Context, party_ids: Collection[UUID]) -> dict[tuple[UUID, str], date]:
    """The last day on which each pattern was told of each party."""
    newest = func.max(col(BehaviourFlag.found_on))
    query = sql_select(col(BehaviourFlag.party_id), col(BehaviourFlag.pattern), newest)
    rows = await ctx.session.execute(
        query.where(col(BehaviourFlag.party_id).in_(set(party_ids))).group_by(
            col(BehaviourFlag.party_id), col(BehaviourFlag.pattern)
        )
    )
    return {(row[0], row[1]): row[2] for row in rows}


async def flagged_since(
    ctx: Context, party_ids: Collection[UUID] | None, since: datetime
) -> list[tuple[UUID, str, datetime]]:
    """Party (of these, or any), pattern and when it was found; for the platform itself."""
    columns = (col(BehaviourFlag.party_id), col(BehaviourFlag.pattern), col(BehaviourFlag.found_at))
    query = sql_select(*columns).where(col(BehaviourFlag.found_at) > since)
    if party_ids is not None:
        query = query.where(col(BehaviourFlag.party_id).in_(party_ids))
    rows = await ctx.session.execute(query)
    return [(row[0], row[1], row[2]) for row in rows]


async def last_completed(
    ctx: Context, party_ids: Collection[UUID], outcomes: Collection[Outcome] = tuple(Outcome)
) -> dict[UUID, datetime]:
    """When the last review of each ended, of those that ended so; who never had one is left out."""
    query = sql_select(col(Review.party_id), func.max(col(Review.decided_at))).where(
        col(Review.party_id).in_(party_ids),
        col(Review.state) == ReviewState.COMPLETED.value,
        col(Review.outcome).in_([outcome.value for outcome in outcomes]),
    )
    rows = await ctx.session.execute(query.group_by(col(Review.party_id)))
    return {row[0]: row[1] for row in rows if row[1] is not None}


async def flag_figures(ctx: Context) -> dict[str, int]:
    ctx.require("view_portfolio", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    rows = await ctx.session.execute(
        sql_select(col(BehaviourFlag.pattern), func.count()).group_by(col(BehaviourFlag.pattern))
    )
    return {row[0]: row[1] for row in rows}
