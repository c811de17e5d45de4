"""Every SELECT of feedback, scoped to the actor by the customer whose answer it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, tuple_
from sqlalchemy import select as sql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import StaffUser, Tenant
from backend.customers.models import Customer, Party, PartyStatus, Stage
from backend.customers.queries.sight import SCOPE
from backend.servicing.feedback.errors import SurveyNotFound
from backend.servicing.feedback.models import FollowUpState, Survey, SurveyFollowUp, SurveyState
from backend.servicing.feedback.ruleset import Caps

OBJECT: Final = "survey"
FOLLOW_UP: Final = "survey_follow_up"
_YEAR: Final = timedelta(days=365)
_ASKED: Final = (Stage.ACTIVE, Stage.GROWING, Stage.LOYAL, Stage.AT_RISK, Stage.DORMANT, Stage.WON_BACK)


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest answer of a customer."""

    code: str
    kind: str
    score: int
    answered_at: datetime


def _standing(query: Any, ctx: Context, party: Any) -> Any:
    return (
        query.join(Party, col(Party.id) == party)
        .outerjoin(Customer, col(Customer.party_id) == col(Party.id))
        .outerjoin(StaffUser, col(StaffUser.id) == col(Party.created_by))
        .where(ctx.clause("view", OBJECT, SCOPE))
    )


async def survey(ctx: Context, survey_id: UUID, *, lock: bool = False) -> Survey:
    """Raises SurveyNotFound, also for what the actor may not see."""
    query = _standing(select(Survey), ctx, col(Survey.party_id)).where(col(Survey.id) == survey_id)
    found: Survey | None = await ctx.session.scalar(query.with_for_update(of=Survey) if lock else query)
    if found is None:
        raise SurveyNotFound()
    return found


async def surveys(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Survey]:
    query = _standing(select(Survey), ctx, col(Survey.party_id)).where(col(Survey.id).in_(set(ids)))
    return {row.id: row for row in await ctx.session.scalars(query)}


async def of_party(ctx: Context, party_id: UUID) -> Sequence[Survey]:
    """The newest first."""
    query = _standing(select(Survey), ctx, col(Survey.party_id)).where(col(Survey.party_id) == party_id)
    found: Sequence[Survey] = (await ctx.session.scalars(query.order_by(col(Survey.sent_at).desc()))).all()
    return found


async def about(ctx: Context, code: str, about_id: UUID) -> Survey | None:
    """For the platform: the survey that was sent about this already."""
    query = select(Survey).where(col(Survey.code) == code, col(Survey.about_id) == about_id)
    return (await ctx.session.scalars(query)).first()


async def earlier(ctx: Context, party_id: UUID) -> list[tuple[str, datetime]]:
    """For the platform: what the customer was asked before, and when."""
    query = sql(col(Survey.code), col(Survey.sent_at)).where(col(Survey.party_id) == party_id)
    return [(code, sent) for code, sent in await ctx.session.execute(query)]


