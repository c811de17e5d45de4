"""When the next review of each customer is, for all of them at once; first reviews of a take-over are spread."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Date, Integer, Subquery, and_, case, cast, func, literal_column, true
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.customers.models import Customer, Party, PartyStatus, Stage
from backend.customers.queries import SCOPE, standing
from backend.customers.queries.sight import column
from backend.reviews.models import ACTIVE, Review, ReviewState
from backend.reviews.ruleset import ReviewRules, Spread
from backend.risk.models import RiskRating

REVIEWED: Final = (
    Stage.ACTIVE.value,
    Stage.GROWING.value,
    Stage.LOYAL.value,
    Stage.AT_RISK.value,
    Stage.DORMANT.value,
    Stage.WON_BACK.value,
)
"""Customers whose relationship runs; others are onboarded or gone."""
_BASIS: Final = 10_000
_PLACE: Final[ColumnElement[Any]] = literal_column(
    "((('x' || right(customer.party_id::text, 4))::bit(16)::int::bigint * 10000) >> 16)", BigInteger
)


@dataclass(frozen=True, slots=True)
class Due:
    party_id: UUID
    level: str | None
    planned_on: date


@dataclass(frozen=True, slots=True)
class Load:
    """Reviews of one level that are due in the week that begins on `week`; what is late counts in the first week."""

    week: date
    level: str | None
    reviews: int


def running() -> ColumnElement[bool]:
    return and_(col(Party.status) == PartyStatus.ACTIVE.value, col(Customer.stage).in_(REVIEWED))


def place(party_id: UUID) -> int:
    """The customer's own place in a spread, 0 to 9,999, from the random end of its id."""
    return (party_id.int & 0xFFFF) * _BASIS >> 16


async def takeovers(ctx: Context, spread: Spread) -> frozenset[date]:
    """The days on which so many customers were first rated that their first reviews are spread: one look a night."""
    first = (
        sql_select(col(RiskRating.party_id), col(RiskRating.rated_on).label("day"))
        .ext(distinct_on(col(RiskRating.party_id)))
        .order_by(col(RiskRating.party_id), col(RiskRating.id))
        .subquery("first")
    )
    query = sql_select(first.c.day).group_by(first.c.day).having(func.count() >= spread.takeover_from)
    return frozenset(await ctx.session.scalars(query))


def plan(spread: Spread, days: Collection[date]) -> Subquery:
    """party_id, level, planned_on of every customer who is reviewed; the same as rules.planned_on.

    `days` are those of `takeovers`; first ratings are looked up one by one, so a part of the customers costs a part.
    """
    due: ColumnElement[Any] = column(Customer.next_review_on)
    customers: Any = sql_select(col(Customer.party_id), col(Customer.risk_level).label("level"))
    customers = customers.join(Party, col(Party.id) == col(Customer.party_id)).where(running(), due.is_not(None))
    if not days:
        planned: Any = customers.add_columns(due.label("planned_on"))
        return _named(planned)
    first = (
        sql_select(col(RiskRating.rated_on).label("day"))
        .where(col(RiskRating.party_id) == col(Customer.party_id))
        .order_by(col(RiskRating.id))
        .limit(1)
        .lateral("first_rated")
    )
    reviewed = sql_select(col(Review.id)).where(
        col(Review.party_id) == col(Customer.party_id), col(Review.state) == ReviewState.COMPLETED.value
    )
    spreads = and_(first.c.day.in_(days), due > first.c.day, ~reviewed.exists())
    day = case((spreads, _spread(due, first.c.day, spread)), else_=due)
    return _named(customers.add_columns(day.label("planned_on")).outerjoin(first, true()))


def _named(query: Any) -> Subquery:
    found: Subquery = query.subquery("review_plan")
    return found


def _spread(due: ColumnElement[Any], first: ColumnElement[Any], spread: Spread) -> ColumnElement[Any]:
    interval = cast(due - first, BigInteger)
    earliest = interval * spread.earliest // _BASIS
    later = (interval - earliest) * (_PLACE + 1) // _BASIS
    return cast(first + cast(earliest + later, Integer), Date)


def lead_days(rules: ReviewRules, level: ColumnElement[Any]) -> ColumnElement[Any]:
    """How long before its day the review of a level is opened."""
    leads = ((level == code, each.lead_days) for code, each in rules.levels.items())
    return case(*leads, else_=rules.level(None).lead_days)


async def due(
    ctx: Context,
    rules: ReviewRules,
    days: Collection[date],
    *,
    among: Sequence[UUID] | None = None,
    limit: int | None = None,
) -> list[Due]:
    """Whose review is to be opened by today, the longest due first; whoever has an open one is left out."""
    planned, today = plan(rules.spread, days), ctx.now.date()
    open_ = sql_select(col(Review.id)).where(col(Review.party_id) == planned.c.party_id, col(Review.state).in_(ACTIVE))
    query = sql_select(planned).where(
        planned.c.planned_on - lead_days(rules, planned.c.level) <= today, ~open_.exists()
    )
    if among is not None:
        query = query.where(planned.c.party_id.in_(among))
    rows = await ctx.session.execute(query.order_by(planned.c.planned_on, planned.c.party_id).limit(limit))
    return [Due(row.party_id, row.level, row.planned_on) for row in rows]


async def calls(ctx: Context, rules: ReviewRules) -> AsyncIterator[tuple[UUID, str | None, date, date]]:
    """party_id, level, the day of the review and the day on which it is opened, of everybody who is reviewed."""
    planned = plan(rules.spread, await takeovers(ctx, rules.spread))
    opened: ColumnElement[Any] = planned.c.planned_on - lead_days(rules, planned.c.level)
    for row in await ctx.session.execute(sql_select(planned, opened.label("opened_on"))):
        yield row.party_id, row.level, row.planned_on, row.opened_on


async def forecast(ctx: Context, rules: ReviewRules, weeks: int) -> list[Load]:
    """By week (from Monday) and level, over the customers that the actor may see.

    An open review stands on the day on which it is due, in place of the one that the calendar had planned.
    """
    ctx.require("view_portfolio", "review", Facts(tenant_id=ctx.actor.tenant_id))
    planned, today = plan(rules.spread, await takeovers(ctx, rules.spread)), ctx.now.date()
    monday = today - timedelta(days=today.weekday())
    open_ = and_(col(Review.party_id) == planned.c.party_id, col(Review.state).in_(ACTIVE))
    on = func.coalesce(cast(col(Review.due_at), Date), planned.c.planned_on)
    day = func.greatest(on, monday)
    week = cast(func.date_trunc("week", day), Date).label("week")
    query = (
        sql_select(week, planned.c.level, func.count())
        .select_from(planned)
        .outerjoin(Review, open_)
        .where(on < monday + timedelta(weeks=weeks), planned.c.party_id.in_(_seen(ctx)))
    )
    rows = await ctx.session.execute(query.group_by(week, planned.c.level).order_by(week, planned.c.level))
    return [Load(row[0], row[1], row[2]) for row in rows]


def _seen(ctx: Context) -> Any:
    return standing(sql_select(col(Party.id))).where(ctx.clause("view_portfolio", "review", SCOPE))
