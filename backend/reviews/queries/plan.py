"""When the next review of each customer is, for the whole portfolio at once; first reviews of a take-over are spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BIGINT, ColumnElement, Date, Integer, Subquery, and_, case, cast, func, literal, text
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
_DIGITS: Final = 4


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
    interval = cast(due - first, BIGINT)
    earliest = func.div(interval * spread.earliest, _BASIS)
    last = func.right(cast(col(Customer.party_id), text_type()), _DIGITS)
    hexed = cast(cast(func.concat("x", last), bits()), Integer)
    own = func.div(hexed * _BASIS, literal(65_536))
    return cast(first + cast(earliest + func.div((interval - earliest) * (own + 1), _BASIS), Integer), Date)