async def answered(
    ctx: Context,
    *,
    code: str | None = None,
    product_code: str | None = None,
    theme: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Sequence[Survey]:
    """Answers with words, the newest first."""
    place = tuple_(col(Survey.answered_at), col(Survey.id))
    query = _standing(select(Survey), ctx, col(Survey.party_id)).where(
        col(Survey.comment).is_not(None), col(Survey.answered_at).is_not(None)
    )
    if code is not None:
        query = query.where(col(Survey.code) == code)
    if product_code is not None:
        query = query.where(col(Survey.product_code) == product_code)
    if theme is not None:
        query = query.where(col(Survey.themes).contains([theme]))
    if after is not None:
        query = query.where(place < tuple_(literal(after.at), literal(after.id)))
    ordered = query.order_by(col(Survey.answered_at).desc(), col(Survey.id).desc()).limit(limit)
    found: Sequence[Survey] = (await ctx.session.scalars(ordered)).all()
    return found


async def follow_up(ctx: Context, follow_up_id: UUID, *, lock: bool = False) -> SurveyFollowUp:
    """Raises SurveyNotFound, also for what the actor may not see."""
    query = _standing(select(SurveyFollowUp), ctx, col(SurveyFollowUp.party_id))
    query = query.where(col(SurveyFollowUp.id) == follow_up_id)
    found: SurveyFollowUp | None = await ctx.session.scalar(query.with_for_update(of=SurveyFollowUp) if lock else query)
    if found is None:
        raise SurveyNotFound()
    return found


async def follow_ups(
    ctx: Context, state: FollowUpState, *, after: After | None = None, limit: int = 50
) -> Sequence[SurveyFollowUp]:
    """What is due first comes first."""
    place = tuple_(col(SurveyFollowUp.due_at), col(SurveyFollowUp.id))
    query = _standing(select(SurveyFollowUp), ctx, col(SurveyFollowUp.party_id))
    query = query.where(col(SurveyFollowUp.state) == state)
    if after is not None:
        query = query.where(place > tuple_(literal(after.at), literal(after.id)))
    ordered = query.order_by(col(SurveyFollowUp.due_at), col(SurveyFollowUp.id)).limit(limit)
    found: Sequence[SurveyFollowUp] = (await ctx.session.scalars(ordered)).all()
    return found


async def follow_ups_of(ctx: Context, survey_ids: Collection[UUID]) -> dict[UUID, SurveyFollowUp]:
    """By the survey; for services and pages that may see the survey."""
    query = select(SurveyFollowUp).where(col(SurveyFollowUp.survey_id).in_(set(survey_ids)))
    return {row.survey_id: row for row in await ctx.session.scalars(query)}


async def satisfaction(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Answer]:
    """The latest answer of each of them, as far as the actor may see it."""
    query = _standing(select(Survey), ctx, col(Survey.party_id)).where(
        col(Survey.party_id).in_(set(party_ids)), col(Survey.answered_at).is_not(None)
    )
    newest = query.order_by(col(Survey.party_id), col(Survey.answered_at).desc()).ext(distinct_on(col(Survey.party_id)))
    return {
        row.party_id: Answer(row.code, row.kind, row.score, row.answered_at)
        for row in await ctx.session.scalars(newest)
    }


async def yearly(ctx: Context, code: str, caps: Caps, limit: int) -> list[tuple[UUID, UUID | None]]:
    """For the platform: customers of a year and more whom nothing keeps from being asked, the longest known first."""
    lately = or_(
        col(Survey.sent_at) > ctx.now - timedelta(days=caps.any_days),
        and_(col(Survey.code) == code, col(Survey.sent_at) > ctx.now - _YEAR),
    )
    asked: ColumnElement[bool] = exists().where(col(Survey.party_id) == col(Customer.party_id), lately)
    query = (
        sql(col(Customer.party_id), col(Customer.team_id))
        .join(Party, col(Party.id) == col(Customer.party_id))
        .where(
            col(Party.status) == PartyStatus.ACTIVE,
            col(Customer.stage).in_(_ASKED),
            col(Customer.activated_at) <= ctx.now - _YEAR,
            ~asked,
        )
        .order_by(col(Customer.activated_at), col(Customer.id))
        .limit(limit)
    )
    return [(party_id, team_id) for party_id, team_id in await ctx.session.execute(query)]


async def team_of(ctx: Context, party_id: UUID) -> UUID | None:
    found: UUID | None = await ctx.session.scalar(sql(col(Customer.team_id)).where(col(Customer.party_id) == party_id))
    return found


async def scores_since(ctx: Context, since: datetime) -> list[tuple[str, str, str, int]]:
    """For the platform: product, survey, kind and score of each answer about a product."""
    query = sql(col(Survey.product_code), col(Survey.code), col(Survey.kind), col(Survey.score)).where(
        col(Survey.product_code).is_not(None), col(Survey.score).is_not(None), col(Survey.answered_at) >= since
    )
    rows = await ctx.session.execute(query)
    return [(str(product), code, kind, int(score or 0)) for product, code, kind, score in rows]


async def expired(ctx: Context, limit: int) -> Sequence[Survey]:
    """For the platform: answers that can be corrected no more because their link has ended."""
    query = select(Survey).where(col(Survey.state) == SurveyState.ANSWERED, col(Survey.expires_at) <= ctx.now)
    ripe = query.order_by(col(Survey.expires_at), col(Survey.id)).limit(limit).with_for_update(skip_locked=True)
    return (await ctx.session.scalars(ripe)).all()


async def institution(ctx: Context) -> str:
    return str(await ctx.session.scalar(sql(col(Tenant.name)).where(col(Tenant.id) == ctx.actor.tenant_id)))


async def open_follow_ups(ctx: Context) -> tuple[int, int]:
    """How many wait for somebody, and how many of them are late, as far as the actor may see them."""
    mine = _standing(select(SurveyFollowUp), ctx, col(SurveyFollowUp.party_id)).where(
        col(SurveyFollowUp.state) == FollowUpState.OPEN
    )
    waiting = mine.with_only_columns(func.count(), func.count().filter(col(SurveyFollowUp.due_at) < ctx.now))
    count, late = (await ctx.session.execute(waiting)).one()
    return count, late
