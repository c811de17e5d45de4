"""Requests of data subjects, what is due first comes first."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, literal, or_, select, tuple_
from sqlmodel import col
from sqlmodel import select as models

from backend.access.context import Context
from backend.access.models import Tenant
from backend.customers.queries.sight import allowed_ids
from backend.rights.errors import RequestNotFound
from backend.rights.models import (
    PrivacyRequest,
    RequestState,
)
from backend.rights.standing import OPEN


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended; what is due first comes first."""

    due_on: date
    id: UUID


@dataclass(frozen=True, slots=True)
class RequestFigure:
    """One line a state: how many, how many of them late, and the nearest date."""

    state: str
    count: int
    overdue: int
    next_due_on: date | None


async def jurisdiction(ctx: Context) -> str:
    return str(await ctx.session.scalar(select(col(Tenant.jurisdiction)).where(col(Tenant.id) == ctx.actor.tenant_id)))


def _visible(ctx: Context) -> Any:
    return models(PrivacyRequest).where(col(PrivacyRequest.party_id).in_(allowed_ids(ctx, "view", "privacy_request")))


async def request(ctx: Context, request_id: UUID) -> PrivacyRequest:
    """Raises RequestNotFound, also where the actor may not see it."""
    found: PrivacyRequest | None = (
        await ctx.session.scalars(_visible(ctx).where(col(PrivacyRequest.id) == request_id))
    ).first()
    if found is None:
        raise RequestNotFound()
    return found


async def requests(
    ctx: Context, *, states: Collection[str] = OPEN, after: After | None = None, limit: int = 50
) -> Sequence[PrivacyRequest]:
    place = tuple_(col(PrivacyRequest.due_on), col(PrivacyRequest.id))
    query = _visible(ctx).where(col(PrivacyRequest.state).in_(states))
    if after is not None:
        query = query.where(place > tuple_(literal(after.due_on), literal(after.id)))
    found = await ctx.session.scalars(query.order_by(*place).limit(limit))
    return list(found.all())


async def requests_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[PrivacyRequest]]:
    """Newest first."""
    query = _visible(ctx).where(col(PrivacyRequest.party_id).in_(party_ids)).order_by(col(PrivacyRequest.id).desc())
    found: dict[UUID, list[PrivacyRequest]] = defaultdict(list)
    for row in await ctx.session.scalars(query):
        found[row.party_id].append(row)
    return dict(found)


async def figures(ctx: Context) -> list[RequestFigure]:
    late = col(PrivacyRequest.due_on) < ctx.now.date()
    counted = (
        select(col(PrivacyRequest.state), func.count(), func.count().filter(late), func.min(col(PrivacyRequest.due_on)))
        .where(col(PrivacyRequest.party_id).in_(allowed_ids(ctx, "view", "privacy_request")))
        .group_by(col(PrivacyRequest.state))
    )
    return [
        RequestFigure(state, count, late if RequestState(state) in OPEN else 0, due)
        for state, count, late, due in await ctx.session.execute(counted)
    ]


async def ending(ctx: Context, until: date, limit: int) -> Sequence[PrivacyRequest]:
    """Open requests that nobody was warned of and that are due by then, or that ran out unnoticed."""
    waiting = models(PrivacyRequest).where(
        col(PrivacyRequest.state).in_((RequestState.RECEIVED, RequestState.IN_PROGRESS, RequestState.PENDING_APPROVAL)),
        or_(
            and_(col(PrivacyRequest.warned_at).is_(None), col(PrivacyRequest.due_on) <= until),
            and_(col(PrivacyRequest.breached_at).is_(None), col(PrivacyRequest.due_on) < ctx.now.date()),
        ),
    )
    ripe = waiting.order_by(col(PrivacyRequest.due_on), col(PrivacyRequest.id)).limit(limit)
    return (await ctx.session.scalars(ripe.with_for_update(skip_locked=True))).all()


async def deferred(ctx: Context, after: UUID | None, limit: int) -> Sequence[PrivacyRequest]:
    query = models(PrivacyRequest).where(col(PrivacyRequest.state) == RequestState.DEFERRED)
    if after is not None:
        query = query.where(col(PrivacyRequest.id) > after)
    return (await ctx.session.scalars(query.order_by(col(PrivacyRequest.id)).limit(limit))).all()


async def open_request(ctx: Context, party_id: UUID, kind: str) -> PrivacyRequest | None:
    query = models(PrivacyRequest).where(
        col(PrivacyRequest.party_id) == party_id,
        col(PrivacyRequest.kind) == kind,
        col(PrivacyRequest.state).in_(OPEN),
    )
    return (await ctx.session.scalars(query)).first()
