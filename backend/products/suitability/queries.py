"""Every SELECT of assessments."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Tenant
from backend.customers.models import Party, PartyStatus
from backend.customers.queries import allowed_ids
from backend.products.suitability.errors import AssessmentNotFound
from backend.products.suitability.models import Assessment, AssessmentState

OBJECT: Final = "assessment"


async def jurisdiction(ctx: Context) -> str:
    """Of the institution."""
    query = sql_select(col(Tenant.jurisdiction)).where(col(Tenant.id) == ctx.actor.tenant_id)
    return (await ctx.session.execute(query)).scalar_one()


async def assessment(ctx: Context, assessment_id: UUID, *, lock: bool = False) -> Assessment:
    """Raises AssessmentNotFound, also for what the actor may not see."""
    query = _visible(ctx).where(col(Assessment.id) == assessment_id)
    found: Assessment | None = await ctx.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise AssessmentNotFound()
    return found


async def by_ids(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Assessment]:
    return {row.id: row for row in await ctx.session.scalars(_visible(ctx).where(col(Assessment.id).in_(set(ids))))}


async def of_parties(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[Assessment]]:
    """All of each that the actor may see, the newest first."""
    rows = await ctx.session.scalars(
        _visible(ctx).where(col(Assessment.party_id).in_(set(party_ids))).order_by(col(Assessment.id).desc())
    )
    found: dict[UUID, list[Assessment]] = defaultdict(list)
    for row in rows:
        found[row.party_id].append(row)
    return dict(found)


async def standing(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[Assessment]]:
    """For machines: what is in force or ran out, of each questionnaire the newest; oldest questionnaire first."""
    states = (AssessmentState.IN_FORCE.value, AssessmentState.EXPIRED.value)
    query = (
        select(Assessment)
        .where(col(Assessment.party_id).in_(set(party_ids)), col(Assessment.state).in_(states))
        .order_by(col(Assessment.id))
    )
    newest: dict[tuple[UUID, str], Assessment] = {}
    for row in await ctx.session.scalars(query):
        newest[row.party_id, row.questionnaire] = row
    found: dict[UUID, list[Assessment]] = defaultdict(list)
    for row in newest.values():
        found[row.party_id].append(row)
    return dict(found)


async def in_force(ctx: Context, party_id: UUID, questionnaire: str) -> Assessment | None:
    query = select(Assessment).where(
        Assessment.party_id == party_id,
        Assessment.questionnaire == questionnaire,
        Assessment.state == AssessmentState.IN_FORCE,
    )
    found: Assessment | None = await ctx.session.scalar(query)
    return found


async def hold(ctx: Context, party_id: UUID) -> None:
    """One assessment of a customer at a time: what is counted next does not change until the transaction ends."""
    place = func.hashtextextended(f"assessment {party_id}", 0)
    await ctx.session.execute(sql_select(func.pg_advisory_xact_lock(place)))


async def days_taken(ctx: Context, party_id: UUID, questionnaire: str, since: date) -> list[date]:
    """The day of each assessment after `since`, whatever became of it, the oldest first."""
    query = sql_select(col(Assessment.taken_on)).where(
        col(Assessment.party_id) == party_id,
        col(Assessment.questionnaire) == questionnaire,
        col(Assessment.taken_on) > since,
    )
    return list(await ctx.session.scalars(query.order_by(col(Assessment.taken_on))))


async def run_out(ctx: Context, today: date, limit: int) -> Sequence[Assessment]:
    """In force beyond their last day; what another worker holds is left to it."""
    query = select(Assessment).where(Assessment.state == AssessmentState.IN_FORCE, col(Assessment.valid_until) < today)
    ordered = query.order_by(col(Assessment.valid_until), col(Assessment.id)).limit(limit)
    return (await ctx.session.scalars(ordered.with_for_update(skip_locked=True))).all()


async def to_remind(ctx: Context, before: dict[str, date], limit: int) -> Sequence[Assessment]:
    """Not told of yet, of each questionnaire those that end by its day."""
    if not before:
        return ()
    ending: list[Any] = [
        (col(Assessment.questionnaire) == name) & (col(Assessment.valid_until) <= day) for name, day in before.items()
    ]
    query = (
        select(Assessment)
        .join(Party, col(Party.id) == col(Assessment.party_id))
        .where(
            Assessment.state == AssessmentState.IN_FORCE,
            col(Assessment.reminded_on).is_(None),
            col(Party.status) == PartyStatus.ACTIVE,
            or_(*ending),
        )
    )
    ordered = query.order_by(col(Assessment.id)).limit(limit)
    return (await ctx.session.scalars(ordered.with_for_update(of=Assessment, skip_locked=True))).all()


async def stored(ctx: Context, after: UUID | None, limit: int) -> Sequence[Assessment]:
    """In the order in which they were taken."""
    query = select(Assessment).order_by(col(Assessment.id)).limit(limit)
    return (await ctx.session.scalars(query if after is None else query.where(col(Assessment.id) > after))).all()


def _visible(ctx: Context) -> Any:
    return select(Assessment).where(col(Assessment.party_id).in_(allowed_ids(ctx, "view", OBJECT)))
