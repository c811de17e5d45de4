"""Every SELECT of consents and limits."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Select, String, Uuid, cast, exists, literal, null, or_, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.access.context import Context
from backend.access.models import Tenant
from backend.consent.acts import Act, Limit
from backend.consent.models import ConsentAct, ConsentEvent, LimitKind, ProcessingLimit
from backend.customers.models import Party, PartyStatus


@dataclass(slots=True)
class Recorded:
    """What is known of one party for one purpose; `acts` oldest first."""

    status: str | None = None
    acts: list[Act] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)


@dataclass(slots=True)
class Record:
    jurisdiction: str
    parties: dict[UUID, Recorded]


async def recorded(
    ctx: Context, party_ids: Collection[UUID], purpose: str, channels: Sequence[str], on: date
) -> Record:
    """One query, however many parties."""
    found = Record("", {party_id: Recorded() for party_id in party_ids})
    for row in await ctx.session.execute(_everything(ctx, party_ids, purpose, channels, on)):
        if row.what == "jurisdiction":
            found.jurisdiction = row.first
            continue
        of = found.parties[row.party_id]
        if row.what == "party":
            of.status = row.first
        elif row.what == "act":
            of.acts.append(Act(row.first, row.second, row.at, row.day))
        else:
            of.limits.append(Limit(row.first, row.second))
    return found


def _everything(ctx: Context, party_ids: Collection[UUID], purpose: str, channels: Sequence[str], on: date) -> Any:
    end = datetime.combine(on + timedelta(days=1), time(), UTC)
    no_party, no_day, no_at = cast(null(), Uuid), cast(null(), Date), cast(null(), DateTime(timezone=True))
    tenant: Select[Any] = select(
        literal("jurisdiction").label("what"),
        no_party.label("party_id"),
        col(Tenant.jurisdiction).label("first"),
        cast(null(), String).label("second"),
        no_at.label("at"),
        no_day.label("day"),
        no_party.label("id"),
    ).where(col(Tenant.id) == ctx.actor.tenant_id)
    party = select(
        literal("party"),
        col(Party.id),
        col(Party.status),
        cast(null(), String),
        col(Party.created_at),
        no_day,
        no_party,
    ).where(col(Party.id).in_(party_ids))
    acts = _newest(party_ids, purpose, channels, end)
    limits = select(
        literal("limit"),
        col(ProcessingLimit.party_id),
        col(ProcessingLimit.kind),
        col(ProcessingLimit.purpose),
        col(ProcessingLimit.since),
        no_day,
        no_party,
    ).where(
        col(ProcessingLimit.party_id).in_(party_ids),
        or_(col(ProcessingLimit.kind) == LimitKind.RESTRICTION, col(ProcessingLimit.purpose) == purpose),
        col(ProcessingLimit.since) < end,
        or_(col(ProcessingLimit.until).is_(None), col(ProcessingLimit.until) >= end),
    )
    return union_all(tenant, party, acts, limits).order_by("at", "id")


def _newest(party_ids: Collection[UUID], purpose: str, channels: Sequence[str], end: datetime) -> Select[Any]:
    """The newest act of each party on each of the channels."""
    newest = (
        select(
            literal("act"),
            col(ConsentEvent.party_id),
            col(ConsentEvent.channel),
            col(ConsentEvent.act),
            col(ConsentEvent.effective_at),
            col(ConsentEvent.expires_on),
            col(ConsentEvent.id),
        )
        .where(
            col(ConsentEvent.party_id).in_(party_ids),
            col(ConsentEvent.purpose) == purpose,
            col(ConsentEvent.channel).in_(channels),
            col(ConsentEvent.effective_at) < end,
        )
        .ext(distinct_on(col(ConsentEvent.party_id), col(ConsentEvent.channel)))
        .order_by(
            col(ConsentEvent.party_id),
            col(ConsentEvent.channel),
            col(ConsentEvent.effective_at).desc(),
            col(ConsentEvent.id).desc(),
        )
    )
    return select(newest.subquery())


async def history(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[ConsentEvent]]:
    """Newest first."""
    query = select(ConsentEvent).where(col(ConsentEvent.party_id).in_(party_ids))
    found: dict[UUID, list[ConsentEvent]] = defaultdict(list)
    for row in await ctx.session.scalars(
        query.order_by(col(ConsentEvent.effective_at).desc(), col(ConsentEvent.id).desc())
    ):
        found[row.party_id].append(row)
    return dict(found)


async def limits(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[ProcessingLimit]]:
    """Those in force, oldest first."""
    query = select(ProcessingLimit).where(
        col(ProcessingLimit.party_id).in_(party_ids), col(ProcessingLimit.until).is_(None)
    )
    found: dict[UUID, list[ProcessingLimit]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(ProcessingLimit.since))):
        found[row.party_id].append(row)
    return dict(found)


async def over(ctx: Context, today: date, limit: int) -> Sequence[ConsentEvent]:
    """Consents whose last day has passed and that nothing has followed since."""
    later: Any = aliased(ConsentEvent)
    followed = exists().where(
        later.party_id == col(ConsentEvent.party_id),
        later.purpose == col(ConsentEvent.purpose),
        later.channel == col(ConsentEvent.channel),
        later.id > col(ConsentEvent.id),
    )
    query = (
        select(ConsentEvent)
        .join(Party, col(Party.id) == col(ConsentEvent.party_id))
        .where(
            col(ConsentEvent.act) == ConsentAct.GIVEN,
            col(ConsentEvent.expires_on) < today,
            col(Party.status) != PartyStatus.SHREDDED,
            ~followed,
        )
        .order_by(col(ConsentEvent.expires_on), col(ConsentEvent.id))
        .limit(limit)
    )
    return (await ctx.session.scalars(query)).all()
