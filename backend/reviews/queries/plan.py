"""When the next review of each customer is, for all of them at once; first reviews of a take-over are spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Date, Integer, Subquery, and_, case, cast, func, literal_column
from sqlalchemy import select as sql_select
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


def plan(spread: Spread) -> Subquery:
    """party_id, level, planned_on of every customer who is reviewed; the same as rules.planned_on."""
    rated = sql_select(col(RiskRating.party_id), func.min(col(RiskRating.rated_on)).label("day"))
    first = rated.group_by(col(RiskRating.party_id)).cte("first_rated")
    cohort = sql_select(first.c.day, func.count().label("size")).group_by(first.c.day).cte("cohort")
    reviewed = sql_select(col(Review.id)).where(
        col(Review.party_id) == col(Customer.party_id), col(Review.state) == ReviewState.COMPLETED.value
    )
    due: ColumnElement[Any] = column(Customer.next_review_on)
    spreads = and_(cohort.c.size >= spread.takeover_from, due > first.c.day, ~reviewed.exists())
    query = (
        sql_select(
            col(Customer.party_id),
            col(Customer.risk_level).label("level"),
            case((spreads, _spread(due, first.c.day, spread)), else_=due).label("planned_on"),
        )
        .join(Party, col(Party.id) == col(Customer.party_id))
        .outerjoin(first, first.c.party_id == col(Customer.party_id))
        .outerjoin(cohort, cohort.c.day == first.c.day)
        .where(running(), due.is_not(None))
    )
    return query.subquery("review_plan")


def _spread(due: ColumnElement[Any], first: ColumnElement[Any], spread: Spread) -> ColumnElement[Any]:
    interval = cast(due - first, BigInteger)
    earliest = interval * spread.earliest // _BASIS
    later = (interval - earliest) * (_PLACE + 1) // _BASIS
    return cast(first + cast(earliest + later, Integer), Date)


async def due(ctx: Context, rules: ReviewRules, limit: int, *, among: Sequence[UUID] | None = None) -> list[Due]:
    """Whose review is to be opened by today, the longest due first; whoever has an open one is left out."""
    planned, today = plan(rules.spread), ctx.now.date()
    lead = case(
        *((planned.c.level == code, level.lead_days) for code, level in rules.levels.items()),
        else_=rules.level(None).lead_days,
    )
    open_ = sql_select(col(Review.id)).where(col(Review.party_id) == planned.c.party_id, col(Review.state).in_(ACTIVE))
    query = sql_select(planned).where(planned.c.planned_on - lead <= today, ~open_.exists())
    if among is not None:
        query = query.where(planned.c.party_id.in_(among))
    rows = await ctx.session.execute(query.order_by(planned.c.planned_on, planned.c.party_id).limit(limit))
    return [Due(row.party_id, row.level, row.planned_on) for row in rows]


async def forecast(ctx: Context, rules: ReviewRules, weeks: int) -> list[Load]:
    """By week (from Monday) and level, over the customers that the actor may see; the open reviews are among them."""
    ctx.require("view_portfolio", "review", Facts(tenant_id=ctx.actor.tenant_id))
    planned, today = plan(rules.spread), ctx.now.date()
    monday = today - timedelta(days=today.weekday())
    day = func.greatest(planned.c.planned_on, monday)
    week = cast(func.date_trunc("week", day), Date).label("week")
    query = sql_select(week, planned.c.level, func.count()).where(
        planned.c.planned_on < monday + timedelta(weeks=weeks), planned.c.party_id.in_(_seen(ctx))
    )
    rows = await ctx.session.execute(query.group_by(week, planned.c.level).order_by(week, planned.c.level))
    return [Load(row[0], row[1], row[2]) for row in rows]


def _seen(ctx: Context) -> Any:
    return standing(sql_select(col(Party.id))).where(ctx.clause("view_portfolio", "review", SCOPE))


async def planned_days(ctx: Context, rules: ReviewRules, party_ids: Sequence[UUID]) -> dict[UUID, date]:
    planned = plan(rules.spread)
    rows = await ctx.session.execute(sql_select(planned).where(planned.c.party_id.in_(party_ids)))
    return {row.party_id: row.planned_on for row in rows}
