"""Every SELECT of consents and limits."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Select,
    String,
    Uuid,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.access.context import Context
from backend.access.models import Tenant
from backend.consent.acts import Act, Limit
from backend.consent.models import ANY_CHANNEL, ConsentAct, ConsentEvent, LimitKind, ProcessingLimit
from backend.core.arrays import among
from backend.customers.models import Party, PartyStatus

_READ: Final = 5_000


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
        else:
            _take(of, row)
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
    ).where(among(col(Party.id), party_ids))
    acts, limits = _newest(party_ids, purpose, channels, end), _in_force(party_ids, purpose, end)
    return union_all(tenant, party, acts, limits).order_by("at", "id")


async def jurisdiction(ctx: Context) -> str:
    return str(await ctx.session.scalar(select(col(Tenant.jurisdiction)).where(col(Tenant.id) == ctx.actor.tenant_id)))


async def recorded_throughout(
    ctx: Context, purpose: str, on: date, party_ids: Collection[UUID] | None, *, acts: bool
) -> AsyncIterator[tuple[UUID, Recorded]]:
    """Of everybody, or of these: those of whom anything is recorded, one after the other. One query.

    Limits, and with `acts` what was consented to on any channel.
    """
    end = datetime.combine(on + timedelta(days=1), time(), UTC)
    told = [_in_force(party_ids, purpose, end)] + ([_newest(party_ids, purpose, [ANY_CHANNEL], end)] if acts else [])
    query: Any = union_all(*told).order_by("party_id", "at", "id")
    rows = await ctx.session.stream(query.execution_options(yield_per=_READ))
    current, found = None, Recorded()
    async for row in rows:
        if row.party_id != current:
            if current is not None:
                yield current, found
            current, found = row.party_id, Recorded()
        _take(found, row)
    if current is not None:
        yield current, found


def _take(found: Recorded, row: Any) -> None:
    if row.what == "act":
        found.acts.append(Act(row.first, row.second, row.at, row.day))
    else:
        found.limits.append(Limit(row.first, row.second))


def _in_force(party_ids: Collection[UUID] | None, purpose: str, end: datetime) -> Select[Any]:
    """Limits that concern the purpose."""
    return select(
        literal("limit").label("what"),
        col(ProcessingLimit.party_id).label("party_id"),
        col(ProcessingLimit.kind).label("first"),
        col(ProcessingLimit.purpose).label("second"),
        col(ProcessingLimit.since).label("at"),
        cast(null(), Date).label("day"),
        cast(null(), Uuid).label("id"),
    ).where(
        *_of(ProcessingLimit, party_ids),
        or_(col(ProcessingLimit.kind) == LimitKind.RESTRICTION, col(ProcessingLimit.purpose) == purpose),
        col(ProcessingLimit.since) < end,
        or_(col(ProcessingLimit.until).is_(None), col(ProcessingLimit.until) >= end),
    )


def _of(model: type[ProcessingLimit | ConsentEvent], party_ids: Collection[UUID] | None) -> list[ColumnElement[bool]]:
    return [] if party_ids is None else [among(col(model.party_id), party_ids)]


def _newest(party_ids: Collection[UUID] | None, purpose: str, channels: Sequence[str], end: datetime) -> Select[Any]:
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
            *_of(ConsentEvent, party_ids),
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
