"""The history of contact, scoped to the actor; and the outbox, with what waits and why."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, true, tuple_
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import StaffUser
from backend.access.scopes import Facts
from backend.customers.models import Customer, Party
from backend.customers.queries.sight import SCOPE, facts_of
from backend.servicing.interactions.errors import InteractionNotFound
from backend.servicing.interactions.models import ContactAddress, ContactBar, Interaction, State

OBJECT: Final = "interaction"
OPEN: Final = (State.WAITING, State.DEFERRED, State.CLAIMED, State.STUCK, State.FAILED)
"""What the outbox shows first: not out yet, or nobody knows."""


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended; the newest comes first."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Filters:
    direction: str | None = None
    channel: str | None = None
    topic: str | None = None
    purpose: str | None = None


def _visible(ctx: Context, action: str = "view") -> Any:
    return (
        select(Interaction)
        .join(Party, col(Party.id) == col(Interaction.party_id))
        .outerjoin(Customer, col(Customer.party_id) == col(Party.id))
        .outerjoin(StaffUser, col(StaffUser.id) == col(Party.created_by))
        .where(ctx.clause(action, OBJECT, SCOPE), _own(ctx))
    )


def _own(ctx: Context) -> ColumnElement[bool]:
    """A partner sees of its referrals what it wrote down itself, and nothing that the institution did."""
    return true() if ctx.actor.type != "partner" else col(Interaction.recorded_by) == ctx.actor.id


async def interaction(ctx: Context, interaction_id: UUID, *, lock: bool = False) -> Interaction:
    """Raises InteractionNotFound, also for what the actor may not see."""
    query = _visible(ctx).where(col(Interaction.id) == interaction_id)
    found: Interaction | None = await ctx.session.scalar(query.with_for_update(of=Interaction) if lock else query)
    if found is None:
        raise InteractionNotFound()
    return found


async def by_ids(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Interaction]:
    return {row.id: row for row in await ctx.session.scalars(_visible(ctx).where(col(Interaction.id).in_(set(ids))))}


async def history(
    ctx: Context, party_id: UUID, filters: Filters | None = None, *, after: After | None = None, limit: int = 50
) -> Sequence[Interaction]:
    """Of one customer and of what was merged into it, the newest first."""
    merged = sql(col(Party.id)).where(col(Party.merged_into_id) == party_id)
    wanted = filters or Filters()
    query = _visible(ctx).where((col(Interaction.party_id) == party_id) | col(Interaction.party_id).in_(merged))
    for name in ("direction", "channel", "topic", "purpose"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(Interaction, name) == value)
    return await _page(ctx, query, after, limit)


async def outbox(
    ctx: Context, states: Collection[str] = OPEN, *, after: After | None = None, limit: int = 50
) -> Sequence[Interaction]:
    """Messages in these states, the newest first."""
    query = _visible(ctx).where(col(Interaction.state).in_(states), col(Interaction.direction) == "outbound")
    return await _page(ctx, query, after, limit)


async def _page(ctx: Context, query: Any, after: After | None, limit: int) -> Sequence[Interaction]:
    place = tuple_(col(Interaction.happened_at), col(Interaction.id))
    if after is not None:
        query = query.where(place < tuple_(literal(after.at), literal(after.id)))
    ordered = query.order_by(col(Interaction.happened_at).desc(), col(Interaction.id).desc())
    found: Sequence[Interaction] = (await ctx.session.scalars(ordered.limit(limit))).all()
    return found


async def figures(ctx: Context) -> dict[str, int]:
    """How many messages stand in each state; calls and visits are none."""
    mine = _visible(ctx).where(col(Interaction.state) != State.RECORDED).with_only_columns(col(Interaction.id))
    query = sql(col(Interaction.state), func.count().label("messages")).where(
        col(Interaction.id).in_(mine.scalar_subquery())
    )
    rows = await ctx.session.execute(query.group_by(col(Interaction.state)))
    return {row.state: row.messages for row in rows}


async def access(ctx: Context, party_id: UUID) -> Facts:
    """Where contact with the party stands; of nobody in particular."""
    return (await facts_of(ctx, [party_id])).get(party_id, Facts(tenant_id=ctx.actor.tenant_id))


async def last_contacts(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, dict[str, datetime]]:
    """By direction, when each party was last in contact; whatever the actor may see of it."""
    query = (
        sql(col(Interaction.party_id), col(Interaction.direction), func.max(col(Interaction.happened_at)))
        .where(
            col(Interaction.party_id).in_(set(party_ids)),
            col(Interaction.state).in_((State.RECORDED, State.SENT, State.DELIVERED, State.OPENED)),
        )
        .group_by(col(Interaction.party_id), col(Interaction.direction))
    )
    found: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    for party_id, direction, at in await ctx.session.execute(query):
        found[party_id][direction] = at
    return dict(found)


async def channel_use(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """By which channels each party came to us by itself, and how often: the preference that behaviour shows."""
    query = (
        sql(col(Interaction.party_id), col(Interaction.channel), func.count())
        .where(col(Interaction.party_id).in_(set(party_ids)), col(Interaction.direction) == "inbound")
        .group_by(col(Interaction.party_id), col(Interaction.channel))
    )
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for party_id, channel, count in await ctx.session.execute(query):
        found[party_id][channel] = count
    return dict(found)


async def bars(ctx: Context, party_id: UUID) -> Sequence[ContactBar]:
    """Those that hold."""
    ctx.require("ask", OBJECT, await access(ctx, party_id))
    query = select(ContactBar).where(col(ContactBar.party_id) == party_id, col(ContactBar.until).is_(None))
    return (await ctx.session.scalars(query.order_by(col(ContactBar.since)))).all()


async def known_addresses(ctx: Context, party_id: UUID) -> Sequence[ContactAddress]:
    ctx.require("ask", OBJECT, await access(ctx, party_id))
    query = select(ContactAddress).where(col(ContactAddress.party_id) == party_id)
    return (await ctx.session.scalars(query)).all()
